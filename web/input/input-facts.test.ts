/** @file Tests of what the Model input view says. */
import { describe, expect, it } from "vitest";
import type { RunImage } from "../../src/run/types.ts";
import { fitChoices } from "../draft/fits.ts";
import { inputOfRun, inputText, pictureInInput } from "./input-facts.ts";

const padded: RunImage = {
  name: "cup.png",
  mediaType: "image/png",
  width: 600,
  height: 400,
  fit: "pad",
  inputWidth: 336,
  inputHeight: 336,
  grids: [{ rows: 24, cols: 24, box: { left: 0, top: -100, width: 600, height: 600 } }],
};

describe("the text under the model input", () => {
  it("names sizes, steps, patches and those that see only padding", () => {
    const steps = ["pad to 600 x 600 with the mean color", "resize to 336 x 336, bicubic"];
    expect(inputText({ ...inputOfRun(padded), steps })).toBe(
      "600 × 400 px, pad to 600 × 600 with the mean color, resize to 336 × 336, bicubic; input 336 × 336 px; 24 × 24 = 576 patches. 192 patches see only padding.",
    );
  });

  it("says nothing of padding where there is none", () => {
    const cropped = { ...padded, grids: [{ rows: 2, cols: 3, box: { left: 100, top: 0, width: 400, height: 400 } }] };
    expect(inputText(inputOfRun(cropped))).toBe("600 × 400 px; input 336 × 336 px; 2 × 3 = 6 patches.");
  });
});

describe("fits", () => {
  it("are those that the model allows, by their names", () => {
    expect(fitChoices(["pad", "default"])).toEqual([
      { value: "default", label: "model default" },
      { value: "pad", label: "pad" },
    ]);
    expect(fitChoices(undefined)).toHaveLength(1);
  });
});

describe("the picture in the input", () => {
  it("is shifted by the padding, and reaches beyond where it was cropped", () => {
    const input = { width: 300, height: 300 };
    expect(pictureInInput(padded, padded.grids[0]!, input)).toEqual({ left: 0, top: 50, width: 300, height: 200 });
    const crop = { rows: 1, cols: 1, box: { left: 100, top: 0, width: 400, height: 400 } };
    expect(pictureInInput(padded, crop, input)).toEqual({ left: -75, top: 0, width: 450, height: 300 });
  });
});
