/** @file Encodes texts in the test's own process: fixtures have no pattern that takes long, and a process for each would. */
import type { EncodingHost } from "../../src/checkpoint/tokenizer-files.ts";
import { createTimeLimit } from "../../src/sandbox/time-limit.ts";

export const directEncoding: EncodingHost = {
  makeEncoder: (tokenizer) => ({
    encode: (text, options) => Promise.resolve(tokenizer.encode(text, options)),
    prepareEncoding: () => undefined,
  }),
  timeLimit: createTimeLimit,
};
