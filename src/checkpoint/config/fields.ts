/** @file The kinds of fields of a config.json, with limits that keep a hostile one from asking for impossible models. */
import { z } from "zod";
import { checkJson } from "../../json/check-json.ts";
import { oneLine, quote } from "../../json/quote.ts";

/** The deepest published transformers have some 130 layers. */
const maxLayers = 1_000;

/** Widths, head counts and picture sizes; the widest published models stay below 100,000. */
const maxWidth = 1_000_000;

/** Vocabulary and positions: the longest published contexts have 10 million positions. */
const maxCount = 100_000_000;

/** A whole number from `least` to `most`. The messages of these schemas complete the words "expected ...". */
function wholeNumber(least: number, most: number) {
  const message = `a whole number from ${least} to ${most}`;
  return z.number(message).int(message).min(least, message).max(most, message);
}

/** Formulas of activations, by the project's names. */
export type Activation = "quick_gelu" | "gelu" | "gelu_pytorch_tanh" | "silu" | "relu";

/** transformers' names of activations (`ACT2CLS`), each with the project's own; some formulas have several names. */
const activations: Readonly<Record<string, Activation>> = {
  gelu: "gelu",
  quick_gelu: "quick_gelu",
  gelu_pytorch_tanh: "gelu_pytorch_tanh",
  gelu_python: "gelu",
  gelu_new: "gelu_pytorch_tanh",
  gelu_fast: "gelu_pytorch_tanh",
  gelu_accurate: "gelu_pytorch_tanh",
  gelu_python_tanh: "gelu_pytorch_tanh",
  silu: "silu",
  swish: "silu",
  relu: "relu",
};

export const layers = wholeNumber(1, maxLayers);
export const width = wholeNumber(1, maxWidth);
export const count = wholeNumber(1, maxCount);
export const tokenId = wholeNumber(0, maxCount);
export const positive = z.number("a positive number").positive("a positive number");
export const flag = z.boolean("true or false");
export const text = z.string("a text");

/** Added to a variance before its root is taken. */
export const epsilon = positive.max(1, "a positive number up to 1");

export const activation = z
  .enum(Object.keys(activations) as [string, ...string[]], `one of ${Object.keys(activations).join(", ")}`)
  .transform((name) => activations[name]!);

/** An object with these fields; others are ignored. */
export function fields<S extends z.ZodRawShape>(shape: S): z.ZodObject<S> {
  return z.object(shape, "an object");
}

/** The place of a section of configuration, for messages: the file and the path of the section in it ("" for the whole). */
export interface SectionPlace {
  readonly file: string;
  readonly section: string;
}

/** Path of a field in messages, such as `text_config.hidden_size`. */
export function fieldPath({ section }: SectionPlace, ...names: readonly PropertyKey[]): string {
  return [section, ...names.map(String)].filter((name) => name !== "").join(".");
}

/**
 * Checks `value` against `schema`. Throws an Error that names the file and the first wrong field, the value found and what is
 * allowed.
 */
export function parseSection<S extends z.ZodType>(schema: S, value: unknown, place: SectionPlace): z.output<S> {
  const { data, issue } = checkJson(schema, value);
  if (issue === undefined) return data;
  const field = oneLine(fieldPath(place, ...issue.path)) || "the file";
  const found = issue.path.reduce<unknown>((parent, name) => (parent as Record<PropertyKey, unknown>)[name], value);
  throw new Error(`${place.file}: ${field} is ${quote(found)}, expected ${issue.reason}.`);
}
