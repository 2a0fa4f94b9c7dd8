/** @file Encodes texts in a process that can be stopped, if the tokenizer's file has patterns or the text is long. */
import { SandboxLimitError, createSandbox, type Sandbox } from "../sandbox/sandbox.ts";
import type { EncodingHost, MakeEncoder } from "../checkpoint/tokenizer-files.ts";
import { createTimeLimit } from "../sandbox/time-limit.ts";
import type { EncodeInput } from "./encode-work.ts";

/** Encodes some 50 ms of text if nothing of the file can take longer. */
export const maxDirectCharacters = 50_000;

/** The tokenizer's own limit on patterns is shorter; the rest is for building it. */
const deadlineMs = 15_000;

/** Three times what the largest vocabulary in use takes. */
const memoryMegabytes = 1_500;

const outsideEncoder: MakeEncoder = (tokenizer, { setup, hasPatterns }) => {
  let sandbox: Sandbox<EncodeInput, number[]> | undefined;
  const run = async (input: EncodeInput, signal?: AbortSignal): Promise<number[]> => {
    const handler = new URL("./encode-work.ts", import.meta.url);
    sandbox ??= createSandbox({ handler, setup, deadlineMs, memoryMegabytes });
    return sandbox.run(input, { signal });
  };
  return {
    prepareEncoding() {
      // What goes wrong is told when a text is encoded.
      if (hasPatterns) run(null).catch(() => undefined);
    },
    async encode(text, { addSpecialTokens, signal }) {
      signal?.throwIfAborted();
      if (!hasPatterns && text.length <= maxDirectCharacters) return tokenizer.encode(text, { addSpecialTokens });
      try {
        return await run({ text, addSpecialTokens }, signal);
      } catch (cause) {
        if (!(cause instanceof SandboxLimitError)) throw cause;
        throw new Error(`${setup.file}: the text cannot be encoded: ${cause.message}.`, { cause });
      }
    },
  };
};

/** Encodes with a limit on the time that patterns of a file take. */
export const nodeEncoding: EncodingHost = { makeEncoder: outsideEncoder, timeLimit: createTimeLimit };
