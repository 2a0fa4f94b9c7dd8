/** @file Tests of the similarity of a word to patches, against vectors of known angles. */
import { describe, expect, it } from "vitest";
import { floatTensor } from "../../tensor/tensor.ts";
import { cosine, similarPatches, similarityTo } from "./similarity.ts";

describe("similarityTo()", () => {
  it("is the mean cosine of the nearest patches, and that of the mean patch", () => {
    // Ten more patches than count: the far ones point the other way and must not take part.
    const count = similarPatches + 10;
    const patches = floatTensor([count, 2]);
    for (let patch = 0; patch < count; patch++) {
      const angle = patch < similarPatches ? (patch * Math.PI) / 180 : Math.PI;
      patches.data.set([3 * Math.cos(angle), 3 * Math.sin(angle)], 2 * patch);
    }
    const { local, whole } = similarityTo([2, 0], patches);
    const near = Array.from({ length: similarPatches }, (_, patch) => Math.cos((patch * Math.PI) / 180));
    expect(local).toBeCloseTo(near.reduce((sum, value) => sum + value, 0) / similarPatches, 6);
    const mean = [0, 1].map((axis) => patches.data.filter((_, i) => i % 2 === axis).reduce((a, b) => a + b, 0));
    expect(whole).toBeCloseTo(mean[0]! / Math.hypot(mean[0]!, mean[1]!), 6);
  });

  it("takes all patches if there are few, and refuses none", () => {
    expect(similarityTo([1, 0], floatTensor([2, 2], Float32Array.of(1, 0, 0, 1))).local).toBeCloseTo(0.5, 12);
    expect(() => similarityTo([1], floatTensor([0, 1]))).toThrow("got none");
    expect(cosine([0, 0], [1, 1])).toBe(0);
  });
});
