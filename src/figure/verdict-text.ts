/** @file The verdict of a test in the page's fixed words. */
import type { VerdictCode, VerifyResult } from "../run/measures.ts";
import { formatProbability } from "./figure-style.ts";

/** What was measured, never why. */
export const verdictSentences: Readonly<Record<VerdictCode, string>> = {
  depends: "The answer depends on this evidence.",
  matters: "This evidence matters a little.",
  independent: "The answer does not depend on this evidence.",
  chance: "Not told apart from chance.",
};

/** Random sets that lowered the probability as much as the tested one. */
export function setsAsStrong({
  original,
  masked,
  random,
}: Pick<VerifyResult, "original" | "masked" | "random">): number {
  return random.filter((other) => original - other >= original - masked).length;
}

/** The numbers behind a verdict; `token` is the text of the answer token. */
export function verdictNumbers(result: VerifyResult, token: string): string {
  const { original, masked, random, p } = result;
  const change = `p(${token.trim()}) goes from ${formatProbability(original)} to ${formatProbability(masked)}`;
  if (random.length === 0) return `${change}; there are no random sets of this size.`;
  return `${change}; ${setsAsStrong(result)} of ${random.length} random sets of the same size lowered it as much (p = ${formatProbability(p)}).`;
}

/** The verdict and its numbers. */
export function verdictText(result: VerifyResult, token: string): string {
  return `${verdictSentences[result.verdict]} ${verdictNumbers(result, token)}`;
}
