import { describe, expect, it } from "vitest";
import type { NumberTensor } from "../data/data-source.ts";
import type { RunLayout } from "../run/layout.ts";
import { readLens, rowName, shownRow, tokenCurve, tokenProbabilities, topTokens, wordsOfPatches } from "./lens.ts";

// Two layers (three rows), four positions: two patches at 1 and 2, and the positions 2 and 3 that predict two answer tokens. The last
// patch predicts the first token, so that it stands twice on the position axis.
const vocabulary = 6;
const rows = 3;
const positions = [1, 2, 2, 3];

/** Logits of the whole vocabulary, [rows, positions, vocabulary]; the second and third position are the same one. */
const logits = Array.from({ length: rows }, (_, row) =>
  positions.map((position) =>
    Array.from({ length: vocabulary }, (_, id) => Math.sin(row * 7 + position * 3 + id * 5) * 3),
  ),
);
const answerIds = [4, 1];

const lines = logits.flat();
const logsumexp = lines.map((line) => Math.log(line.reduce((sum, value) => sum + Math.exp(value), 0)));
const ranked = lines.map((line) => line.map((_, id) => id).sort((a, b) => line[b]! - line[a]!));
const f32 = (dims: number[], values: number[]): NumberTensor => ({ dims, data: Float32Array.from(values) });
const i32 = (dims: number[], values: number[]): NumberTensor => ({ dims, data: Int32Array.from(values) });

const lastRivals = answerIds.map((id, token) => {
  const line = logits[rows - 1]![2 + token]!;
  return line
    .map((_, other) => other)
    .filter((other) => other !== id)
    .sort((a, b) => line[b]! - line[a]!)[0]!;
});

const tensors: Record<string, NumberTensor> = {
  "lens.positions": i32([4], positions),
  "lens.ids": i32(
    [rows, 4, 2],
    ranked.flatMap((ids) => ids.slice(0, 2)),
  ),
  "lens.logits": f32(
    [rows, 4, 2],
    lines.flatMap((line, at) => ranked[at]!.slice(0, 2).map((id) => line[id]!)),
  ),
  "lens.logsumexp": f32([rows, 4], logsumexp),
  "lens.answer": f32(
    [rows, 4, 2],
    lines.flatMap((line) => answerIds.map((id) => line[id]!)),
  ),
  "lens.rival": f32(
    [rows, 2],
    logits.flatMap((line) => lastRivals.map((id, token) => line[2 + token]![id]!)),
  ),
};
const layout = { imagePositions: Int32Array.of(1, 2), predicting: [2, 3] } as unknown as RunLayout;
const lens = readLens({ tensor: (name) => tensors[name], layout })!;

const softmax = (row: number, place: number, id: number): number =>
  Math.exp(logits[row]![place]![id]! - logsumexp[row * 4 + place]!);

describe("the lens of a run", () => {
  it("waits until all of its tensors have arrived", () => {
    const some = (name: string) => (name === "lens.rival" ? undefined : tensors[name]);
    expect(readLens({ tensor: some, layout })).toBeUndefined();
  });

  it("finds patches and predicting positions on its axis", () => {
    expect([lens.image, lens.predicting]).toEqual([
      [0, 1],
      [1, 3],
    ]);
  });

  it("names the best token of each place with its softmax", () => {
    for (const [place, best] of topTokens(lens, 1, [0, 1, 3]).entries()) {
      const at = [0, 1, 3][place]!;
      expect(best.id).toBe(ranked[4 + at]![0]);
      expect(best.probability).toBeCloseTo(softmax(1, at, best.id), 6);
    }
  });

  it("gives the probability of an answer token at any place", () => {
    const [first, second] = tokenProbabilities(lens, { row: 2, token: 1, places: [0, 3] });
    expect(first).toBeCloseTo(softmax(2, 0, 1), 6);
    expect(second).toBeCloseTo(softmax(2, 3, 1), 6);
  });

  it("follows a token and its strongest rival of the last layer through all rows", () => {
    const curve = tokenCurve(lens, 1, answerIds[1]!);
    expect(curve.rivalId).toBe(ranked[8 + 3]!.find((id) => id !== answerIds[1]));
    for (let row = 0; row < rows; row++) {
      expect(curve.token[row]).toBeCloseTo(softmax(row, 3, answerIds[1]!), 6);
      expect(curve.rival[row]).toBeCloseTo(softmax(row, 3, lastRivals[1]!), 6);
    }
  });

  it("counts the best words of the patches, each patch once", () => {
    const words = wordsOfPatches(lens, 0);
    expect(words.flatMap(({ patches }) => [...patches]).sort()).toEqual([0, 1]);
    for (const { id, patches } of words) for (const patch of patches) expect(ranked[patch]![0]).toBe(id);
  });

  it("shows the last row by default, and never one that the run does not have", () => {
    expect([shownRow(lens, null), shownRow(lens, 1), shownRow(lens, 40)]).toEqual([2, 1, 2]);
    expect([rowName(0), rowName(1)]).toEqual(["input", "0"]);
  });
});
