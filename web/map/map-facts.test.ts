/** @file Tests of what a map says in numbers. */
import { describe, expect, it } from "vitest";
import { formatMapValue, formatProbability } from "../../src/figure/figure-style.ts";
import {
  endText,
  mapTable,
  noteOf,
  patchFacts,
  placeFacts,
  rangeOf,
  rankOf,
  spokenPatch,
  spokenPlace,
  type MapOnPicture,
} from "./map-facts.ts";
import type { GridChoice } from "../../src/run/grids.ts";
import { patchGeometry } from "../../src/figure/patch-geometry.ts";
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

describe("a picture that is seen as a whole and as tiles", () => {
  const box = { left: 0, top: 0, width: 40, height: 20 };
  const grids = [
    { rows: 1, cols: 1, box },
    { rows: 1, cols: 4, box },
  ];
  const views = [
    { width: 8, height: 8, box, tiles: { rows: 1, cols: 1 }, grids: [0] },
    { width: 16, height: 8, box, tiles: { rows: 1, cols: 2 }, grids: [1] },
  ];
  const cells = [{ grid: 0, row: 0, col: 0 }, ...[0, 1, 2, 3].map((col) => ({ grid: 1, row: 0, col })), undefined];
  const imageTokens = cells.map((cell, position) => ({ position, image: 0, cell }));
  const values = Float32Array.of(0.3, 0.1, 0.2, 0, 0, 0.4);
  const on = (choice: GridChoice) => ({
    map: { ...map, note: undefined, values },
    geometry: patchGeometry({ picture: { width: 40, height: 20, grids, views }, imageTokens, image: 0, choice }),
    sinks: new Set<number>(),
    hideSinks: false,
  });

  it("has a note of what lies on tokens without a place, and on grids that are not drawn", () => {
    expect(noteOf(on("each"))).toBe("40 % on 1 token without a place");
    expect(noteOf(on("overview"))).toBe("40 % on 1 token without a place · 30 % on the tiles, not drawn");
    expect(noteOf(on("finest"))).toBe("40 % on 1 token without a place · 30 % on coarser patches, not drawn");
    // Probabilities of the lens are no shares of a whole.
    expect(noteOf({ ...on("finest"), map: { ...on("finest").map, smooth: false } })).toBe("");
  });

  it("names the tile of a patch, and what the overview has at the same place", () => {
    const { geometry: each, map: shown, sinks } = on("each");
    const facts = placeFacts(each.byToken.get(3)!, { map: shown, geometry: each, sinks });
    expect(facts.map(({ place }) => place)).toEqual(["row 0, column 2, tile 2 of 2", "row 0, column 0, overview"]);
    expect(spokenPlace(facts, true)).toBe(
      "row 0, column 2, tile 2 of 2, 0, rank 4 of 5, selected; also row 0, column 0, overview, 0.3000",
    );
    const { geometry: finest } = on("finest");
    expect(placeFacts(finest.byToken.get(3)!, { map: shown, geometry: finest, sinks })).toHaveLength(1);
  });

  it("has a table of the patches of every drawn grid", () => {
    const { columns, rows } = mapTable(on("each"));
    expect(columns.slice(0, 2).map(({ label }) => label)).toEqual(["grid", "part"]);
    expect(rows.map(([grid, part]) => [grid, part])).toEqual([
      [0, "overview"],
      [1, "tile 1 of 2"],
      [1, "tile 1 of 2"],
      [1, "tile 2 of 2"],
      [1, "tile 2 of 2"],
    ]);
    expect(mapTable(on("overview")).rows).toHaveLength(1);
  });
});
