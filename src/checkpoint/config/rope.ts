/** @file Reads rotary position embeddings in either spelling: `rope_parameters`, or the older `rope_theta` and `rope_scaling`. */
import { z } from "zod";
import { quote } from "../../json/quote.ts";
import type { RopeConfig } from "../types.ts";
import { listNames, shownFile } from "../warnings.ts";
import { count, fieldPath, fields, flag, parseSection, positive, text, width, type SectionPlace } from "./fields.ts";
import { firstGiven, sourceOrder, warnUnlessSame, type ReadPlace } from "./sources.ts";

/** The part of each head that turns. */
const share = positive.max(1, "a positive number up to 1");

const parameterRecord = z.record(z.string(), z.unknown(), "an object");

/** `type` is the spelling of `rope_type` before transformers 4.43. */
const parametersSchema = fields({
  rope_type: text.nullish(),
  type: text.nullish(),
  rope_theta: positive.nullish(),
  partial_rotary_factor: share.nullish(),
});

/** Pairs of a head that turn with each axis of the positions. Whether they are interleaved is a fact of the class. */
const sectionsSchema = fields({
  mrope_section: z.array(width, "a list of whole numbers").min(1).max(8).nullish(),
  mrope_interleaved: flag.nullish(),
});

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
  partial_rotary_factor: share.nullish(),
  original_max_position_embeddings: count.nullish(),
});

const factors = z.array(positive, "a list of positive numbers");

const longropeSchema = fields({
  short_factor: factors,
  long_factor: factors,
  factor: positive.nullish(),
  attention_factor: positive.nullish(),
  original_max_position_embeddings: count.nullish(),
});

/** What a reader of one rope type is given. */
interface RopeFacts {
  readonly theta: number;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly place: SectionPlace;
  readonly maxPositions: number;
  /** Of the first training, if the class has a field for them. */
  readonly originalMaxPositions: number | undefined;
  /** Pairs of a head that turn. */
  readonly pairs: number;
}

/** One reader per supported rope type, by transformers' names. */
const ropeReaders = {
  default: ({ theta }: RopeFacts): RopeConfig => ({ type: "default", theta }),
  // Stretches sequences that are longer than the model's positions, which are refused.
  dynamic: ({ theta }: RopeFacts): RopeConfig => ({ type: "default", theta }),
  linear: ({ theta, parameters, place }: RopeFacts): RopeConfig => {
    const { factor } = parseSection(linearSchema, parameters, place);
    return { type: "linear", theta, factor };
  },
  llama3: ({ theta, parameters, place, maxPositions }: RopeFacts): RopeConfig => {
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
  longrope: ({ theta, parameters, place, maxPositions, originalMaxPositions, pairs }: RopeFacts): RopeConfig => {
    const numbers = parseSection(longropeSchema, parameters, place);
    for (const field of ["short_factor", "long_factor"] as const) {
      if (numbers[field].length !== pairs) {
        throw new Error(
          `${place.file}: ${fieldPath(place, field)} has ${numbers[field].length} numbers, but it must have one for each of the ${pairs} pairs of a head that turn.`,
        );
      }
    }
    const original = originalMaxPositions ?? numbers.original_max_position_embeddings ?? maxPositions;
    const factor = numbers.factor ?? maxPositions / original;
    // LongRoPE, arXiv 2402.13753.
    const byFactor = factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(original));
    return {
      type: "longrope",
      theta,
      shortFactors: numbers.short_factor,
      longFactors: numbers.long_factor,
      originalMaxPositions: original,
      attentionFactor: numbers.attention_factor ?? byFactor,
    };
  },
};

type RopeType = keyof typeof ropeReaders;

/** Older names of rope types. "mrope" is the plain one with sections. */
const olderNames: Readonly<Record<string, RopeType>> = { su: "longrope", mrope: "default" };

/** What a language model's class brings to its rotary embedding. */
export interface RopeFamily {
  readonly maxPositions: number;
  /** The base if the file gives none. */
  readonly theta: number;
  /** Pairs of a head by axis of the positions if the file gives none; left out if positions have one axis. */
  readonly sections?: readonly number[] | undefined;
  readonly headWidth: number;
  /** The share of a head that turns if the file gives none; left out if the class turns all of it. */
  readonly rotaryShare?: number | undefined;
  /** The positions of the first training if the file gives none; left out if the class has no field for them. */
  readonly originalMaxPositions?: number | undefined;
}

type Outer = z.output<typeof sectionSchema>;
type Spelling = (typeof sourceOrder.rope)[number];

/** Parameters that a rope type reads beside those of every type. */
const parametersOf: { readonly [T in RopeType]: readonly string[] } = {
  default: [],
  dynamic: ["factor", "alpha"],
  longrope: Object.keys(longropeSchema.shape),
  linear: Object.keys(linearSchema.shape),
  llama3: Object.keys(llama3Schema.shape),
};

/** A rotary embedding, and the pairs of a head that turn with each axis of the positions. */
export interface ReadRope {
  readonly rope: RopeConfig;
  /** Left out if positions have one axis. */
  readonly sections?: readonly number[];
  /** Coordinates of a head that turn. */
  readonly rotaryWidth: number;
}

/** The section as if it were of layers of one type, for classes with a rotary embedding for each type (Gemma 3), old and new. */
export function ropeSectionOf(
  section: Readonly<Record<string, unknown>>,
  type: "full_attention" | "sliding_attention",
): Readonly<Record<string, unknown>> {
  const { rope_parameters: all, rope_scaling: scaling, rope_theta: theta, rope_local_base_freq: local } = section;
  const own = (all as Readonly<Record<string, unknown>> | null | undefined)?.[type] ?? {};
  return type === "full_attention"
    ? { rope_parameters: { ...own, ...(scaling as object | null | undefined) }, rope_theta: theta }
    : { rope_parameters: own, rope_theta: local };
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
  const { rope_theta: theta, partial_rotary_factor: partial } = parseSection(parametersSchema, parameters, inner);
  const named = firstGiven(parameters, sourceOrder.ropeType, inner);
  const given = named === undefined ? "default" : String(named.value);
  const type = Object.hasOwn(olderNames, given) ? olderNames[given]! : given;
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
  const partialPlace = partial == null ? place : inner;
  const rotaryWidth = readRotaryWidth(partial ?? outer.partial_rotary_factor, partialPlace, family);
  const rope = ropeReaders[type]({
    theta: theta ?? outer.rope_theta ?? family.theta,
    parameters,
    place: inner,
    maxPositions: family.maxPositions,
    originalMaxPositions:
      family.originalMaxPositions && (outer.original_max_position_embeddings ?? family.originalMaxPositions),
    pairs: rotaryWidth / 2,
  });
  if (family.sections === undefined) return { rope, rotaryWidth };
  return {
    rope,
    rotaryWidth,
    sections: parseSection(sectionsSchema, parameters, inner).mrope_section ?? family.sections,
  };
}

/** Coordinates of a head that turn. Throws an Error if they are not pairs, or the class turns whole heads. */
function readRotaryWidth(
  given: number | null | undefined,
  place: SectionPlace,
  { rotaryShare, headWidth }: RopeFamily,
): number {
  const part = given ?? rotaryShare ?? 1;
  const turning = Math.trunc(headWidth * part);
  if ((rotaryShare === undefined && part !== 1) || turning % 2 !== 0 || turning === 0) {
    throw new Error(
      `${place.file}: ${fieldPath(place, "partial_rotary_factor")} is ${part}, expected ${rotaryShare === undefined ? "1 (this class turns whole heads)" : `a share of the ${headWidth} coordinates of a head that is a whole number of pairs`}.`,
    );
  }
  return turning;
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

function isSupported(type: string): type is RopeType {
  return Object.hasOwn(ropeReaders, type);
}
