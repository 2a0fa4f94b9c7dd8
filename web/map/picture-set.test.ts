/** @file Tests of named groups of patches on the picture. */
import { describe, expect, it } from "vitest";
import { patchFacts, spokenPatch } from "./map-facts.ts";
import { patchGeometry } from "../../src/figure/patch-geometry.ts";
import { groupOfPatch, isSet, patchesOfSet, setTable, unseenText, type PictureSet } from "./picture-set.ts";

/** Two pictures of 2 x 2 patches; the first one is meant. */
const geometry = patchGeometry({
  picture: { width: 20, height: 20, grids: [{ rows: 2, cols: 2, box: { left: 0, top: 0, width: 20, height: 20 } }] },
  imageTokens: Array.from({ length: 8 }, (_, i) => ({
    position: i + 1,
    image: Math.floor(i / 4),
    cell: { grid: 0, row: Math.floor((i % 4) / 2), col: i % 2 },
  })),
  image: 0,
});
const set: PictureSet = {
  kind: "set",
  subject: "Explanation set",
  detail: "radius 1 to 2",
  groups: [
    { patches: [1, 6], style: "radius1", label: "radius 1" },
    { patches: [1, 3], style: "radius2", label: "radius 2" },
  ],
  veil: true,
};

describe("a set on the picture", () => {
  it("has each patch once, in the first group that names it, and none of other pictures", () => {
    expect(patchesOfSet(set, geometry).map(({ tokens }) => tokens)).toEqual([[1], [3]]);
    expect([0, 1, 3, 6].map((token) => groupOfPatch(set, token)?.label)).toEqual([
      undefined,
      "radius 1",
      "radius 2",
      "radius 1",
    ]);
  });

  it("is told from a map, from what is missing and from what is on its way", () => {
    const map = { values: new Float32Array(8), subject: "", detail: "", unit: "", signed: false, smooth: true };
    expect(isSet(set)).toBe(true);
    expect(isSet({ ...map, format: String })).toBe(false);
    expect(isSet({ missing: "nothing" })).toBe(false);
    expect(isSet(undefined)).toBe(false);
  });

  it("is a table of its patches", () => {
    const { columns, rows } = setTable(set, geometry);
    expect(columns.map(({ label }) => label)).toEqual(["group", "row", "column", "pixels"]);
    expect(rows).toEqual([
      ["radius 1", 0, 1, "10–20, 0–10"],
      ["radius 2", 1, 1, "10–20, 10–20"],
    ]);
  });

  it("is named by the tooltip and spoken", () => {
    const context = { map: undefined, set, geometry, sinks: new Set<number>() };
    expect(patchFacts(geometry.byToken.get(3)!, context).group).toBe("radius 2");
    expect(spokenPatch(patchFacts(geometry.byToken.get(1)!, context), false)).toBe("row 0, column 1, radius 1");
    expect(spokenPatch(patchFacts(geometry.byToken.get(0)!, context), true)).toBe("row 0, column 0, selected");
  });

  it("says which of its members cannot be shown", () => {
    expect(unseenText(set, geometry)).toBe("");
    const partly = { ...geometry, placeless: [1], undrawn: [3, 6, 9] };
    expect(unseenText(set, partly)).toBe(
      "1 image token has no place on the picture; 2 patches lie on tiles, which are not drawn.",
    );
  });
});
