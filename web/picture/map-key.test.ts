/** @file Tests of what makes a new map. */
import { expect, it } from "vitest";
import { defaultSelection } from "../selection/selection.ts";
import { mapKeyOf } from "./map-key.ts";

it("a map is the same while only its look or what is selected on it changes", () => {
  const key = mapKeyOf(defaultSelection);
  expect(mapKeyOf({ ...defaultSelection, opacity: 0.2, grid: true, patches: [1], coloring: "patches" })).toBe(key);
  for (const change of [
    { tokens: [1] },
    { layer: 0 },
    { head: 0 },
    { words: [4] },
    { tab: "layers" },
    { part: "vision" },
  ] as const) {
    expect(mapKeyOf({ ...defaultSelection, ...change })).not.toBe(key);
  }
});

it("selected patches make a new map where they are what is masked", () => {
  const masking = { ...defaultSelection, tab: "verify", mask: "selection" } as const;
  expect(mapKeyOf({ ...masking, patches: [1] })).not.toBe(mapKeyOf(masking));
  expect(mapKeyOf({ ...masking, mask: "top", patches: [1] })).toBe(mapKeyOf({ ...masking, mask: "top" }));
});
