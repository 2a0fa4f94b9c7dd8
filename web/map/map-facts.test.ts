/** @file Tests of what a map says in numbers. */
import { describe, expect, it } from "vitest";
import { formatMapValue, formatProbability } from "../../src/figure/figure-style.ts";
import { endText, mapTable, noteOf, patchFacts, rangeOf, rankOf, spokenPatch, type MapOnPicture } from "./map-facts.ts";
import { patchGeometry } from "./patch-geometry.ts";
import type { PictureMap } from "./picture-map.ts";

/** A picture of 30 x 20 in a square of 3 x 3 cells: the third row lies on padding. */
const geometry = patchGeometry({
  picture: { width: 30, height: 20, grids: [{ rows: 3, cols: 3, box: { left: 0, top: 0, width: 30, height: 30 } }] },
  imageTokens: Array.from({ length: 9 }, (_, i) => ({
    position: i + 1,
    image: 0,
    cell: { grid: 0, row: Math.floor(i / 3), col: i % 3 },
  })),
  image: 0,
});
const map: PictureMap = {
  subject: "Attention",
  detail: "mean of all heads",
  values: Float32Array.from([0.1, 0.2, 0.05, 0.2, 0.1, 0.05, 0.25, 0.05, 0]),
  unit: "attention weight per patch",
  note: "on the picture: 0.70 of 1",
  signed: false,
  format: formatMapValue,
  smooth: true,
};
const drawn: MapOnPicture = { map, geometry, sinks: new Set([1]), hideSinks: false };

describe("the scale", () => {
  it("goes from 0 to the largest cell on the picture, and leaves hidden sinks out", () => {
    expect(rangeOf(drawn)).toEqual({ min: 0, max: Math.fround(0.2) });
    const values = Float32Array.from([0.1, 0.9, 0, 0.3, 0, 0, 5, 0, 0]);
    expect(rangeOf({ ...drawn, map: { ...map, values }, hideSinks: true }).max).toBeCloseTo(0.3);
  });

  it("is centred on 0 for signed maps, and the map's own where it has one", () => {
    const values = Float32Array.from([0.5, -2, 0, 0, 0, 0, 9, 0, 0]);
    expect(rangeOf({ ...drawn, map: { ...map, values, signed: true } })).toEqual({ min: -2, max: 2 });
    expect(rangeOf({ ...drawn, map: { ...map, range: { min: 0, max: 1 } } })).toEqual({ min: 0, max: 1 });
  });
});

describe("the ends in the legend", () => {
  it("are exact where they are whole", () => {
    const probability = { format: formatProbability };
    expect([0, 1, -1].map((value) => endText(value, probability))).toEqual(["0", "1", "−1"]);
    expect(endText(0.9999, probability)).toBe(">0.999");
    expect(endText(0.0427, map)).toBe("0.0427");
  });
});

describe("ranks", () => {
  it("count the patches of the picture that are larger; equal ones share a rank", () => {
    expect([0, 1, 2, 3, 4, 5].map((token) => rankOf(geometry, map.values, token))).toEqual([3, 1, 5, 1, 3, 5]);
  });
});

describe("the note", () => {
  it("names the share on padding", () => {
    expect(noteOf(drawn)).toBe("on the picture: 0.70 of 1 · 30 % on padding");
  });

  it("names hidden sinks and a locked scale", () => {
    const plain = { ...map, note: undefined, values: Float32Array.from([1, 0, 0, 0, 0, 0, 0, 0, 0]) };
    expect(noteOf({ ...drawn, map: plain })).toBe("");
    expect(noteOf({ ...drawn, map: plain, hideSinks: true }, true)).toBe("without 1 sink · scale locked");
  });
});

describe("a patch in words", () => {
  it("has place, value, rank and state", () => {
    const facts = patchFacts(geometry.byToken.get(4)!, drawn);
    expect(facts.pixels).toBe("10–20, 10–20");
    expect(spokenPatch(facts, true)).toBe("row 1, column 1, 0.1000, rank 3 of 6, selected");
    const sink = patchFacts(geometry.byToken.get(1)!, { ...drawn, map: { ...map, words: ["a", "cat"] } });
    expect(spokenPatch(sink, false)).toBe("row 0, column 1, cat, 0.2000, rank 1 of 6, sink");
    expect(spokenPatch(patchFacts(geometry.byToken.get(1)!, { ...drawn, map: undefined }), false)).toBe(
      "row 0, column 1, sink",
    );
  });
});

describe("the table", () => {
  it("has every patch on the picture with the rank that the tooltip shows", () => {
    const { columns, rows } = mapTable(drawn);
    expect(columns.map(({ label }) => label)).toEqual(["row", "column", "value", "rank", "sink", "pixels"]);
    expect(rows).toHaveLength(6);
    expect(rows.map((row) => row[3])).toEqual([0, 1, 2, 3, 4, 5].map((token) => rankOf(geometry, map.values, token)));
    expect(rows[1]).toEqual([0, 1, Math.fround(0.2), 1, "yes", "10–20, 0–10"]);
  });
});
