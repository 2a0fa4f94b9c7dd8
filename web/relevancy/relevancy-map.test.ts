import { describe, expect, it } from "vitest";
import { openRunOf, rowsOf } from "../../test/support/open-run.ts";
import { isMissing, type PictureMap } from "../map/picture-map.ts";
import { defaultSelection } from "../selection/selection.ts";
import { missingRelevancy, relevancyMap } from "./relevancy-map.ts";

const tensors = {
  "relevancy.exact.language": rowsOf(3, 20, (token, position) => token + position),
  "relevancy.exact.vision": rowsOf(3, 10, (token, patch) => token * 10 + patch),
  "lrp.language": rowsOf(3, 20, (token, position) => token - position),
};
const run = openRunOf({ tensors });
const shown = { ...defaultSelection, tab: "relevancy", tokens: [1] } as const;

function mapOf(more: object): PictureMap {
  const map = relevancyMap(run, { ...shown, ...more });
  if (map === undefined || isMissing(map)) throw new Error("There is no map.");
  return map;
}

describe("relevancy on the picture", () => {
  it("says what it is of, for whom, and by which variant", () => {
    expect(mapOf({ part: "vision" })).toMatchObject({
      subject: "Relevancy",
      detail: "vision tower, for “t26”, exact",
      signed: false,
    });
    expect([...mapOf({ part: "vision" }).values]).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
    expect([...mapOf({}).values]).toEqual([2, 3, 4, 5, 10, 11, 12, 13, 14, 15]);
  });

  it("has values of both signs where the method has, written so", () => {
    const map = mapOf({ part: "lrp.language" });
    expect(map).toMatchObject({
      subject: "LRP, language",
      detail: "for “t26”",
      signed: true,
    });
    expect([...map.values]).toEqual([0, -1, -2, -3, -8, -9, -10, -11, -12, -13]);
    expect(map.format(-0.5)).toBe("\u22120.500");
  });

  it("tells a contrast", () => {
    const contrast = openRunOf({ tensors, description: { methods: { relevancy: { target: "contrast:left" } } } });
    expect(relevancyMap(contrast, shown)).toMatchObject({ detail: "language model, for “t26”, against “left”, exact" });
  });

  it("waits for the default token and for rows, and says why they do not come", () => {
    const waiting = { tensors: { "relevancy.exact.language": "on its way" } } as const;
    expect(relevancyMap(openRunOf(waiting), { ...shown, tokens: null })).toBeUndefined();
    expect(relevancyMap(openRunOf(waiting), shown)).toBeUndefined();
    const failed = openRunOf({ ...waiting, failure: new Error("The server is away.") });
    expect(relevancyMap(failed, shown)).toEqual({ missing: "The server is away." });
  });

  it("says what is missing, and what would compute it", () => {
    expect(missingRelevancy(run, "exact", "language")).toBeUndefined();
    expect(missingRelevancy(run, "reference", "language")).toEqual({
      missing: "Relevancy, reference, was not computed.",
      request: { methods: ["relevancy"], variants: ["reference"] },
    });
    expect(missingRelevancy(run, "exact", "grad-cam")?.request).toEqual({ methods: ["grad-cam"] });
    expect(missingRelevancy(run, "exact", "lrp.vision")?.request).toEqual({ methods: ["lrp"] });
    // What the variant does not have for this model cannot be computed either.
    expect(missingRelevancy(run, "exact", "combined2")).toEqual({
      missing: 'The exact variant has no map "combined, second way" for this model.',
    });
    const partly = openRunOf({ tensors, description: { methods: { relevancy: { tokens: [0] } } } });
    expect(relevancyMap(partly, shown)).toEqual({ missing: "The selected tokens were not explained." });
    const tokens = run.document.description.tokens.filter(({ role }) => role !== "image");
    const answer = { start: tokens.length - 3, end: tokens.length };
    const textOnly = openRunOf({ tensors, description: { tokens, images: [], answer } });
    expect(relevancyMap(textOnly, shown)).toEqual({ missing: "The question has no picture." });
  });
});
