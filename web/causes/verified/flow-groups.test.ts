/** @file A click on a group of a flow graph selects its patches or words, and a second one takes them back. */
import { describe, expect, it } from "vitest";
import { groupPatches } from "../../../src/cause-figure/found-causes.ts";
import { selectedGroup } from "./flow-groups.ts";

const layout = { imagePositions: Int32Array.of(4, 5, 6, 7, 40) };
const region = { name: "row 1, column 1", kind: "region" as const, positions: [5, 7, 40] };
const words = { name: "arrow", kind: "words" as const, positions: [12, 13] };

describe("a group", () => {
  it("has the patches at its positions, those behind the sequence too", () => {
    expect(groupPatches(layout, region)).toEqual([1, 3, 4]);
    expect(groupPatches(layout, words)).toEqual([]);
  });

  it("is selected by a click, and not any more by the next", () => {
    expect(selectedGroup({ patches: [0], words: [] }, layout, region)).toEqual({ patches: [1, 3, 4] });
    expect(selectedGroup({ patches: [1, 3, 4], words: [] }, layout, region)).toEqual({ patches: [] });
    expect(selectedGroup({ patches: [], words: [9] }, layout, words)).toEqual({ words: [9, 12, 13] });
    expect(selectedGroup({ patches: [], words: [9, 12, 13] }, layout, words)).toEqual({ words: [9] });
  });

  it("of the template or the target selects nothing", () => {
    const target = { name: "right", kind: "target" as const, positions: [20] };
    expect(selectedGroup({ patches: [1], words: [9] }, layout, target)).toEqual({});
  });
});
