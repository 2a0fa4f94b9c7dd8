/** @file What was found of the causes of an answer token, in fixed words. */
import type { CauseKind } from "../run/measure-choices.ts";
import type { CauseSet, KindCauses } from "../run/measures.ts";
import { formatPercent, formatProbability } from "../figure/figure-style.ts";
import { quoted } from "../figure/token-names.ts";
import { interventionTexts, pValueText } from "../figure/verdict-text.ts";

/** A kind of causes in sentences. */
const kindTexts = {
  image: { whole: "the picture", Whole: "The picture", does: "does", one: "patch", many: "patches" },
  text: {
    whole: "the words of the question",
    Whole: "The words of the question",
    does: "do",
    one: "word",
    many: "words",
  },
} as const satisfies Readonly<Record<CauseKind, unknown>>;

export interface NamedCauses {
  readonly kind: CauseKind;
  readonly causes: KindCauses;
  /** Text of the explained token. */
  readonly word: string;
  /** Members of a set as a reader counts them, such as whole words; the positions of the set if it is left out. */
  readonly sizeOf?: (set: CauseSet) => number;
}

/** What confirms a set, in sentences: "confirmed by …". */
const confirmationNames: Readonly<Record<string, string>> = {
  ...interventionTexts,
  "mean-embedding": "the mean embedding of the text",
};

/** An intervention in a sentence; by its own name if a run file holds one of a later version. */
function interventionText(intervention: string): string {
  return confirmationNames[intervention] ?? intervention;
}

/** Tests of a confirmed set that tell it apart: they share the level of 0.05, and one that failed may stand before one that did not. */
function confirming({ confirmedBy }: CauseSet): CauseSet["confirmedBy"] {
  return confirmedBy.filter(({ p }) => p <= 0.05 / confirmedBy.length);
}

function listed(texts: readonly string[]): string {
  return texts.length < 2 ? (texts[0] ?? "") : `${texts.slice(0, -1).join(", ")} and ${texts.at(-1)!}`;
}

/** "3 patches", "1 word" */
export function countedMembers(count: number, kind: CauseKind): string {
  const { one, many } = kindTexts[kind];
  return `${count} ${count === 1 ? one : many}`;
}

/** "3 patches of the picture", "1 word of the question" */
function membersText(count: number, kind: CauseKind): string {
  return `${countedMembers(count, kind)} of ${kind === "image" ? "the picture" : "the question"}`;
}

/** The set that a sentence is about: the first that was confirmed, else the first. */
function leadingSet({ sets }: Pick<KindCauses, "sets">): CauseSet | undefined {
  return sets.find(({ confirmed }) => confirmed) ?? sets[0];
}

/** The first sentence of what was found; measured differences alone. */
export function causeSentence({
  kind,
  causes,
  word,
  sizeOf = ({ positions }) => positions.length,
}: NamedCauses): string {
  const { verdict, chosenBy, original, without } = causes;
  const { whole, Whole, does } = kindTexts[kind];
  const fall = (to: number): string =>
    `the probability of ${quoted(word.trim())} goes from ${formatProbability(original)} to ${formatProbability(to)}`;
  const best = leadingSet(causes);
  if (verdict === "nothing to test") {
    return `${Whole} ${does} not matter for this word: without ${kind === "image" ? "it" : "them"} ${fall(without)}.`;
  }
  if (best === undefined && kind === "image" && chosenBy === "others") {
    return `No part of the picture is needed for this word: an empty picture also gives it. With other pictures ${fall(without)}.`;
  }
  if (best === undefined) {
    return `No small part of ${whole} decides this word; without all of ${kind === "image" ? "it" : "them"} ${fall(without)}.`;
  }
  const size = sizeOf(best);
  if (verdict === "not confirmed") {
    return `Without ${membersText(size, kind)} ${fall(best.without)}, but no second test confirms it.`;
  }
  const by = listed(confirming(best).map(({ intervention }) => interventionText(intervention)));
  return `The answer depends on ${membersText(size, kind)}: without ${size === 1 ? "it" : "them"} ${fall(best.without)}. Confirmed by ${by}.`;
}

/** How several sets stand to each other; undefined if there are fewer than two. */
export function alternativesSentence({ sets }: Pick<KindCauses, "sets">): string | undefined {
  if (sets.length < 2) return undefined;
  return `${sets.length} separate sets were found. Without any one of them the word falls.`;
}

/** "80 % of the fall"; a set can do much more than everything does, since what is left speaks against the answer. */
function ofTheFall(necessity: number): string {
  return necessity > 2 ? "more than twice the fall" : `${formatPercent(Math.max(0, necessity))} of the fall`;
}

/** "97 % of the fall without it, 88 % kept by it alone" */
export function shareText({ necessity, sufficiency, minimal }: CauseSet): string {
  const shares = `${ofTheFall(necessity)} without it, ${formatPercent(Math.max(0, sufficiency))} kept by it alone`;
  return minimal ? shares : `${shares}; not every member was found to be needed`;
}

/** "with patches of other pictures 80 % of the fall, p = 0.010 against 99 other sets", test by test; empty without one. */
export function testsText({ confirmedBy }: Pick<CauseSet, "confirmedBy">): string {
  const tests = confirmedBy.map(({ intervention, necessity, p, nullSets }) => {
    const name = interventionText(intervention);
    if (nullSets === 0) return `with ${name} no fall of its own, or no other set to compare with`;
    return `with ${name} ${ofTheFall(necessity)}, ${pValueText(p)} against ${nullSets} other sets`;
  });
  return tests.join("; ");
}
