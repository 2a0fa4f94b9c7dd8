/** @file Reads rotary position embeddings in either spelling: `rope_parameters`, or the older `rope_theta` and `rope_scaling`. */
import { z } from "zod";
import { quote } from "../../safetensors/quote.ts";
import type { RopeConfig } from "../types.ts";
import { llamaDefaults } from "./defaults.ts";
import { count, fieldPath, fields, parseSection, positive, text, type SectionPlace } from "./fields.ts";

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

/**
 * The rotary embedding of a language model's configuration `section`. Throws where its type is not supported or a field that the
 * type needs is missing.
 */
export function readRope(section: unknown, place: SectionPlace, maxPositions: number): RopeConfig {
  const outer = parseSection(sectionSchema, section, place);
  const spelling = outer.rope_parameters != null ? "rope_parameters" : "rope_scaling";
  const parameters = outer[spelling] ?? {};
  const inner: SectionPlace = { file: place.file, section: fieldPath(place, spelling) };
  const {
    rope_type: ropeType,
    type: olderType,
    rope_theta: innerTheta,
  } = parseSection(parametersSchema, parameters, inner);
  const type = ropeType ?? olderType ?? "default";
  if (!isSupported(type)) {
    const field = fieldPath(inner, ropeType == null ? "type" : "rope_type");
    throw new Error(`${place.file}: ${field} is ${quote(type)}; supported are ${Object.keys(ropeReaders).join(", ")}.`);
  }
  const theta = innerTheta ?? outer.rope_theta ?? llamaDefaults.rope_theta;
  return ropeReaders[type]({ theta, parameters, place: inner, maxPositions });
}

function isSupported(type: string): type is RopeConfig["type"] {
  return Object.hasOwn(ropeReaders, type);
}
