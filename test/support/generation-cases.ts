/** @file What transformers generates with more fields in generation_config.json: `test/fixtures/generation` says how it was made. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Message } from "../../src/checkpoint/types.ts";
import { fixturesFolder } from "./parity-case.ts";

type Fields = Readonly<Record<string, unknown>>;

/** The greedy answer of the checkpoint `llava-clip-llama-f32` with some of its files' fields changed. */
export interface AnswerCase {
  /** Name of the conversation. */
  readonly on: string;
  readonly new: number;
  readonly least?: number;
  /** Fields of generation_config.json over those of the checkpoint. */
  readonly fields?: Fields;
  /** Fields of config.json and its text_config; without `fields` there is no generation_config.json. */
  readonly top?: Fields;
  readonly text?: Fields;
  readonly ids: readonly number[];
}

/** Random logits of some steps before and after the rules; null is minus infinity. */
interface ScoresCase {
  readonly fields: Fields;
  readonly prompt: readonly number[];
  readonly answer: readonly number[];
  readonly logits: readonly (readonly (number | "nan" | "inf" | null)[])[];
  readonly scores: readonly (readonly (number | null)[])[];
}

/** The probabilities that the filters of sampling leave; null is a token that is never drawn. */
interface SamplingCase {
  readonly fields: Fields;
  readonly logits: readonly number[];
  readonly probabilities: readonly (number | null)[];
}

export interface GenerationCases {
  /** The fields of transformers' GenerationConfig. */
  readonly fields: readonly string[];
  readonly conversations: Readonly<
    Record<string, { readonly messages: readonly Message[]; readonly input_ids: readonly number[] }>
  >;
  readonly answers: readonly AnswerCase[];
  readonly scores: readonly ScoresCase[];
  readonly sampling: readonly SamplingCase[];
}

export const generationCases = JSON.parse(
  readFileSync(join(fixturesFolder, "generation", "cases.json"), "utf8"),
) as GenerationCases;
