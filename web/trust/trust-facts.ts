/** @file What a run says of whether its answer can be trusted: of the decisive word, and of what was measured of it. */
import { decisiveWordOf } from "../../src/findings/decisive-word.ts";
import { formatProbability, formatShare } from "../../src/figure/numbers.ts";
import { bareText, quoted, shownText } from "../../src/figure/token-names.ts";
import { dependenceRequestOf } from "../../src/run/cause-requests.ts";
import type { ComputeRequest } from "../../src/server/api.ts";
import { resultsOf, type DependenceResult } from "../../src/run/measures.ts";
import type { RunDescription } from "../../src/run/types.ts";
import { lostOfPictures } from "./seen-text.ts";

export interface TrustFacts {
  /** Index of the decisive word's first token in the answer. */
  readonly token: number;
  /** In quotation marks. */
  readonly word: string;
  readonly probability: string;
  /** The most probable other token in its place: “left” 0.011. */
  readonly rival: string | undefined;
  /** The newest test of the word without its pictures. */
  readonly dependence: DependenceResult | undefined;
  /** Grounding score of the word's first token, 0 to 1. */
  readonly grounding: string | undefined;
  /** Pictures of which the model did not see all. */
  readonly lost: readonly { readonly picture: number; readonly text: string }[];
}

/** Undefined if the answer has no token. */
export function trustFacts(description: RunDescription): TrustFacts | undefined {
  const decisive = decisiveWordOf(description);
  if (decisive === null) return undefined;
  const { index, text } = decisive;
  const { alternatives, probability } = description.answerTokens[index]!;
  const own = description.tokens[description.answer.start + index]!.id;
  const rival = alternatives.find(({ id }) => id !== own);
  const { measures } = description;
  const grounded = resultsOf(measures, "grounding").at(-1)?.tokens[index]?.score;
  return {
    token: index,
    word: quoted(shownText(text)),
    probability: formatProbability(probability),
    rival: rival && `${quoted(bareText(rival.text))} ${formatProbability(rival.probability)}`,
    dependence: resultsOf(measures, "dependence").findLast(({ request }) => request.token === index),
    grounding: grounded === undefined ? undefined : formatShare(grounded),
    lost: lostOfPictures(description.images),
  };
}

/** The test of whether the decisive word depends on the picture, as the server takes it. */
export function dependenceTest({ token }: Pick<TrustFacts, "token">): ComputeRequest {
  return { methods: [], measure: dependenceRequestOf(token) };
}
