/** @file The verdicts of tests in the page's fixed words. */
import { verdictOf } from "../methods/perturbation/verdict.ts";
import type { PlaceResult, PlaceVerdict, VerdictCode, VerifyResult } from "../run/measures.ts";
import { formatProbability } from "./figure-style.ts";

/** What was measured, never why. */
export const verdictSentences: Readonly<Record<VerdictCode, string>> = {
  depends: "The answer depends on this evidence.",
  matters: "This evidence matters a little.",
  independent: "The answer does not depend on this evidence.",
  chance: "Not told apart from chance.",
};

/** "p = 0.048", or "p > 0.999" if the number is beyond its decimals. */
export function pValueText(p: number): string {
  const text = formatProbability(p);
  return text.startsWith("<") || text.startsWith(">") ? `p ${text[0]} ${text.slice(1)}` : `p = ${text}`;
}

/** The numbers behind a verdict; `token` is the text of the answer token. */
export function verdictNumbers(result: VerifyResult, token: string): string {
  const { original, masked, random, p } = result;
  const change = `p(${token.trim()}) goes from ${formatProbability(original)} to ${formatProbability(masked)}`;
  if (random.length === 0) return `${change}; there are no random sets of this size.`;
  const { asMuch } = verdictOf({ drop: original - masked, randomDrops: random.map((other) => original - other) });
  return `${change}; ${asMuch} of ${random.length} random sets of the same size lowered it as much (${pValueText(p)}).`;
}

/** The verdict and its numbers. */
export function verdictText(result: VerifyResult, token: string): string {
  return `${verdictSentences[result.verdict]} ${verdictNumbers(result, token)}`;
}

/** What the test of an expected place says. */
export const placeSentences: Readonly<Record<PlaceVerdict, string>> = {
  "expected-place": "The selected place is what matters.",
  "wrong-place": "The image matters, but not this place.",
  "not-the-image": "The answer does not depend on the image.",
  undecided: "Not told apart.",
};

/** "p(right) goes from 0.934 to 0.246 without the place, to 0.900 with the place alone and to 0.251 without the picture." */
export function placeNumbers(result: PlaceResult, token: string): string {
  const { original, withoutPlace, onlyPlace, withoutImage } = result;
  const [from, without, only, none] = [original, withoutPlace, onlyPlace, withoutImage].map(formatProbability);
  return `p(${token.trim()}) goes from ${from!} to ${without!} without the place, to ${only!} with the place alone, and to ${none!} without the picture.`;
}
