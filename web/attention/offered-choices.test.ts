/** @file Tests of which choices the Attention tab offers. */
import { describe, expect, it } from "vitest";
import { offeredChoices } from "./offered-choices.ts";

const picture = { imagePositions: Int32Array.of(1, 2) };
const maps = { flow: "raw", to: "image", cells: "maps" } as const;

describe("the choices of the Attention tab", () => {
  it("are those that change what is shown of a picture", () => {
    expect(offeredChoices(picture, maps)).toEqual({ to: true, cells: true, scale: true });
    expect(offeredChoices(picture, { ...maps, cells: "means" })).toEqual({ to: true, cells: true, scale: false });
    expect(offeredChoices(picture, { ...maps, to: "question" })).toEqual({ to: true, cells: false, scale: false });
    expect(offeredChoices(picture, { ...maps, flow: "rollout" })).toEqual({ to: false, cells: false, scale: true });
  });

  it("are none without a picture", () => {
    const none = { to: false, cells: false, scale: false };
    for (const flow of ["raw", "rollout"] as const) {
      expect(offeredChoices({ imagePositions: new Int32Array(0) }, { ...maps, flow })).toEqual(none);
    }
  });
});
