/** @file What tests of evidence found, in fixed words: one table, which page, command line, report and figures read. */
import type { PartKind, SetKind } from "../run/measure-choices.ts";
import type {
  EarlierVerifyResult,
  NullTest,
  PlaceResult,
  PlaceVerdict,
  VerdictCode,
  VerifiedPart,
  VerifyResult,
} from "../run/measures.ts";
import { shownShare } from "../methods/perturbation/power.ts";
import { defaultAlpha } from "../methods/perturbation/sequential-test.ts";
import { leastFall } from "../methods/perturbation/verdict.ts";
import { formatPercent, formatProbability } from "./figure-style.ts";
import { formatFixed } from "./numbers.ts";

/** What null sets are called: in a verdict, and as many of them. */
export const nullSetTexts: Readonly<Record<SetKind, { readonly one: string; readonly many: string }>> = {
  shifted: { one: "a random region of the same shape", many: "regions of the same shape elsewhere" },
  random: { one: "as many random patches", many: "sets of as many random patches" },
  words: { one: "random words of the same kind", many: "sets of as many words of the same kind" },
  "layer-heads": { one: "random heads of the same layers", many: "sets of as many heads of the same layers" },
  heads: { one: "as many random heads", many: "sets of as many heads of any layer" },
  edges: {
    one: "attention to as many random tokens of the same kind",
    many: "sets of as many edges from other tokens",
  },
};

/** What is taken away as a whole to see whether there is anything to test. */
const wholeTexts: Readonly<Record<PartKind, { readonly subject: string; readonly whole: string }>> = {
  image: { subject: "The picture does", whole: "the picture" },
  text: { subject: "Words of this kind do", whole: "all words of this kind" },
  heads: { subject: "Heads do", whole: "all heads" },
  edges: { subject: "Edges do", whole: "all edges" },
};

/** The parts of a test, if it has several. */
export const partNames: Readonly<Record<PartKind, string>> = {
  image: "Patches",
  text: "Words",
  heads: "Heads",
  edges: "Edges",
};

/** How evidence was taken away, in a sentence: "filled with the mean color". */
export const interventionTexts: Readonly<Record<NullTest["intervention"], string>> = {
  mean: "the mean color",
  blur: "a blur",
  noise: "noise",
  others: "patches of other pictures",
  "knock-out": "attention knock-out",
  zero: "the output set to zero",
};

/** What was found of one kind of evidence, never why. */
export function verdictSentence({ kind, verdict, tests }: Pick<VerifiedPart, "kind" | "verdict" | "tests">): string {
  const [deciding] = tests;
  const sentences: Readonly<Record<VerdictCode, string>> = {
    depends: "The answer depends on this.",
    unconfirmed: `Not confirmed: only ${deciding === undefined ? "one intervention" : interventionTexts[deciding.intervention]} lowers the answer.`,
    little: "The answer hardly changes without this.",
    random: `No more than ${nullSetTexts[deciding?.nullSets ?? "shifted"].one}.`,
    nothing: `${wholeTexts[kind].subject} not matter for this word.`,
    few: "Could not tell: too few sets.",
  };
  return sentences[verdict];
}

/** "p = 0.048", or "p > 0.999" if the number is beyond its decimals. */
export function pValueText(p: number): string {
  const text = formatProbability(p);
  return text.startsWith("<") || text.startsWith(">") ? `p ${text[0]} ${text.slice(1)}` : `p = ${text}`;
}

const nats = (value: number): string => formatFixed(value, 2);

/** What the score of a result is called. */
export function scoreName({ request }: Pick<VerifyResult, "request">): string {
  return request.score === "log-probability" ? "log-probability" : "contrast to the rival";
}

/** "1 of 99 regions of the same shape elsewhere lowered it as much (p = 0.020)"; says where a test ended early. */
export function nullTestText({ nullSets, used, available, asMuch, p, stopped }: NullTest): string {
  const { many } = nullSetTexts[nullSets];
  if (p === null) return "there are no other sets of this size";
  return `${asMuch} of ${used} ${many} lowered it as much (${pValueText(p)}${stopped ? `, ended early of ${available}` : ""})`;
}

/** "92 % of the fall without the picture"; undefined if that is not known. */
function shareText(share: number | null, kind: PartKind): string | undefined {
  return share === null ? undefined : `${formatPercent(share)} of the fall without ${wholeTexts[kind].whole}`;
}

/** Share of the fall without everything of the kind; null if that is not known or no fall. */
export function shareOf({ masked, whole }: Pick<VerifiedPart, "masked" | "whole">, original: number): number | null {
  const fall = whole === undefined ? 0 : original - whole.score;
  return fall > 0 ? (original - masked.score) / fall : null;
}

/** The numbers behind the verdict on a part; `token` is the text of the answer token. */
export function verdictNumbers(result: VerifyResult, part: VerifiedPart, token: string): string {
  const { original } = result;
  const { kind, masked, whole, verdict, tests } = part;
  const word = token.trim();
  if (verdict === "nothing" && whole !== undefined) {
    return `p(${word}) goes from ${formatProbability(original.probability)} to ${formatProbability(whole.probability)} without ${wholeTexts[kind].whole}.`;
  }
  const [deciding] = tests;
  const fall = original.score - masked.score;
  const share = deciding?.p === null ? undefined : shareText(shareOf(part, original.score), kind);
  const change = `p(${word}) goes from ${formatProbability(original.probability)} to ${formatProbability(masked.probability)}`;
  const size = `its ${scoreName(result)} ${fall >= 0 ? "falls" : "rises"} by ${nats(Math.abs(fall))}${share === undefined ? "" : `, ${share}`}`;
  return `${change}; ${size}${deciding === undefined ? "" : `; ${nullTestText(deciding)}`}.`;
}

/** The tests of a part by other ways to take it away than the first one. */
function confirmationsOf({ tests }: Pick<VerifiedPart, "tests">): NullTest[] {
  return tests.filter(({ intervention }) => intervention !== tests[0]?.intervention);
}

/** True if a test passes: p <= 0.05, or a fall if no other set exists. */
function passes({ p, fall }: Pick<NullTest, "p" | "fall">): boolean {
  return p === null ? fall >= leastFall : p <= defaultAlpha;
}

/** "Confirmed by patches of other pictures (p = 0.010); not by attention knock-out (p = 0.300)."; empty if nothing was asked. */
export function confirmationText(part: Pick<VerifiedPart, "tests">): string {
  const texts = confirmationsOf(part).map((test) => {
    const { intervention, p } = test;
    const by = `by ${interventionTexts[intervention]}${p === null ? "" : ` (${pValueText(p)})`}`;
    return passes(test) ? `confirmed ${by}` : `not ${by}`;
  });
  const text = texts.join("; ");
  return text === "" ? "" : `${text[0]!.toUpperCase()}${text.slice(1)}.`;
}

/** How often a test finds what is rare: "A set that 2 % of others match would pass 95 % of such tests."; empty without a test. */
export function powerText({ tests: [deciding] }: Pick<VerifiedPart, "tests">): string {
  if (deciding === undefined || deciding.p === null) return "";
  return `A set that ${formatPercent(shownShare)} of others match would pass ${formatPercent(deciding.power)} of such tests.`;
}

/** The verdict on each part with its numbers, confirmations and power, a line a part. */
export function verdictLines(result: VerifyResult, token: string): string[] {
  const { parts } = result;
  return parts.map((part) =>
    [
      `${parts.length > 1 ? `${partNames[part.kind]}: ` : ""}${verdictSentence(part)}`,
      verdictNumbers(result, part, token),
      confirmationText(part),
      powerText(part),
    ]
      .filter((text) => text !== "")
      .join(" "),
  );
}

/** What earlier versions said of a set of any tokens against random sets. */
export const earlierSentences: Readonly<Record<EarlierVerifyResult["verdict"], string>> = {
  depends: "The answer depends on this evidence.",
  matters: "This evidence matters a little.",
  independent: "The answer does not depend on this evidence.",
  chance: "Not told apart from chance.",
};

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
