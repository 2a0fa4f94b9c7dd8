import { describe, expect, it } from "vitest";
import { normalizeLevels } from "./normalize.ts";

const clip = {
  mean: [0.48145466, 0.4578275, 0.40821073],
  std: [0.26862954, 0.26130258, 0.27577711],
} as const;

describe("normalizeLevels", () => {
  it("computes (level x factor - mean) / std for every level and channel", () => {
    const levels = { width: 256, height: 1, data: Uint8Array.from({ length: 768 }, (_, i) => Math.floor(i / 3)) };
    const { dims, data } = normalizeLevels(levels, { rescaleFactor: 1 / 255, normalize: clip });
    expect(dims).toEqual([3, 1, 256]);
    const expected = [0, 1, 2].flatMap((channel) =>
      Array.from({ length: 256 }, (_, level) => (level / 255 - clip.mean[channel]!) / clip.std[channel]!),
    );
    expect(data).toBeCloseToArray(expected, 3e-7);
  });

  it("puts the channels first", () => {
    const levels = { width: 2, height: 2, data: Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]) };
    const { dims, data } = normalizeLevels(levels, { rescaleFactor: null, normalize: null });
    expect(dims).toEqual([3, 2, 2]);
    expect([...data]).toEqual([1, 4, 7, 10, 2, 5, 8, 11, 3, 6, 9, 12]);
  });

  it("rescales without normalizing where the processor does not normalize", () => {
    const levels = { width: 1, height: 1, data: Uint8Array.from([0, 51, 255]) };
    const { data } = normalizeLevels(levels, { rescaleFactor: 1 / 255, normalize: null });
    expect(data).toBeCloseToArray([0, 0.2, 1], 1e-7);
  });
});
