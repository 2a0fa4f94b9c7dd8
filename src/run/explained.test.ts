import { describe, expect, it } from "vitest";
import { exampleDescription } from "../../test/support/example-run.ts";
import { explainedBy } from "./explained.ts";

function described(relevancy: Record<string, unknown>) {
  return explainedBy({ ...exampleDescription(), methods: { relevancy } }, "relevancy");
}

describe("explainedBy", () => {
  it("reads tokens, target and words", () => {
    const word = { text: "▁a", tokens: [0, 2] };
    expect(described({ tokens: [2, 0], target: "contrast:left", referenceWords: [word] })).toEqual({
      tokens: [0, 2],
      target: "contrast:left",
      layer: undefined,
      referenceWords: [word],
    });
  });

  it("leaves out words of tokens that were not explained", () => {
    expect(described({ tokens: [0], referenceWords: [{ text: "▁a", tokens: [0, 1] }] }).referenceWords).toEqual([]);
  });

  it("takes what a stranger wrote for every token and the raw logit", () => {
    const every = { tokens: [0, 1, 2], target: "logit", layer: undefined, referenceWords: [] };
    expect(described({})).toEqual(every);
    expect(described({ tokens: "all", target: 7, layer: -1, referenceWords: [{ text: "a", tokens: [] }] })).toEqual(
      every,
    );
    expect(explainedBy(exampleDescription(), "lrp")).toEqual(every);
    expect(described({ tokens: [99] }).tokens).toEqual([]);
  });
});
