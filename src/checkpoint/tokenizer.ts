/** @file The tokenizer of a checkpoint, under the path by which programs import it. */
export { createTokenizer } from "../tokenizer/tokenizer.ts";
