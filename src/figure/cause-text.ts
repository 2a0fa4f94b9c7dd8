/** @file What was found of the causes of an answer token, in fixed words. */
import type { CauseKind } from "../run/measure-choices.ts";
import type { CauseSet, KindCauses } from "../run/measures.ts";
import { formatPercent, formatProbability } from "./figure-style.ts";

/** A kind of causes in sentences. */
const kindTexts = {
  image: { whole: "the picture", Whole: "The picture", one: "patch", many: "patches" },
  text: { whole: "the words of the question", Whole: "The question", one: "word", many: "words" },
} as const satisfies Readonly<Record<CauseKind, unknown>>;

/** Interventions in sentences: “… confirm it”. */
export const interventionTexts: Readonly<Record<string, string>> = {
  mean: "the mean color",
  blur: "a blur",
  noise: "noise",
  others: "patches of other pictures",
  "knock-out": "blocked attention",
  "mean-embedding": "the mean embedding of the text",
};

/** An intervention in a sentence. */
export function confirmationName(intervention: string): string {
  return interventionTexts[intervention] ?? intervention;
}

/** Tests of a confirmed set that tell it apart: they share the level of 0.05, and one that failed may stand before one that did not. */
function confirming({ confirmedBy }: CauseSet): CauseSet["confirmedBy"] {
  return confirmedBy.filter(({ p }) => p <= 0.05 / confirmedBy.length);
}

function counted(count: number, kind: CauseKind): string {
  return `${count} ${count === 1 ? kindTexts[kind].one : kindTexts[kind].many}`;
}

function listed(texts: readonly string[]): string {
  return texts.length < 2 ? (texts[0] ?? "") : `${texts.slice(0, -1).join(", ")} and ${texts.at(-1)!}`;
}

/** "p(right) falls from 0.934 to 0.246" */
function fall(word: string, from: number, to: number): string {
  return `p(${word.trim()}) goes from ${formatProbability(from)} to ${formatProbability(to)}`;
}

export interface NamedCauses {
  readonly kind: CauseKind;
  readonly causes: KindCauses;
  /** Text of the explained token. */
  readonly word: string;
  /** Members of a set as a reader counts them, such as whole words; the positions of the set if it is left out. */
  readonly sizeOf?: (set: CauseSet) => number;
}

/** The first sentence of what was found; measured differences alone. */
export function causeSentence({
  kind,
  causes,
  word,
  sizeOf = ({ positions }) => positions.length,
}: NamedCauses): string {
  const { verdict, original, without, sets } = causes;
  const { whole, Whole } = kindTexts[kind];
  if (verdict === "nothing to test") {
    return `${Whole} does not matter for this word: without it ${fall(word, original, without)}.`;
  }
  const withoutAll = `without ${whole} ${fall(word, original, without)}`;
  if (verdict === "none found") {
    return `${Whole} matters as a whole (${withoutAll}), but no small part of it was found that explains the fall.`;
  }
  const best = sets.find(({ confirmed }) => confirmed) ?? sets[0]!;
  const size = counted(sizeOf(best), kind);
  if (verdict === "not confirmed") {
    return `Without ${size} ${fall(word, original, best.without)}, but another intervention does not confirm it.`;
  }
  const by = listed(confirming(best).map(({ intervention }) => confirmationName(intervention)));
  return `The answer depends on ${size}: without ${sizeOf(best) === 1 ? "it" : "them"} ${fall(word, original, best.without)}, confirmed by ${by}.`;
}

/** How several sets stand to each other; undefined if there are fewer than two. */
export function alternativesSentence({ sets }: Pick<KindCauses, "sets">): string | undefined {
  if (sets.length < 2) return undefined;
  return `${sets.length} separate sets were found. All members of a set are needed together; the sets share no member.`;
}

/** "97 % of the fall without it, 88 % of the answer from it alone" */
export function shareText({ necessity, sufficiency }: Pick<CauseSet, "necessity" | "sufficiency">): string {
  return `${formatPercent(Math.max(0, necessity))} of the fall without it, ${formatPercent(Math.max(0, sufficiency))} kept by it alone`;
}
