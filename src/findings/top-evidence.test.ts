import { describe, expect, it } from "vitest";
import { exampleDescription } from "../../test/support/example-run.ts";
import { largestOf, rankedPositions, topPositions } from "./top-evidence.ts";

const description = exampleDescription();
/** Image tokens of the example with picture under them. */
const image = [1, 2, 3, 4, 9, 10, 11, 12, 13, 14];

describe("topPositions", () => {
  it("lets patches and words compete by one value each, up to the token's own position", () => {
    // Token 0 is predicted at position 16, whose value is the largest of all.
    const values = Float32Array.from(description.tokens, (_, position) => position);
    const top = (count: number) => topPositions(description, { map: "relevancy.language", token: 0, values, count });
    expect(top(3)).toEqual([13, 14, 15]);
    // Position 8 is a special token, which is no evidence.
    expect(top(8)).toEqual([7, 9, 10, 11, 12, 13, 14, 15]);
    // The first token cannot be masked.
    expect(top(99)).toEqual([...image, 5, 6, 7, 15].sort((a, b) => a - b));
  });

  it("ranks the image tokens alone of a map that has no numbers for text", () => {
    const values = Float32Array.from(image, (_, index) => 10 - index);
    const top = (count: number) => topPositions(description, { map: "grad-cam", token: 0, values, count });
    expect(top(5)).toEqual([1, 2, 3, 4, 9]);
    expect(top(99)).toEqual(image);
  });

  it("takes no token whose value is 0 or speaks against the answer", () => {
    const values = Float32Array.from(image, (_, index) => [-3, 2, 0, 1][index % 4]!);
    expect(topPositions(description, { map: "lrp.vision", token: 0, values, count: 8 })).toEqual([2, 4, 10, 12, 14]);
  });

  it("leaves out image tokens of padding alone, whatever their values", () => {
    const [first, ...others] = description.images;
    // The left column of the first picture lies beyond its edge.
    const padded = { ...first!, grids: [{ rows: 2, cols: 2, box: { left: -40, top: 0, width: 80, height: 30 } }] };
    const images = [padded, ...others];
    const values = Float32Array.from(image, (_, index) => 10 - index);
    const choice = { map: "grad-cam", token: 0, values, count: 2 } as const;
    expect(topPositions({ ...description, images }, choice)).toEqual([2, 4]);
  });
});

it("rankedPositions are text too for maps over the sequence", () => {
  expect(rankedPositions(description, { map: "occlusion", token: 0 })).toEqual(image);
  expect(rankedPositions(description, { map: "rollout", token: 0 })).toEqual([...image, 5, 6, 15, 7]);
});

it("largestOf takes the earlier of equal values", () => {
  expect(largestOf([4, 0, 2, 3], [1, 9, 1, 5, 1], 3)).toEqual([3, 0, 2]);
});
