/** @file The sequence of a question and its answer: its tokens, and the positions that recording depends on. */
import type { Model } from "../engine/model.ts";
import type { PicturePlan } from "../models/plan.ts";
import type { RunMemoryToken, RunToken } from "../run/types.ts";
import type { Prompt } from "./prompt.ts";
import type { PreparedQuestion } from "./question.ts";
import { tokenText } from "./token-text.ts";

/** The positions of a sequence that recording depends on. */
export interface SequencePositions {
  readonly tokens: number;
  readonly question: readonly number[];
  readonly image: readonly number[];
  /** The positions that predict an answer token. */
  readonly predicting: readonly number[];
  /** Image tokens behind the sequence. */
  readonly memory: number;
}

export function positionsOf(
  tokens: readonly RunToken[],
  { promptLength, memory }: { readonly promptLength: number; readonly memory: number },
): SequencePositions {
  const withRole = (role: RunToken["role"]) => tokens.flatMap((token, i) => (token.role === role ? [i] : []));
  return {
    tokens: tokens.length,
    question: withRole("question"),
    image: withRole("image"),
    predicting: Array.from({ length: tokens.length - promptLength }, (_, i) => promptLength - 1 + i),
    memory,
  };
}

/** The answer as long as it may become, so that memory is checked before any of it is spent. */
export function longestSequence(
  { prompt, plans }: { readonly prompt: Pick<Prompt, "ids" | "tokens">; readonly plans: readonly PicturePlan[] },
  maxNewTokens: number,
): SequencePositions {
  const more = Array.from({ length: maxNewTokens }, (): RunToken => ({ id: 0, text: "", role: "answer", turn: 0 }));
  const memory = memoryOf(plans).length;
  return positionsOf([...prompt.tokens, ...more], { promptLength: prompt.ids.length, memory });
}

/** The image tokens behind the sequence, of all pictures in order. */
export function memoryOf(plans: readonly PicturePlan[]): RunMemoryToken[] {
  return plans.flatMap(({ memory, imageTokens }, image) =>
    memory === undefined
      ? []
      : imageTokens.map(({ cell }) => (cell === undefined ? { image } : { image, row: cell.row, col: cell.col })),
  );
}

export function answerTokens(model: Model, { tokens }: PreparedQuestion["prompt"], ids: readonly number[]): RunToken[] {
  const { tokenizer, stopTokenIds } = model.checkpoint;
  const turn = tokens.at(-1)?.turn ?? 0;
  return ids.map((id) => {
    const special = tokenizer.isSpecial(id) || stopTokenIds.includes(id);
    return { id, text: tokenText(tokenizer, id), role: special ? "special" : "answer", turn };
  });
}

/** Positions of the image tokens of one picture in the sequence. */
export function imagePositions(tokens: readonly RunToken[], image: number): number[] {
  return tokens.flatMap((token, position) => (token.role === "image" && token.image === image ? [position] : []));
}
