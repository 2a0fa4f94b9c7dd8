/** @file Reads rotary position embeddings in either spelling: `rope_parameters`, or the older `rope_theta` and `rope_scaling`. */
import { z } from "zod";
import { quote } from "../../json/quote.ts";
import type { RopeConfig } from "../types.ts";
import { listNames, shownFile } from "../warnings.ts";
import { count, fieldPath, fields, parseSection, positive, text, width, type SectionPlace } from "./fields.ts";
import { firstGiven, sourceOrder, warnUnlessSame, type ReadPlace } from "./sources.ts";

/** Llama turns every coordinate of a head. */
const wholeRotation = z.literal(1, "1 (embeddings that turn a part of each head are not supported)");

const parameterRecord = z.record(z.string(), z.unknown(), "an object");

/** `type` is the spelling of `rope_type` before transformers 4.43. */
const parametersSchema = fields({
  rope_type: text.nullish(),
  type: text.nullish(),
  rope_theta: positive.nullish(),
  partial_rotary_factor: wholeRotation.nullish(),
});

/** Pairs of a head that turn with each axis of the positions. */
const sectionsSchema = fields({ mrope_section: z.array(width, "a list of whole numbers").min(1).max(8).nullish() });

const linearSchema = fields({ factor: positive });

const llama3Schema = fields({
  factor: positive,
  low_freq_factor: positive,
  high_freq_factor: positive,
  original_max_position_embeddings: count.nullish(),
});

const sectionSchema = fields({
  rope_parameters: parameterRecord.nullish(),
  rope_scaling: parameterRecord.nullish(),
  rope_theta: positive.nullish(),
  partial_rotary_factor: wholeRotation.nullish(),
});

/** What a reader of one rope type is given. */
interface RopeFacts {
  readonly theta: number;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly place: SectionPlace;
  readonly maxPositions: number;
}

/** One reader per supported rope type. */
const ropeReaders: { readonly [T in RopeConfig["type"]]: (facts: RopeFacts) => RopeConfig } = {
  default: ({ theta }) => ({ type: "default", theta }),
  linear: ({ theta, parameters, place }) => {
    const { factor } = parseSection(linearSchema, parameters, place);
    return { type: "linear", theta, factor };
  },
  llama3: ({ theta, parameters, place, maxPositions }) => {
    const numbers = parseSection(llama3Schema, parameters, place);
    if (numbers.low_freq_factor >= numbers.high_freq_factor) {
      throw new Error(
        `${place.file}: ${fieldPath(place, "high_freq_factor")} is ${numbers.high_freq_factor}, but it must be larger than low_freq_factor, ${numbers.low_freq_factor}.`,
      );
    }
    return {
      type: "llama3",
      theta,
      factor: numbers.factor,
      lowFreqFactor: numbers.low_freq_factor,
      highFreqFactor: numbers.high_freq_factor,
      originalMaxPositions: numbers.original_max_position_embeddings ?? maxPositions,
    };
  },
};

/** What a language model's class brings to its rotary embedding. */
export interface RopeFamily {
  readonly maxPositions: number;
  /** The base if the file gives none. */
  readonly theta: number;
  /** Pairs of a head by axis of the positions if the file gives none; left out if positions have one axis. */
  readonly sections?: readonly number[];
}

type Outer = z.output<typeof sectionSchema>;
type Spelling = (typeof sourceOrder.rope)[number];

/** Parameters that a rope type reads beside those of every type. */
const parametersOf: { readonly [T in RopeConfig["type"]]: readonly string[] } = {
  default: [],
  linear: Object.keys(linearSchema.shape),
  llama3: Object.keys(llama3Schema.shape),
};

/** A rotary embedding, and the pairs of a head that turn with each axis of the positions. */
export interface ReadRope {
  readonly rope: RopeConfig;
  /** Left out if positions have one axis. */
  readonly sections?: readonly number[];
}

/**
 * The rotary embedding of a language model's configuration `section`. Warns if two spellings or places differ. Throws an Error if its
 * type is not supported or a field that the type needs is missing.
 */
export function readRope(section: unknown, place: ReadPlace, family: RopeFamily): ReadRope {
  const outer = parseSection(sectionSchema, section, place);
  const [spelling = "rope_parameters", other] = sourceOrder.rope.filter(
    (name) => Object.keys(outer[name] ?? {}).length > 0,
  );
  const rope = readSpelling(outer, { spelling, place, family });
  if (other !== undefined && !isSpelled(rope, { outer, spelling: other, place, family })) {
    const named = (name: Spelling) => ({ path: fieldPath(place, name), value: outer[name] });
    warnUnlessSame(named(spelling), named(other), place);
  }
  return rope;
}

function isSpelled(
  rope: ReadRope,
  { outer, ...options }: { outer: Outer; spelling: Spelling; place: ReadPlace; family: RopeFamily },
): boolean {
  try {
    const silent = { ...options, place: { ...options.place, warn: () => undefined } };
    return JSON.stringify(readSpelling(outer, silent)) === JSON.stringify(rope);
  } catch {
    // What cannot be read differs from what can.
    return false;
  }
}

function readSpelling(
  outer: Outer,
  { spelling, place, family }: { spelling: Spelling; place: ReadPlace; family: RopeFamily },
): ReadRope {
  const parameters = outer[spelling] ?? {};
  const inner: ReadPlace = { ...place, section: fieldPath(place, spelling) };
  refuseLayerTypes(parameters, inner);
  const { rope_theta: theta } = parseSection(parametersSchema, parameters, inner);
  const named = firstGiven(parameters, sourceOrder.ropeType, inner);
  // "mrope" is the older name of the plain type with sections.
  const given = named === undefined ? "default" : String(named.value);
  const type = given === "mrope" && family.sections !== undefined ? "default" : given;
  if (!isSupported(type)) {
    const field = fieldPath(inner, named?.name ?? "rope_type");
    throw new Error(`${place.file}: ${field} is ${quote(type)}; supported are ${Object.keys(ropeReaders).join(", ")}.`);
  }
  if (theta != null) {
    const base = { path: fieldPath(inner, "rope_theta"), value: theta };
    warnUnlessSame(base, { path: fieldPath(place, "rope_theta"), value: outer.rope_theta }, place);
  }
  const ofSections = family.sections === undefined ? [] : Object.keys(sectionsSchema.shape);
  const read = [...Object.keys(parametersSchema.shape), ...parametersOf[type], ...ofSections];
  warnUnread(parameters, read, { ...inner, type });
  const rope = ropeReaders[type]({
    theta: theta ?? outer.rope_theta ?? family.theta,
    parameters,
    place: inner,
    maxPositions: family.maxPositions,
  });
  if (family.sections === undefined) return { rope };
  return { rope, sections: parseSection(sectionsSchema, parameters, inner).mrope_section ?? family.sections };
}

function warnUnread(
  parameters: Readonly<Record<string, unknown>>,
  read: readonly string[],
  { type, ...place }: ReadPlace & { type: string },
): void {
  const rest = Object.keys(parameters).filter((name) => parameters[name] != null && !read.includes(name));
  if (rest.length > 0) {
    place.warn(
      `${shownFile(place.file)}: ${place.section} has ${listNames(rest)}, which the rope type ${type} does not use.`,
    );
  }
}

/** Some models have one set of parameters for each type of layer; a Llama has one for all. */
function refuseLayerTypes(parameters: Readonly<Record<string, unknown>>, place: SectionPlace): void {
  const nested = Object.keys(parameters).find(
    (name) => typeof parameters[name] === "object" && parameters[name] !== null && !Array.isArray(parameters[name]),
  );
  if (nested !== undefined) {
    throw new Error(
      `${place.file}: ${fieldPath(place, nested)} is ${quote(parameters[nested])}; parameters for each type of layer are not supported.`,
    );
  }
}

function isSupported(type: string): type is RopeConfig["type"] {
  return Object.hasOwn(ropeReaders, type);
}
