import { describe, expect, it } from "vitest";
import { openRunOf } from "../../test/support/open-run.ts";
import { attentionSource, nameOfHead } from "./attention-source.ts";

const run = openRunOf();
const answer = { from: "answer", words: [] } as const;
const question = { from: "question", tokens: [0] } as const;

describe("whose attention is shown", () => {
  it("is that of the positions that predict the answer tokens", () => {
    expect(attentionSource(run, { ...answer, tokens: [0] })).toEqual({
      positions: [16],
      name: "from the position that predicts “t25”",
    });
    expect(attentionSource(run, { ...answer, tokens: [0, 1] })).toEqual({
      positions: [16, 17],
      name: "from the positions that predict “t25 t26”",
    });
  });

  it("is that of the chosen words of the question, or of all of its last turn", () => {
    expect(attentionSource(run, { ...question, words: [5, 6] })).toEqual({
      positions: [5, 6],
      name: "from “t20 t21” in the question",
    });
    const all = { positions: [15], name: "from the question, mean of its tokens" };
    expect(attentionSource(run, { ...question, words: [] })).toEqual(all);
    // Positions of another run, which are no words of this question.
    expect(attentionSource(run, { ...question, words: [3, 99] })).toEqual(all);
  });
});

describe("the name of a head", () => {
  it("says what is a mean", () => {
    const names = [
      nameOfHead({ layer: null, head: null }),
      nameOfHead({ layer: null, head: 2 }),
      nameOfHead({ layer: 3, head: null }),
      nameOfHead({ layer: 3, head: 5 }),
    ];
    expect(names).toEqual([
      "mean of all heads",
      "head 2, mean of all layers",
      "layer 3, mean of its heads",
      "layer 3, head 5",
    ]);
  });
});
