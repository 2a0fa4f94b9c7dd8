/** @file Whether an answer depends on the picture, in fixed words. */
import type { DependenceCode } from "../run/measure-choices.ts";
import type { DependenceResult } from "../run/measures.ts";
import { formatProbability } from "../figure/figure-style.ts";
import { bareText, quoted, shownText } from "../figure/token-names.ts";

type Without = DependenceResult["without"][number];

/** What was found, in as few words as a line of findings has room for. */
export const dependenceNames: Readonly<Record<DependenceCode, string>> = {
  depends: "depends on the picture",
  "does not matter": "the picture does not matter here",
  "could not tell": "could not tell",
};

/** How the picture was taken away, as the beginning of a sentence; by its own name if a run file holds another fill. */
const wayTexts: Readonly<Record<string, string>> = {
  mean: "without the picture",
  others: "with other pictures in its place",
};

function wayText({ intervention }: Pick<Without, "intervention">): string {
  return wayTexts[intervention] ?? intervention;
}

const shortWays: Readonly<Record<string, string>> = { mean: "without the picture", others: "with other pictures" };

/** "without the picture “left” 0.412" */
export function saidShortly({ intervention, said }: Without): string {
  return `${shortWays[intervention] ?? intervention} ${quoted(bareText(said.text))} ${formatProbability(said.probability)}`;
}

function capital(text: string): string {
  return `${text[0]!.toUpperCase()}${text.slice(1)}`;
}

const sentences: Readonly<Record<DependenceCode, (word: string) => string>> = {
  depends: (word) => `The answer depends on the picture: without it the model says something else than ${word}.`,
  "does not matter": (word) => `The picture does not matter for ${word}: the model says the same without it.`,
  "could not tell": (word) =>
    `It could not be told whether ${word} depends on the picture: its probability changes without it, but it is still said.`,
};

/** A sentence for what was found of an answer token, and one for each way in which the picture was taken away. */
export function dependenceSentences({ verdict, original, without }: DependenceResult, text: string): string[] {
  const word = quoted(shownText(text));
  return [
    sentences[verdict](word),
    ...without.map(
      (each) =>
        `${capital(wayText(each))} p(${shownText(text)}) goes from ${formatProbability(original.probability)} to ${formatProbability(each.probability)}, and the model says ${quoted(shownText(each.said.text))} (${formatProbability(each.said.probability)}).`,
    ),
  ];
}
