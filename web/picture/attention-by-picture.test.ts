/** @file Tests of the pictures' shares of attention. */
import { expect, it } from "vitest";
import { floatTensor } from "../../src/tensor/tensor.ts";
import { attentionByPicture } from "./attention-by-picture.ts";

it("shares the attention of the chosen tokens among the pictures", () => {
  const layout = {
    imagePositions: Int32Array.from([1, 2, 4]),
    pictures: [
      { first: 0, end: 2 },
      { first: 2, end: 3 },
    ],
  };
  const rows = floatTensor([2, 5], Float32Array.from([0.4, 0.1, 0.2, 0.2, 0.1, 0, 0, 0.25, 0, 0.35]));
  expect(attentionByPicture(rows, layout, [0]).map((share) => share.toFixed(3))).toEqual(["0.750", "0.250"]);
  expect(attentionByPicture(rows, layout, [0, 1]).map((share) => share.toFixed(3))).toEqual(["0.550", "0.450"]);
  expect(attentionByPicture(rows, layout, [])).toEqual([0, 0]);
});
