import { describe, expect, it } from "vitest";
import { exampleDescription } from "../../../test/support/example-run.ts";
import { openRunOf } from "../../../test/support/open-run.ts";
import { resultsOf } from "../../../src/run/measures.ts";
import { gridsDrawing, shareColors } from "./patching-drawing.ts";
import {
  fittingPatching,
  headGrids,
  headsTable,
  patchingRequest,
  priorTable,
  stateGrids,
  statesTable,
} from "./patching-facts.ts";

const result = resultsOf(exampleDescription().measures, "patching")[0]!;
const a = openRunOf();

describe("what is asked of two runs", () => {
  it("is about the token, the other run and the selected patches, and a kept result of the same fits", () => {
    const b = openRunOf();
    const request = patchingRequest(a, b, { token: 0, patches: [0, 2] });
    expect(request).toMatchObject({ kind: "patching", other: b.id, token: 0, region: [1, 3], heads: true });
    // Both answers are the same.
    expect(request.score).toBe("log-probability");
    expect(fittingPatching(a, request)).toBeUndefined();
    expect(fittingPatching(a, result.request)).toEqual(result);
    expect(fittingPatching(a, { ...result.request, other: "another" })).toBeUndefined();
  });
});

describe("the numbers of two runs patched into each other", () => {
  it("stand in a table, a row for each group in each band and for each head", () => {
    const states = statesTable(result).rows;
    expect(states).toHaveLength(2 * 4);
    expect(states[0]).toEqual(["layer 0", "chosen region", 0.9, 0.7]);
    expect(states.at(-1)).toEqual(["layer 1", "last position", 1, 1]);
    const heads = headsTable(result).rows;
    expect(heads).toHaveLength(4);
    expect(heads[1]).toEqual([0, 1, 0, 0.2, 0, 0.25]);
    expect(priorTable(result.prior).rows[0]).toEqual([0, 1, 0.2, 0.15]);
    expect([statesTable(undefined).rows, headsTable({}).rows]).toEqual([[], []]);
  });

  it("are two grids, of which each cell has a color of its share", () => {
    const [restored, removed] = stateGrids(result);
    expect(restored).toMatchObject({ rows: ["layer 0", "layer 1"], shares: result.states.restored });
    expect(removed!.columns).toEqual(["chosen region", "rest of the picture", "question", "last position"]);
    expect(headGrids(result).map(({ columns }) => columns)).toEqual([
      ["0", "1"],
      ["0", "1"],
    ]);
    expect(headGrids({ ...result, heads: undefined })).toEqual([]);
    expect(shareColors(1)).toEqual(shareColors(1.5));
    expect(shareColors(0).cell).not.toBe(shareColors(0.5).cell);
  });

  it("are drawn with a cell for each share that there is", () => {
    const [grid] = stateGrids(result);
    const cells = (markup: string) => [...markup.matchAll(/<rect /g)].length - 1;
    const drawn = gridsDrawing("t", [grid!], true);
    if (drawn.kind !== "svg") throw new Error("The drawing is no SVG.");
    expect(cells(drawn.markup)).toBe(8);
    expect(drawn.markup).toContain("90 %");
    const holed = gridsDrawing("t", [{ ...grid!, shares: [[null, 0.1, 0, 0.2], result.states.restored[1]!] }], false);
    if (holed.kind !== "svg") throw new Error("The drawing is no SVG.");
    expect(cells(holed.markup)).toBe(7);
  });
});
