import { describe, expect, it } from "vitest";
import { curveBox, curvePoints, curveX, curveY, labelHeights, rowTicks } from "./curve-geometry.ts";

describe("the chart of a token over the layers", () => {
  it("spans its box from 0 to 1 and from the first row to the last", () => {
    expect([curveY(1), curveY(0)]).toEqual([curveBox.top, curveBox.height - curveBox.bottom]);
    expect([curveX(0, 7), curveX(6, 7)]).toEqual([curveBox.left, curveBox.width - curveBox.right]);
    expect(curvePoints([0, 1])).toBe("34.0,166.0 278.0,10.0");
  });

  it("ticks every layer of few, and an even choice of many", () => {
    expect(rowTicks(7)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(rowTicks(33)).toEqual([1, 5, 9, 13, 17, 21, 25, 29]);
  });

  it("keeps the names of both lines readable where the lines end together", () => {
    const [token, rival] = labelHeights(0.5, 0.49);
    expect(rival - token).toBeCloseTo(12, 9);
    expect(labelHeights(0.9, 0.1)).toEqual([curveY(0.9), curveY(0.1)]);
  });
});
