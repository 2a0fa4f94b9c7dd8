import { describe, expect, it } from "vitest";
import { seededRandom } from "../tensor/random.ts";
import { roundedValues, roundRows } from "./rounded-rows.ts";

describe("rounded rows", () => {
  it("come back within the stated error, exactly at 0 and at the maximum", () => {
    const random = seededRandom(3);
    const length = 97;
    const values = Float32Array.from(
      { length: 20 * length },
      (_, i) => random() ** 6 * 10 ** (((Math.floor(i / length) * 7) % 20) / 5 - 3),
    );
    for (let row = 0; row < 20; row++) values[row * length + 5] = 0;
    const back = roundedValues(roundRows(values, length), { length });
    for (let row = 0; row < 20; row++) {
      const own = values.subarray(row * length, (row + 1) * length);
      const read = back.subarray(row * length, (row + 1) * length);
      const max = Math.max(...own);
      expect(read).toBeCloseToArray(own, max / 255);
      expect(read[5]).toBe(0);
      expect(Math.max(...read)).toBeCloseTo(max, 6);
      for (const [i, value] of own.entries()) {
        const bound = (max * (2 * Math.sqrt(value / max) + 1 / 510)) / 510;
        expect(Math.abs(read[i]! - value)).toBeLessThanOrEqual(bound * 1.001 + 1e-9);
      }
    }
  });

  it("take zeros, negative and non-finite values as 0", () => {
    const rounded = roundRows(Float32Array.of(0, 0, 0, -1, Number.NaN, 2), 3);
    expect([...roundedValues(rounded, { length: 3 })]).toBeCloseToArray([0, 0, 0, 0, 0, 2], 1e-6);
  });

  it("can be read from the middle of a row", () => {
    const values = Float32Array.of(1, 4, 9, 16, 1, 0.25);
    const { codes, scales } = roundRows(values, 3);
    const part = roundedValues({ codes: codes.subarray(2, 5), scales }, { length: 3, first: 2 });
    expect([...part]).toBeCloseToArray([9, 16, 1], 16 / 255);
  });
});
