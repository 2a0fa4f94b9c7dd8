/** @file The models of tokenizers by their names. */
import { quote } from "../json/quote.ts";
import { createBpe } from "./bpe.ts";
import type { TokenModel } from "./token-model.ts";
import { createUnigram } from "./unigram.ts";

export type ModelType = "BPE" | "Unigram";

const creators: ReadonlyMap<unknown, (description: Readonly<Record<string, unknown>>, file: string) => TokenModel> =
  new Map([
    ["BPE", createBpe],
    ["Unigram", createUnigram],
  ]);

/** Builds the model of a parsed tokenizer.json. Throws an Error that names `file`. */
export function createModel(
  tokenizerJson: unknown,
  file: string,
): { readonly type: ModelType; readonly model: TokenModel } {
  const model = (tokenizerJson as { model?: unknown } | null | undefined)?.model;
  if (typeof model !== "object" || model === null || Array.isArray(model)) {
    throw new Error(`${file}: "model" is missing, so this is not a tokenizer.json.`);
  }
  const description = model as Readonly<Record<string, unknown>>;
  // Files of older versions do not name the type.
  const type = description["type"] ?? (Array.isArray(description["vocab"]) ? "Unigram" : "BPE");
  const create = creators.get(type);
  if (create === undefined) {
    throw new Error(
      `${file}: the tokenizer model ${quote(type)} is not supported, only ${[...creators.keys()].join(" and ")} are.`,
    );
  }
  return { type: type as ModelType, model: create(description, file) };
}
