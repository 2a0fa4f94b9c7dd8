/** @file Token activation maps of the answer tokens, from the hidden states after the last layer. */
import { lensRowsAtOnce, readLens } from "../../engine/lens.ts";
import type { Tap } from "../../engine/taps.ts";
import {
  activationOf,
  interferenceOf,
  rankGaussian,
  withoutInterference,
  type ContextWord,
} from "../../methods/token-activation-map.ts";
import { tensorOfRows } from "../../run/maps.ts";
import { floatTensor, type FloatTensor, type Tensor } from "../../tensor/tensor.ts";
import type { TracedAnswer, TracedPicture } from "../traced-answer.ts";
import { hiddenTaps, type MethodModule, type MethodWork, type RecordedQuestion } from "./method.ts";

/** Positions whose last hidden state is read: image tokens, question tokens, and those that predict an answer token. */
function readPositions({ positions: { image, question, predicting } }: RecordedQuestion): number[] {
  return [...image, ...question, ...predicting];
}

function stateTap(plan: RecordedQuestion): Tap {
  return hiddenTaps(plan.model.definition.language.config.layers, { rows: readPositions(plan) }).at(-1)!;
}

/** Logits of some vocabulary entries at the positions that are read. */
interface Logits {
  readonly values: FloatTensor;
  /** Index of an entry on the last axis. */
  readonly column: ReadonlyMap<number, number>;
}

/** Smooths a map within each grid of a picture; image tokens without a place keep their value. */
function smoothed(map: Float64Array, { plan, columns }: TracedPicture): void {
  for (const [grid, size] of plan.grids.entries()) {
    const cells = plan.imageTokens.flatMap(({ cell }, k) =>
      cell?.grid === grid ? [{ ...cell, at: columns[k]! }] : [],
    );
    const values = new Float64Array(size.rows * size.cols);
    for (const { row, col, at } of cells) values[row * size.cols + col] = map[at]!;
    const filtered = rankGaussian(values, size);
    for (const { row, col, at } of cells) map[at] = filtered[row * size.cols + col]!;
  }
}

/**
 * The map of an answer token, [image tokens]. Its context is every question token before it and every earlier answer token, a question token
 * at its own state and an answer token at the state that predicted it; what is the same vocabulary entry is left out.
 */
function mapOf(
  token: number,
  { answer, question, logits }: { answer: TracedAnswer; question: readonly { id: number }[]; logits: Logits },
): Float64Array {
  const { imageTokens } = answer;
  const { values, column } = logits;
  const entries = values.dims[1]!;
  const id = answer.ids[token]!;
  const at = (row: number, entry: number) => activationOf(values.data[row * entries + column.get(entry)!]!);
  const activation = (entry: number) => Float64Array.from({ length: imageTokens }, (_, row) => at(row, entry));
  const words = [...question, ...answer.ids.slice(0, token).map((earlier) => ({ id: earlier }))];
  const context = words.flatMap((word, k): ContextWord[] =>
    word.id === id ? [] : [{ activation: activation(word.id), relevance: at(imageTokens + k, id) }],
  );
  const map = withoutInterference(activation(id), interferenceOf(context, imageTokens));
  for (const picture of answer.pictures) smoothed(map, picture);
  return map;
}

/** `tam` [answer tokens, image tokens], not below 0, in logits. */
async function tamTensors(work: MethodWork): Promise<Map<string, Tensor>> {
  const { model, answer, options, positions, promptIds } = work;
  if (answer.imageTokens === 0) return new Map();
  const question = positions.question.map((position) => ({ id: promptIds[position]! }));
  const entries = [...new Set([...question.map(({ id }) => id), ...answer.ids])];
  const { asked } = await readLens(model, answer.read(stateTap(work)), entries);
  options.signal?.throwIfAborted();
  const logits = { values: asked, column: new Map(entries.map((entry, index) => [entry, index])) };
  const maps = floatTensor([answer.ids.length, answer.imageTokens]);
  for (const token of answer.ids.keys()) {
    maps.data.set(mapOf(token, { answer, question, logits }), token * answer.imageTokens);
  }
  return new Map([[tensorOfRows("tam"), maps]]);
}

export const tokenActivationMap: MethodModule = {
  name: "tam",
  stage: "lens",
  // The head works on part of the states at a time, and what is kept is a number for each.
  needs: (plan) => ({ languageTaps: [stateTap(plan)], lensRows: Math.min(lensRowsAtOnce, readPositions(plan).length) }),
  compute: (work) => ({ tensors: () => tamTensors(work) }),
};
