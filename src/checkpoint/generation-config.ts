/** @file Finds the tokens that end an answer. Of a generation config only these are taken; sampling is the user's. */
import { join } from "node:path";
import { z } from "zod";
import { fields, parseSection, tokenId } from "./config/fields.ts";
import { readOptionalJsonFile } from "./json.ts";
import type { Tokenizer } from "./types.ts";

/** Models stop at a handful of tokens. */
const maxStopTokens = 1_000;

const message = "a token id or a list of token ids";
const stopTokens = z.union([tokenId, z.array(tokenId).max(maxStopTokens)], message).nullish();

const schema = fields({ eos_token_id: stopTokens });
const modelSchema = fields({ eos_token_id: stopTokens, text_config: schema.nullish() });

/** Where stop tokens may stand besides generation_config.json. */
export interface StopTokenSources {
  /** Parsed config.json. */
  readonly modelConfig: unknown;
  readonly tokenizer: Pick<Tokenizer, "eosToken" | "idOf">;
}

/**
 * Ids that end an answer, each once: `eos_token_id` of generation_config.json, else of config.json or its text_config, else the
 * tokenizer's EOS; empty where none names one. Throws one sentence where a value is no token id.
 */
export async function readStopTokenIds(
  folder: string,
  { modelConfig, tokenizer }: StopTokenSources,
): Promise<readonly number[]> {
  const file = join(folder, "generation_config.json");
  const generation = await readOptionalJsonFile(file);
  const ofGeneration = generation && parseSection(schema, generation.value, { file, section: "" }).eos_token_id;
  if (ofGeneration != null) return eachOnce(ofGeneration);

  const place = { file: join(folder, "config.json"), section: "" };
  const model = parseSection(modelSchema, modelConfig, place);
  const ofModel = model.eos_token_id ?? model.text_config?.eos_token_id;
  if (ofModel != null) return eachOnce(ofModel);

  const ofTokenizer = tokenizer.eosToken === undefined ? undefined : tokenizer.idOf(tokenizer.eosToken);
  return ofTokenizer === undefined ? [] : [ofTokenizer];
}

function eachOnce(ids: number | readonly number[]): readonly number[] {
  return [...new Set(typeof ids === "number" ? [ids] : ids)];
}
