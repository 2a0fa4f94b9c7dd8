/** @file Exports say what they are of, in parameters and not in data. */
import { describe, expect, it } from "vitest";
import { exampleDescription } from "../../../test/support/example-run.ts";
import { parametersOf, settingsText } from "./export-context.ts";

describe("what exports say beside the figure", () => {
  it("are the parameters of methods, without vocabularies and lists", () => {
    const methods = {
      ...exampleDescription().methods,
      lens: { best: 5, texts: Object.fromEntries(Array.from({ length: 100 }, (_, id) => [id, "word"])) },
      relevancy: { variants: ["exact"], target: { kind: "contrast", other: "left" } },
    };
    expect(parametersOf(methods)).toEqual({
      attention: {},
      rollout: { heads: "mean" },
      lens: { best: 5 },
      relevancy: { variants: ["exact"], target: { kind: "contrast", other: "left" } },
    });
  });

  it("are settings in words, with those left out that say nothing", () => {
    const settings = () => ({ layer: null, colorMap: "viridis", hideSinks: false, note: "", other: undefined });
    expect(settingsText({ settings })).toBe("layer all, color map viridis, hide sinks off");
    expect(settingsText({})).toBe("");
  });
});
