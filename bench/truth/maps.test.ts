/** @file Image part, rows and maps of a small run made by hand. */
import { describe, expect, it } from "vitest";
import type { RunDescription, RunToken } from "../../src/run/types.ts";
import { floatTensor, intTensor, type Tensor } from "../../src/tensor/tensor.ts";
import { baselineMaps, imageMaps, imagePart, positionRows } from "./maps.ts";

const token = (role: RunToken["role"], cell?: { row: number; col: number }): RunToken => ({
  id: 0,
  text: "",
  role,
  turn: 0,
  ...(cell === undefined ? {} : { image: 0, ...cell }),
});

// bos, two image tokens, question, template, two answer tokens.
const description = {
  memory: [],
  tokens: [
    token("bos"),
    token("image", { row: 0, col: 0 }),
    token("image", { row: 0, col: 1 }),
    token("question"),
    token("template"),
    token("answer"),
    token("answer"),
  ],
  images: [{ width: 8, height: 4, grids: [{ rows: 1, cols: 2, box: { left: 0, top: 0, width: 8, height: 4 } }] }],
  answer: { start: 5, end: 7 },
  model: { languageLayers: 1 },
} as unknown as RunDescription;

describe("imagePart()", () => {
  const row = [9, 1, 2, 4, 9, 5, 0];

  it("is image over image, question and earlier answer tokens", () => {
    expect(imagePart(description, row, 0)).toBeCloseTo(3 / 7, 12);
    expect(imagePart(description, row, 1)).toBeCloseTo(3 / 12, 12);
  });

  it("takes only what is positive, and is not a number where nothing is", () => {
    expect(imagePart(description, [0, -1, 2, 6, 0, 0, 0], 0)).toBeCloseTo(2 / 8, 12);
    expect(imagePart(description, [1, 0, 0, 0, 1, 0, 0], 0)).toBeNaN();
  });
});

describe("positionRows() and imageMaps()", () => {
  const tensors = new Map<string, Tensor>([
    [
      "rollout",
      floatTensor(
        [2, 7],
        Float32Array.from({ length: 14 }, (_, i) => i),
      ),
    ],
    ["grad-cam", floatTensor([2, 2], Float32Array.of(1, 2, 3, 4))],
    // Two heads; the rows of the positions 4 and 5, which predict the answer.
    [
      "language.attention.0",
      floatTensor(
        [2, 2, 7],
        Float32Array.from({ length: 28 }, (_, i) => i),
      ),
    ],
    ["language.attention.0.queries", intTensor([2], Int32Array.of(4, 5))],
  ]);
  const run = { description, tensors };

  it("take the token's row, its own position left out", () => {
    expect([...positionRows(run, 1).get("rollout")!]).toEqual([7, 8, 9, 10, 11, 0, 13]);
  });

  it("take the mean over the heads of the row that predicts the token", () => {
    expect([...positionRows(run, 0).get("attention, layer 0")!]).toEqual([7, 8, 9, 10, 0, 12, 13]);
    expect([...imageMaps(run, 1).get("attention, layer 0")!]).toEqual([15, 16]);
  });

  it("hold the methods that were recorded and no others", () => {
    expect([...imageMaps(run, 1).keys()]).toEqual(["attention, layer 0", "rollout", "grad-cam"]);
    expect([...imageMaps(run, 1).get("grad-cam")!]).toEqual([3, 4]);
  });
});

describe("baselineMaps()", () => {
  it("are the same everywhere, and largest in the middle", () => {
    const wide = {
      ...description,
      images: [{ width: 6, height: 2, grids: [{ rows: 1, cols: 3, box: { left: 0, top: 0, width: 6, height: 2 } }] }],
      memory: [],
      tokens: [0, 1, 2].map((col) => token("image", { row: 0, col })),
    } as unknown as RunDescription;
    const maps = baselineMaps(wide);
    expect([...maps.get("uniform")!]).toEqual([1, 1, 1]);
    const [left, middle, right] = maps.get("center")!;
    expect(middle).toBe(1);
    expect(left).toBeCloseTo(Math.exp(-((1 / 3) ** 2) / 0.125), 6);
    expect(right).toBeCloseTo(left!, 6);
  });
});
