/** @file What a run's tokens are to its views: words of question and answer, image tokens and their cells, groups of positions. */
import { wordsAt, type TokenWord } from "../../src/methods/token-words.ts";
import {
  answerLength,
  imageTokens,
  positionsOfRole,
  predictingPosition,
  questionPositions,
  type ImageToken,
} from "../../src/run/positions.ts";
import type { RunDescription } from "../../src/run/types.ts";
import { valuesAt } from "./attention-row.ts";

/** A word of the answer; `tokens` are indices in the answer. */
export interface AnswerWord {
  readonly tokens: readonly number[];
  readonly text: string;
}

export interface RunLayout {
  /** Image tokens of all pictures, in order: entry j is image token j of every map. */
  readonly imageTokens: readonly ImageToken[];
  /** Position in the sequence of each image token. */
  readonly imagePositions: Int32Array;
  /** Per picture, its image tokens [first, end). */
  readonly pictures: readonly { readonly first: number; readonly end: number }[];
  /** Words of the question of the last turn, and of all turns. */
  readonly questionWords: readonly TokenWord[];
  readonly allQuestionWords: readonly TokenWord[];
  /** Words of the answer; special tokens stand alone. */
  readonly answerWords: readonly AnswerWord[];
  /** Answer tokens that are said, which leaves out the stop token; indices in the answer. */
  readonly saidTokens: readonly number[];
  /** Number of answer tokens, special ones included. */
  readonly answerLength: number;
  /** The position whose output predicts each answer token. */
  readonly predicting: readonly number[];
}

function rangesOfPictures(tokens: readonly ImageToken[], pictures: number): { first: number; end: number }[] {
  return Array.from({ length: pictures }, (_, picture) => {
    const first = tokens.findIndex(({ image }) => image === picture);
    const last = tokens.findLastIndex(({ image }) => image === picture);
    return first < 0 ? { first: 0, end: 0 } : { first, end: last + 1 };
  });
}

/** Reads the layout off a description; done once when a run is opened. */
export function layoutOf(description: RunDescription): RunLayout {
  const { tokens, answer, images } = description;
  const found = imageTokens(description);
  const turn = tokens.at(-1)?.turn ?? 0;
  const length = answerLength(description);
  const every = Array.from({ length }, (_, token) => token);
  const answerPositions = every.map((token) => answer.start + token);
  return {
    imageTokens: found,
    imagePositions: Int32Array.from(found, ({ position }) => position),
    pictures: rangesOfPictures(found, images.length),
    questionWords: wordsAt(tokens, questionPositions(description, turn)),
    allQuestionWords: wordsAt(tokens, positionsOfRole(description, "question")),
    answerWords: wordsAt(tokens, answerPositions).map(({ positions, text }) => ({
      tokens: positions.map((position) => position - answer.start),
      text,
    })),
    saidTokens: every.filter((token) => tokens[answer.start + token]!.role !== "special"),
    answerLength: length,
    predicting: every.map((token) => predictingPosition(description, token)),
  };
}

/** The word of the answer that an answer token belongs to. */
export function wordOfToken({ answerWords }: RunLayout, token: number): AnswerWord {
  return answerWords.find(({ tokens }) => tokens.includes(token)) ?? { tokens: [token], text: "" };
}

/** The values of a row [N] at the image tokens, [image tokens]. */
export function atImageTokens(row: ArrayLike<number>, { imagePositions }: RunLayout): Float32Array {
  return valuesAt(row, imagePositions);
}
