import { describe, expect, it } from "vitest";
import { openRunOf, rowsOf } from "../../../test/support/open-run.ts";
import { isMissing } from "../../map/picture-map.ts";
import { defaultSelection } from "../../selection/selection.ts";
import { differenceMap } from "./difference-map.ts";

const runOf = (value: (token: number, position: number) => number) =>
  openRunOf({ tensors: { "relevancy.exact.language": rowsOf(3, 20, value) } });
const a = runOf((_, position) => position);
const b = runOf((token, position) => position * (token + 1) - 2);
const shown = { ...defaultSelection, tab: "compare", tokens: [1] } as const;

describe("what Compare draws on the picture", () => {
  it("is B less A, signed, and nothing on pictures that are not compared", () => {
    const map = differenceMap(a, shown, b)!;
    if (isMissing(map)) throw new Error(map.missing);
    // Positions 1 to 4 of the first picture: 2p - 2 - p; the second picture has six patches.
    expect([...map.values]).toEqual([-1, 0, 1, 2, 0, 0, 0, 0, 0, 0]);
    expect(map).toMatchObject({
      subject: "Difference",
      detail: "relevancy of the language model of run B less run A, for “t26”",
      unit: "difference, B − A",
      signed: true,
    });
    expect(map.format(0.25)).toBe("+0.250");
  });

  it("is the map of A while no second run is chosen", () => {
    const map = differenceMap(a, shown, null)!;
    if (isMissing(map)) throw new Error(map.missing);
    expect([...map.values]).toEqual([1, 2, 3, 4, 9, 10, 11, 12, 13, 14]);
    expect(map).toMatchObject({ subject: "Run A", signed: false, unit: "relevancy, no unit" });
  });

  it("says what is missing, and waits for the rest", () => {
    expect(differenceMap(a, shown, openRunOf())).toMatchObject({
      missing: expect.stringContaining("Run B: ") as string,
    });
    expect(differenceMap(openRunOf(), shown, null)).toMatchObject({ missing: "Relevancy was not computed." });
    const waiting = openRunOf({ tensors: { "relevancy.exact.language": "on its way" } });
    expect(differenceMap(waiting, { ...shown, tokens: null }, null)).toBeUndefined();
    expect(differenceMap(a, shown, waiting)).toBeUndefined();
  });
});
