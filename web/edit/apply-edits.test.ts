import { describe, expect, it } from "vitest";
import type { EditStep } from "../../src/run/types.ts";
import { cropOf, pixelBox } from "./apply-edits.ts";
import type { Pixels } from "./pixels.ts";
import { stepDrawing } from "./step-drawing.ts";
import { blurLine } from "../../src/image/blur.ts";
import { strokeCoverage } from "./stroke.ts";

const applyEdits = (original: Pixels, steps: readonly EditStep[]): Pixels => stepDrawing(original)(steps).pixels;

/** A picture whose levels name the pixel. */
function picture(width: number, height: number, level = (x: number, y: number) => 10 * x + y): Pixels {
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) data.fill(level(x, y), (y * width + x) * 4, (y * width + x) * 4 + 3);
  return { width, height, data };
}
const at = ({ width, data }: Pixels, x: number, y: number) => [
  ...data.subarray((y * width + x) * 4, (y * width + x) * 4 + 3),
];
const red = ({ width, height, data }: Pixels) =>
  Array.from({ length: height }, (_, y) => Array.from({ length: width }, (_, x) => data[(y * width + x) * 4]!));
const box = (left: number, top: number, width: number, height: number) => ({ left, top, width, height });

describe("an edited picture", () => {
  it("is the original where there are no steps, and never changes the original", () => {
    const original = picture(4, 3);
    const before = original.data.slice();
    expect(applyEdits(original, []).data).toEqual(before);
    applyEdits(original, [{ tool: "fill", box: box(0, 0, 4, 3), color: "#ff0000" }]);
    expect(original.data).toEqual(before);
  });

  it("is filled in the box alone, in whole pixels", () => {
    const filled = applyEdits(picture(5, 4), [{ tool: "fill", box: box(1.2, 1, 1.9, 2), color: "#804020" }]);
    for (let y = 0; y < 4; y++) {
      for (let x = 0; x < 5; x++) {
        const isIn = x >= 1 && x < 4 && y >= 1 && y < 3;
        expect(at(filled, x, y)).toEqual(isIn ? [128, 64, 32] : [10 * x + y, 10 * x + y, 10 * x + y]);
      }
    }
  });

  it("is cropped to what every crop keeps, whenever they were made", () => {
    const fill: EditStep = { tool: "fill", box: box(3, 2, 1, 1), color: "#000000" };
    const crops: EditStep[] = [
      { tool: "crop", box: box(1, 0, 4, 4) },
      { tool: "crop", box: box(0, 1, 4, 9) },
    ];
    const first = applyEdits(picture(6, 5), [...crops, fill]);
    expect(first).toEqual(applyEdits(picture(6, 5), [crops[0]!, fill, crops[1]!]));
    expect(red(first)).toEqual([
      [11, 21, 31],
      [12, 22, 0],
      [13, 23, 33],
    ]);
    expect(cropOf([{ tool: "crop", box: box(7, 7, 2, 2) }], { width: 6, height: 5 })).toEqual(box(0, 0, 6, 5));
    expect(pixelBox(box(-2, 3, 4, 9), { width: 6, height: 5 })).toEqual(box(0, 3, 2, 2));
  });

  it("is the original again where it was erased", () => {
    const steps: EditStep[] = [
      { tool: "fill", box: box(0, 0, 12, 12), color: "#ff00ff" },
      { tool: "eraser", points: [6, 6], size: 6 },
    ];
    const erased = applyEdits(picture(12, 12), steps);
    expect(at(erased, 5, 5)).toEqual([55, 55, 55]);
    expect(at(erased, 6, 7)).toEqual([67, 67, 67]);
    expect(at(erased, 0, 0)).toEqual([255, 0, 255]);
    const all = applyEdits(picture(12, 12), [steps[0]!, { tool: "eraser", points: [0, 0, 12, 12], size: 80 }]);
    expect(all).toEqual(picture(12, 12));
  });

  it("passes over steps that lie outside or are incomplete", () => {
    const steps: EditStep[] = [
      { tool: "blur", box: box(20, 20, 4, 4), size: 3 },
      { tool: "fill" },
      { tool: "pen", points: [] },
      { tool: "pen", points: [-50, -50], size: 4 },
    ];
    expect(applyEdits(picture(4, 4), steps)).toEqual(picture(4, 4));
  });
});

describe("a stroke", () => {
  const size = { width: 30, height: 20 };
  const area = (points: readonly number[], diameter: number) =>
    strokeCoverage(points, diameter, size).data.reduce((sum, value) => sum + value, 0);

  it("covers the area of a disk, and of a rounded bar", () => {
    expect(area([15, 10], 9) / (Math.PI * 4.5 ** 2)).toBeCloseTo(1, 1);
    const bar = 10 * 6 + Math.PI * 9;
    expect(Math.abs(area([10, 10, 20, 10], 6) - bar) / bar).toBeLessThan(0.02);
  });

  it("covers each pixel as much as points within the pixel do", () => {
    const points = [5.3, 6.1, 12.7, 9.4, 9.2, 14.8] as const;
    const { left, top, width, data } = strokeCoverage(points, 5, size);
    const distance = (x: number, y: number, [x0, y0, x1, y1]: readonly number[]) => {
      let best = Infinity;
      for (let k = 0; k <= 400; k++) {
        best = Math.min(best, Math.hypot(x - (x0! + ((x1! - x0!) * k) / 400), y - (y0! + ((y1! - y0!) * k) / 400)));
      }
      return best;
    };
    for (let y = 0; y < size.height; y += 2) {
      for (let x = 0; x < size.width; x += 2) {
        let inside = 0;
        for (let sub = 0; sub < 64; sub++) {
          const [px, py] = [x + ((sub % 8) + 0.5) / 8, y + (Math.floor(sub / 8) + 0.5) / 8];
          const near = Math.min(distance(px, py, points.slice(0, 4)), distance(px, py, points.slice(2)));
          if (near <= 2.5) inside++;
        }
        const isIn = x >= left && y >= top && x < left + width && (y - top) * width + x - left < data.length;
        const covered = isIn ? data[(y - top) * width + x - left]! : 0;
        expect(Math.abs(covered - inside / 64)).toBeLessThan(0.2);
      }
    }
  });

  it("does not cover twice where it crosses itself", () => {
    const there = strokeCoverage([5, 5, 20, 5], 4, size);
    const andBack = strokeCoverage([5, 5, 20, 5, 5, 5], 4, size);
    expect(andBack.data).toEqual(there.data);
  });
});

describe("a blur", () => {
  const gaussian = (sigma: number, length: number) => {
    const weights = Array.from({ length }, (_, i) => Math.exp(-((i - (length - 1) / 2) ** 2) / (2 * sigma ** 2)));
    const sum = weights.reduce((a, b) => a + b, 0);
    return weights.map((weight) => weight / sum);
  };

  it.each([1, 2.5, 7, 18])("of sigma %d has its mean and variance, and comes close to the Gaussian", (sigma) => {
    const length = 2 * Math.ceil(6 * sigma) + 41;
    const line = new Float32Array(length);
    line[(length - 1) / 2] = 1;
    blurLine(line, sigma);
    const sum = line.reduce((a, b) => a + b, 0);
    const variance = line.reduce((total, value, i) => total + value * (i - (length - 1) / 2) ** 2, 0);
    expect(sum).toBeCloseTo(1, 5);
    expect(variance / sigma ** 2).toBeCloseTo(1, 3);
    const wanted = gaussian(sigma, length);
    const worst = line.reduce((most, value, i) => Math.max(most, Math.abs(value - wanted[i]!)), 0);
    expect(worst / Math.max(...wanted)).toBeLessThan(0.07);
  });

  it("changes nothing of an even picture, and nothing outside its box", () => {
    const even = picture(20, 20, () => 77);
    expect(applyEdits(even, [{ tool: "blur", box: box(2, 2, 9, 9), size: 5 }])).toEqual(even);
    const steps = picture(20, 20, (x) => (x < 10 ? 0 : 200));
    const blurred = applyEdits(steps, [{ tool: "blur", box: box(4, 5, 12, 6), size: 2 }]);
    expect(red(blurred)[4]).toEqual(red(steps)[4]);
    expect(red(blurred)[11]).toEqual(red(steps)[11]);
    const row = red(blurred)[7]!;
    expect([row[3], row[16]]).toEqual([0, 200]);
    // The edge itself: half of each side, by symmetry.
    expect(row[9]! + row[10]!).toBe(200);
    for (let x = 5; x < 15; x++) expect(row[x]!).toBeGreaterThanOrEqual(row[x - 1]!);
  });

  it("of an edge follows the integral of the Gaussian", () => {
    const edge = picture(80, 9, (x) => (x < 40 ? 0 : 200));
    const row = red(applyEdits(edge, [{ tool: "blur", box: box(0, 0, 80, 9), size: 6 }]))[4]!;
    const weights = gaussian(6, 161);
    for (let x = 15; x < 65; x++) {
      const wanted = weights.reduce((sum, weight, i) => sum + (x + i - 80 >= 40 ? weight * 200 : 0), 0);
      expect(Math.abs(row[x]! - wanted)).toBeLessThan(2.5);
    }
  });
});
