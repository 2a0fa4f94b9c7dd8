/** @file Makes a tokenizer on Node, which can stop slow patterns. Programs import it by this path. */
import { createTimeLimit } from "../sandbox/time-limit.ts";
import type { TokenFileSources } from "../tokenizer/token-files.ts";
import { buildTokenizer } from "../tokenizer/tokenizer.ts";
import type { Tokenizer } from "../tokenizer/types.ts";

/** The tokenizer of `buildTokenizer`, with a limit on the time that patterns of the file take. Throws as `buildTokenizer`. */
export function createTokenizer(source: TokenFileSources): Tokenizer {
  return buildTokenizer({ ...source, timeLimit: createTimeLimit }).tokenizer;
}
