/** @file Marks of the user as masks, covered patches, and scores of heads. */
import { describe, expect, it } from "vitest";
import { scoresWithOverlap } from "../../src/methods/map-scores.ts";
import { boxMask } from "../../src/run/masks.ts";
import type { RunDescription } from "../../src/run/types.ts";
import { floatTensor } from "../../src/tensor/tensor.ts";
import { coveredByMarks, headScores, masksOfMarks } from "./marked-object.ts";
import { withPainted } from "./painted-masks.ts";

const size = { name: "a.png", width: 4, height: 2 };
const grid = { rows: 1, cols: 2, box: { left: 0, top: 0, width: 4, height: 2 } };
const images = [
  { ...size, grids: [grid] },
  { ...size, grids: [{ ...grid, box: { ...grid.box, width: 2 } }] },
] as unknown as RunDescription["images"];
const tokens = [0, 0, 1, 1].map((image, i) => ({ role: "image", image, row: 0, col: i % 2 }));
const run = { document: { description: { images, tokens, memory: [] } } } as unknown as Parameters<
  typeof coveredByMarks
>[0];

describe("masksOfMarks()", () => {
  it("unites boxes and painted masks of each picture", () => {
    const painted = withPainted(new Map(), { id: "r", picture: 1, mask: boxMask([0, 0, 1, 1], size) }).get("r");
    const [first, second] = masksOfMarks(images, { boxes: [{ picture: 1, box: [3, 1, 4, 2] }], painted });
    expect(first).toBeUndefined();
    expect([...second!.inside]).toEqual([1, 0, 0, 0, 0, 0, 0, 1]);
  });

  it("forgets a painted mask", () => {
    const painted = withPainted(new Map(), { id: "r", picture: 0, mask: boxMask([0, 0, 1, 1], size) });
    expect(withPainted(painted, { id: "r", picture: 0, mask: undefined }).get("r")!.size).toBe(0);
  });
});

describe("coveredByMarks()", () => {
  it("has the covered share of every image token", () => {
    const marks = { boxes: [{ picture: 0, box: [1, 0, 3, 2] }] as const, painted: undefined };
    expect([...coveredByMarks(run, marks)!]).toEqual([0.5, 0.5, 0, 0]);
  });

  it("is undefined where nothing is marked, or nothing that the model sees", () => {
    expect(coveredByMarks(run, { boxes: [], painted: undefined })).toBeUndefined();
    // The model sees the left half of the second picture only.
    const unseen = { boxes: [{ picture: 1, box: [2, 0, 4, 2] }] as const, painted: undefined };
    expect(coveredByMarks(run, unseen)).toBeUndefined();
  });
});

it("scores each head at the image tokens", () => {
  // Two layers of one head over five positions, of which the last is text.
  const attention = floatTensor([2, 1, 5], Float32Array.from([0.4, 0.1, 0, 0, 0.5, 0, 0, 0.2, 0.2, 0.6]));
  const covered = Float64Array.from([1, 0, 0, 0]);
  const positions = Int32Array.from([0, 1, 2, 3]);
  const by = (score: "mass" | "iou") => [...headScores(attention, { positions, covered, by: score })];
  expect(by("mass")).toEqual([expect.closeTo(0.8, 6), 0]);
  expect(by("iou")).toEqual(
    [
      [0.4, 0.1, 0, 0],
      [0, 0, 0.2, 0.2],
    ].map((map) => expect.closeTo(scoresWithOverlap(map, covered).iou, 6) as number),
  );
});
