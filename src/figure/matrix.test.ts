/** @file Tests of the matrix of layers and heads, of token strips and of number formats. */
import { describe, expect, it } from "vitest";
import { dataColors, formatMapValue, formatPercent, formatProbability, formatShare } from "./figure-style.ts";
import { mapRamp } from "./legend.ts";
import { drawMatrix, matrixCellSize } from "./matrix.ts";
import { svgText } from "./svg-text.ts";
import { beginsWord, drawTokenStrip, shownToken } from "./token-strip.ts";

describe("drawMatrix()", () => {
  it("colors each cell by its value", () => {
    const { svg } = drawMatrix(
      {
        matrix: { layers: 1, heads: 3, values: [0, 0.5, 1] },
        ramp: mapRamp("viridis"),
        range: { min: 0, max: 1 },
        selected: null,
        cellSize: 20,
        layerMeans: null,
      },
      svgText,
    );
    expect(svg.match(/<rect[^>]*fill="(#[0-9a-f]{6})"/g)?.map((rect) => rect.slice(-8, -1))).toEqual([
      "#440154",
      "#21918c",
      "#fde725",
    ]);
  });

  it("keeps cells whole and within the place", () => {
    for (const [layers, heads] of [
      [6, 6],
      [32, 32],
      [80, 64],
      [1, 1],
    ] as const) {
      const size = matrixCellSize({ layers, heads }, { width: 480, height: 560 });
      expect(Number.isInteger(size)).toBe(true);
      expect(size * heads).toBeLessThanOrEqual(480);
      expect(size * layers).toBeLessThanOrEqual(560);
    }
  });
});

describe("drawTokenStrip()", () => {
  const color = { bar: dataColors.image, fill: dataColors.imageMid };
  const strip = (tokens: { text: string; share: number | null }[], width = 640) =>
    drawTokenStrip({ tokens, selected: null, color, width }, svgText);

  it("draws a bar of 3 pixels whose length is the share", () => {
    const rects = [...strip([{ text: "right", share: 0.5 }]).svg.matchAll(/width="([\d.]+)" height="(\d+)"/g)];
    expect(rects[1]?.[2]).toBe("3");
    expect(Number(rects[1]?.[1])).toBeCloseTo(Number(rects[0]?.[1]) / 2, 1);
  });

  it("lets pieces of a word touch and sets words apart", () => {
    const boxes = [
      ...strip([" point", "s", " right"].map((text) => ({ text, share: 0 }))).svg.matchAll(
        /<rect x="([\d.]+)" y="2" width="([\d.]+)" height="28"/g,
      ),
    ].map(([, x, width]) => ({ x: Number(x), width: Number(width) }));
    expect(boxes).toHaveLength(3);
    expect(boxes[1]!.x).toBeCloseTo(boxes[0]!.x + boxes[0]!.width, 1);
    expect(boxes[2]!.x).toBeGreaterThan(boxes[1]!.x + boxes[1]!.width + 4);
  });

  it("breaks lines within its width", () => {
    const one = strip([{ text: " word", share: 1 }], 200).height;
    const many = strip(
      Array.from({ length: 12 }, () => ({ text: " word", share: 1 })),
      200,
    );
    expect(many.height).toBeGreaterThan(2 * one);
    for (const [, x, width] of many.svg.matchAll(/<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)" height="28"/g)) {
      expect(Number(x) + Number(width)).toBeLessThanOrEqual(200.02);
    }
  });

  it("shows white space and knows where words begin", () => {
    expect([" right", "\n", " ", "\t", ""].map(shownToken)).toEqual(["right", "\\n", "·", "\\t", "·"]);
    expect([" right", "s", "\n"].map((text) => beginsWord(text, 1))).toEqual([true, false, true]);
  });
});

describe("number formats", () => {
  it("follow the wording of the page", () => {
    expect([0.934, 0.99951, 0.0004, Number.NaN].map(formatProbability)).toEqual(["0.934", ">0.999", "<0.001", "-"]);
    expect([0.711, -0.5].map(formatShare)).toEqual(["0.71", "−0.50"]);
    expect([0, 0.0427, 0.00031, 12.3456, -0.2].map(formatMapValue)).toEqual([
      "0",
      "0.0427",
      "0.00031",
      "12.346",
      "−0.2000",
    ]);
    expect([0.06, 0.001, 0, 1].map(formatPercent)).toEqual(["6 %", "<1 %", "0 %", "100 %"]);
  });
});
