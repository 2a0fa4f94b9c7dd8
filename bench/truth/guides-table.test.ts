/** @file Test of the table of guides: means, and differences to relevance propagation question by question. */
import { expect, it } from "vitest";
import { guideNames, type GuidesFinding } from "./guides.ts";
import { guidesLines } from "./guides-table.ts";

const finding = (scene: string, lrp: number, other: number): GuidesFinding => ({
  name: scene,
  scene,
  scores: Object.fromEntries(
    guideNames.map((name, place) => {
      const value = place === 0 ? lrp : other;
      return [name, { pointing: value, mass: value, precision: value }];
    }),
  ) as GuidesFinding["scores"],
});

it("has the mean of every map, and beside it how far it lies from the first", () => {
  const lines = guidesLines([finding("a", 0.5, 0.25), finding("b", 0.75, 1)]);
  expect(lines[0]).toContain("2 grounded questions answered right");
  const row = (name: string) =>
    lines
      .find((line) => line.startsWith(`${name} `))!
      .trim()
      .split(/ {2,}/);
  expect(row("lrp, language")).toEqual(["lrp, language", "63", "63", "63"]);
  expect(row("edge scores")).toEqual(["edge scores", "63", "0", "63", "0", "63", "0"]);
});
