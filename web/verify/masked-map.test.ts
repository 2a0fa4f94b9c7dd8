/** @file Tests of what is hatched on the picture and in the question. */
import { expect, it } from "vitest";
import { openRunOf } from "../../test/support/open-run.ts";
import { defaultSelection } from "../selection/selection.ts";
import { maskedMap, maskedPositions } from "./masked-map.ts";

const run = openRunOf();
const selection = { ...defaultSelection, tab: "verify", mask: "selection", tokens: [1] } as const;

it("the masked patches are hatched, with their words, and nothing is veiled", () => {
  expect(maskedMap(run, { ...selection, patches: [0, 5], words: [6] }, null)).toEqual({
    kind: "set",
    subject: "Masked",
    detail: "2 patches and 1 word, filled with the mean color (my selection)",
    groups: [{ patches: [0, 5], style: "masked", label: "masked" }],
    veil: false,
    words: [{ text: "t21", from: "question" }],
    note: "Hatched: masked patches. The rest of the picture is unchanged. Attention to the words is knocked out.",
  });
});

it("a set without patches hatches none, and says so", () => {
  expect(maskedMap(run, { ...selection, words: [6] }, null)).toMatchObject({
    groups: [],
    note: "The picture is not in this set: only words are masked.",
  });
});

it("says what is missing, or waits", () => {
  expect(maskedMap(run, selection, null)).toMatchObject({
    missing: expect.stringContaining("Nothing is selected") as unknown,
  });
  expect(maskedMap(run, { ...selection, mask: "causes" }, null)).toBeUndefined();
});

it("the whole picture is filled with the mean color, whatever fill is chosen", () => {
  const map = maskedMap(run, { ...selection, mask: "picture", fill: "blur" }, null);
  expect(map).toMatchObject({ detail: "10 patches, filled with the mean color (whole picture)" });
});

it("masked words are marked in the question while the tab is open", () => {
  const shown = { ...selection, patches: [0], words: [6] };
  expect(maskedPositions(run, shown)).toEqual(new Set([1, 6]));
  expect(maskedPositions(run, { ...shown, tab: "causes" })).toEqual(new Set());
  expect(maskedPositions(run, selection)).toEqual(new Set());
  expect(maskedPositions(run, { ...selection, mask: "causes" })).toBeUndefined();
  expect(maskedPositions(run, { ...selection, mask: "heads", layer: 0, head: 1 })).toEqual(new Set());
});
