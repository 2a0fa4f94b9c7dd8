/** @file Tests of shape arithmetic with known and named sizes. */
import { describe, expect, test } from "vitest";
import { broadcastDims, matMulDims, oneOr, reducedDims, reshapeTarget, showDims } from "./shapes.ts";

describe("broadcastDims", () => {
  test.each([
    [[2, 3], [3], [2, 3]],
    [[3], [2, 3], [2, 3]],
    [
      [2, 1],
      [1, 3],
      [2, 3],
    ],
    [[], [4], [4]],
    [
      ["rows", 3],
      ["rows", 1],
      ["rows", 3],
    ],
    [
      [1, 3],
      ["rows", 3],
      ["rows", 3],
    ],
    [
      ["rows", 1, 4],
      [5, 1],
      ["rows", 5, 4],
    ],
    [
      [oneOr(6, "a"), "rows"],
      [6, 1],
      [6, "rows"],
    ],
    [[6], [oneOr(6, "a")], [6]],
    [[1], [oneOr(6, "a")], [oneOr(6, "a")]],
  ])("%j with %j gives %j", (a, b, expected) => {
    expect(broadcastDims(a, b)).toEqual(expected);
  });

  test.each([
    [[2], [3]],
    [["rows"], ["keys"]],
    [["rows"], [2]],
    [[oneOr(6, "a")], [3]],
    [[oneOr(6, "a")], [16]],
    [[oneOr(6, "a")], [oneOr(6, "b")]],
    [
      [2, 3],
      [2, 1, 2],
    ],
  ])("%j and %j do not fit and both are named", (a, b) => {
    expect(() => broadcastDims(a, b)).toThrow(`graph: shapes ${showDims(a)} and ${showDims(b)} do not broadcast`);
  });
});

describe("matMulDims", () => {
  test.each([
    [
      [2, 3],
      [3, 4],
      [2, 4],
    ],
    [
      ["rows", 3],
      [3, "cols"],
      ["rows", "cols"],
    ],
    [
      [5, 1, 2, 3],
      [1, 7, 3, 4],
      [5, 7, 2, 4],
    ],
    [
      [5, 2, 3],
      [3, 4],
      [5, 2, 4],
    ],
  ])("%j by %j gives %j", (a, b, expected) => {
    expect(matMulDims(a, b)).toEqual(expected);
  });

  test.each([
    [
      [2, 3],
      [2, 3],
    ],
    [[3], [3, 4]],
    [[2, 3], [3]],
    [
      ["rows", "keys"],
      ["rows", 4],
    ],
  ])("%j by %j is refused", (a, b) => {
    expect(() => matMulDims(a, b)).toThrow("graph: MatMul needs");
  });

  test("leading axes that do not broadcast are refused", () => {
    expect(() => matMulDims([2, 4, 3], [3, 3, 4])).toThrow("do not broadcast");
  });
});

describe("reshapeTarget", () => {
  test("keeps a named size at its place and leaves one to be worked out", () => {
    expect(reshapeTarget(["rows", 12], ["rows", 3, 4])).toEqual([0, 3, 4]);
    expect(reshapeTarget([4, "rows", 8], [2, 2, "rows", 8])).toEqual([2, 2, -1, 8]);
    expect(reshapeTarget([2, 2, "rows", "rows"], [4, "rows", "rows"])).toEqual([4, -1, 0]);
  });

  test("refuses to leave two sizes open", () => {
    expect(() => reshapeTarget([4, "rows", "cols"], [2, 2, "rows", "cols"])).toThrow(
      "graph: Reshape from [4, rows, cols] to [2, 2, rows, cols] leaves two sizes open",
    );
  });

  test("refuses a target with another number of elements", () => {
    expect(() => reshapeTarget([2, 3], [4, 2])).toThrow("graph: Reshape from [2, 3] to [4, 2] changes the number");
    expect(() => reshapeTarget(["rows", 12], ["rows", 3, 5])).toThrow("changes the number");
  });
});

describe("reducedDims", () => {
  test("drops the axes or keeps them as 1, counted from either end", () => {
    expect(reducedDims([2, 3, "keys"], [0], false)).toEqual([3, "keys"]);
    expect(reducedDims([2, 3, "keys"], [-1], true)).toEqual([2, 3, 1]);
    expect(reducedDims([2, 3], [0, -1], false)).toEqual([]);
  });

  test("refuses an axis that is not there", () => {
    expect(() => reducedDims([2, 3], [2], false)).toThrow("graph: axis 2 is outside of [2, 3]");
    expect(() => reducedDims([2, 3], [-3], true)).toThrow("graph: axis -3 is outside of [2, 3]");
  });
});
