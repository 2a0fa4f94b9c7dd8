/** @file What a run says of its methods that go back through the model: which answer tokens they explain, and of what. */
import { z } from "zod";
import { answerLength } from "./positions.ts";
import type { RunDescription } from "./types.ts";

const tokenList = z.array(z.int().min(0));
const fields = z.object({
  tokens: tokenList.optional().catch(undefined),
  target: z.string().max(1000).catch("logit"),
  layer: z.int().min(0).optional().catch(undefined),
  referenceWords: z.array(z.object({ text: z.string(), tokens: tokenList.min(1) })).catch([]),
});

/** A word of the answer by the published tool's rules. */
export interface RecordedWord {
  /** Vocabulary entries put together, with its marks. */
  readonly text: string;
  /** Indices in the answer. */
  readonly tokens: readonly number[];
}

export interface Explained {
  /** Answer tokens that were explained, ascending; rows of others are zero. */
  readonly tokens: readonly number[];
  /** `logit`, `logprob` or `contrast:TOKEN`. */
  readonly target: string;
  /** The layer, where the method explains one. */
  readonly layer: number | undefined;
  /** Words of the reference variant whose tokens were all explained. */
  readonly referenceWords: readonly RecordedWord[];
}

/** What `methods` says of a method. Fields that are missing or wrong count as every token, and the raw logit. */
export function explainedBy(description: RunDescription, method: string): Explained {
  const length = answerLength(description);
  const { tokens, target, layer, referenceWords } = fields.parse(description.methods[method] ?? {});
  const every = Array.from({ length }, (_, token) => token);
  const wanted = new Set(tokens ?? every);
  const explained = every.filter((token) => wanted.has(token));
  return {
    tokens: explained,
    target,
    layer,
    referenceWords: referenceWords.filter((word) => word.tokens.every((token) => explained.includes(token))),
  };
}
