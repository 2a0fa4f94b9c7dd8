import { describe, expect, it } from "vitest";
import { possibleSelection } from "./possible.ts";
import { defaultSelection } from "./selection.ts";

const extent = {
  layers: 6,
  heads: 4,
  pictures: 2,
  imageTokens: 10,
  answerTokens: 5,
  questionPositions: [20, 21, 25],
};

describe("what a run has of a selection", () => {
  it("is the selection itself where all of it is possible", () => {
    const selection = {
      ...defaultSelection,
      layer: 5,
      head: 3,
      lensLayer: 6,
      picture: 1,
      tokens: [0, 4],
      patches: [9],
      words: [20, 25],
    };
    expect(possibleSelection(selection, extent)).toBe(selection);
    expect(possibleSelection(defaultSelection, extent)).toBe(defaultSelection);
  });

  it("falls back to the default for what is beyond the run", () => {
    const beyond = { layer: 6, head: 1, lensLayer: 7, picture: 2, tokens: [5], patches: [9, 10], words: [22, 25] };
    expect(possibleSelection({ ...defaultSelection, ...beyond }, extent)).toEqual({
      ...defaultSelection,
      patches: [9],
      words: [25],
    });
  });

  it("drops a head that the model does not have, and keeps its layer", () => {
    expect(possibleSelection({ ...defaultSelection, layer: 2, head: 4 }, extent)).toMatchObject({
      layer: 2,
      head: null,
    });
  });

  it("has the published tool's second map only with its variant", () => {
    expect(possibleSelection({ ...defaultSelection, part: "combined2" }, extent).part).toBe("language");
    const reference = { ...defaultSelection, part: "combined2", variant: "reference" } as const;
    expect(possibleSelection(reference, extent).part).toBe("combined2");
  });
});
