/** @file The answer with everything and the answer without the evidence, word by word. */
import { groupWords } from "../../../src/methods/words.ts";
import { tokenBytes } from "../../../src/methods/token-words.ts";
import type { VerifiedPart, VerifyResult } from "../../../src/run/measures.ts";
import type { RunDescription } from "../../../src/run/types.ts";
import { shownText } from "../../../src/figure/token-names.ts";
import type { Table } from "../../figures/figure.ts";

export interface ComparedToken {
  readonly text: string;
  /** The token whose probability is measured, or what stands in its place. */
  readonly isChosen: boolean;
  readonly probability: number;
}

type Word = readonly ComparedToken[];

interface GivenToken {
  readonly text: string;
  readonly probability: number;
  readonly isSpecial?: boolean;
}

/** Tokens as words, each token as it is shown; special tokens are left out. */
function wordsOf(tokens: readonly GivenToken[], chosen: number): Word[] {
  const pieces = tokens.map(({ text, isSpecial = false }) => ({ bytes: tokenBytes(text), special: isSpecial }));
  return groupWords(pieces)
    .map(({ start, end }) =>
      tokens
        .slice(start, end)
        .flatMap(({ text, probability, isSpecial = false }, i) =>
          isSpecial ? [] : [{ text: shownText(text), probability, isChosen: start + i === chosen }],
        ),
    )
    .filter((word) => word.length > 0);
}

/** The words of the run's answer. */
export function originalWords({ tokens, answer, answerTokens }: RunDescription, token: number): Word[] {
  const given = tokens.slice(answer.start, answer.end).map(({ text, role }, i) => ({
    text,
    probability: answerTokens[i]!.probability,
    isSpecial: role === "special",
  }));
  return wordsOf(given, token);
}

/** The words of the answer without the evidence; marked is what stands at the place of the chosen token. */
export function newWords({ answer, request }: Pick<VerifyResult, "answer" | "request">): Word[] {
  const isStop = (text: string): boolean => /^<[^>\s]+>$/.test(text.trim());
  return wordsOf(
    answer.tokens.map((token) => ({ ...token, isSpecial: isStop(token.text) })),
    request.token,
  );
}

/** Whether the answer is another one in words. */
export function isChanged({ answer }: Pick<VerifyResult, "answer">, original: string): boolean {
  return answer.text.trim() !== original.trim();
}

/** Both answers and both probabilities. */
export function answersTable(result: VerifyResult, original: string, masked: string): Table {
  return {
    columns: [
      { label: "Asked", kind: "text" },
      { label: "Answer", kind: "text" },
      { label: "Probability of the token", kind: "number" },
      { label: "Change", kind: "number" },
    ],
    rows: [
      ["with everything", original.trim(), result.original.probability, 0],
      [
        `without ${masked}`,
        result.answer.text.trim(),
        result.masked.probability,
        result.masked.probability - result.original.probability,
      ],
    ],
  };
}

/**
 * The first said token of the run's answer that the new answer does not have at its place, by its index in the answer; undefined where there
 * is none.
 */
export function firstChange(
  { tokens, answer }: RunDescription,
  { answer: found }: Pick<VerifyResult, "answer">,
): number | undefined {
  const given = tokens.slice(answer.start, answer.end);
  const at = given.findIndex(({ text, role }, i) => role === "answer" && text !== found.tokens[i]?.text);
  return at < 0 ? undefined : at;
}

/** Every fall of the tests of a part: of the part itself, and of each null set. */
export function nullTable({ tests }: VerifiedPart): Table {
  return {
    columns: [
      { label: "Taken away", kind: "text" },
      { label: "By", kind: "text" },
      { label: "Null sets", kind: "text" },
      { label: "Fall of the score", kind: "number" },
      { label: "p", kind: "number" },
    ],
    rows: tests.flatMap(({ intervention, nullSets, fall, falls, p }) => [
      ["this set", intervention, nullSets, fall, p],
      ...falls.map((other, i) => [`null set ${i + 1}`, intervention, nullSets, other, null] as const),
    ]),
  };
}
