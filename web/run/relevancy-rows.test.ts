import { describe, expect, it } from "vitest";
import { evidenceOf } from "../../src/methods/text-against-image.ts";
import { floatTensor } from "../../src/tensor/tensor.ts";
import { openRunOf, rowsOf } from "../../test/support/open-run.ts";
import { defaultSelection } from "../selection/selection.ts";
import { groupOf, isOther, mapOf, mapOfGroup, partsOf, rowOfGroup, targetName } from "./relevancy-rows.ts";

// The example: 20 positions, 10 image tokens at 1-4 and 9-14, answer tokens 17-19 predicted at 16-18, the last one a stop token.
const length = 20;
const imagePositions = [1, 2, 3, 4, 9, 10, 11, 12, 13, 14];
const value = (token: number, position: number): number => token * 3 + position / 8;
/** Rows over the sequence, with the 1 of the identity where each token is predicted. */
const language = rowsOf(3, length, (token, position) => value(token, position) + (position === 16 + token ? 1 : 0));
const vision = rowsOf(3, 10, value);
const tensors = {
  "relevancy.exact.language": language,
  "relevancy.exact.vision": vision,
  "relevancy.reference.language": language,
  "gradient-rollout": language,
  "lrp.language": language,
};
const referenceWords = [{ text: "\u2581t25t26", tokens: [0, 1] }];
const run = openRunOf({ tensors, description: { methods: { relevancy: { referenceWords } } } });
const shown = { ...defaultSelection, tokens: [0] };
const group = (tokens: number[], isPublished = false) => ({ tokens, name: "", isPublished });

describe("maps", () => {
  it("are named by variant and part, and those of other methods by the method", () => {
    expect(mapOf("reference", "combined2")).toBe("relevancy.reference.combined2");
    expect(mapOf("exact", "combined2")).toBeUndefined();
    expect([mapOf("exact", "lrp.vision"), mapOf("reference", "grad-cam")]).toEqual(["lrp.vision", "grad-cam"]);
    expect([isOther("lrp.language"), isOther("vision")]).toEqual([true, false]);
    expect([partsOf(run, "exact"), partsOf(run, "reference")]).toEqual([["language", "vision"], ["language"]]);
  });
});

describe("what is explained", () => {
  it("is the token, its word, or what is said of the answer", () => {
    expect(groupOf(run, { ...shown, scope: "token" })).toEqual({ tokens: [0], name: "“t25”", isPublished: false });
    expect(groupOf(run, { ...shown, scope: "answer" })).toMatchObject({ tokens: [0, 1], name: "the whole answer" });
    const pieces = run.document.description.tokens.map((token, position) =>
      position === 18 ? { ...token, text: "t26" } : token,
    );
    const inPieces = openRunOf({ tensors, description: { tokens: pieces } });
    const word = groupOf(inPieces, { ...shown, scope: "word" });
    expect(word).toEqual({ tokens: [0, 1], name: "“t25t26”", isPublished: false });
  });

  it("is a word by the published tool's rules in its variant alone", () => {
    const at = { ...shown, tokens: [1], scope: "word", variant: "reference" } as const;
    expect(groupOf(run, at)).toEqual({ tokens: [0, 1], name: "“t25t26”", isPublished: true });
    expect(groupOf(run, { ...at, part: "gradient-rollout" }).isPublished).toBe(false);
    expect(groupOf(run, { ...at, variant: "exact" }).isPublished).toBe(false);
  });

  it("leaves out tokens that the method did not explain", () => {
    const methods = { relevancy: { tokens: [1] }, "grad-cam": { tokens: [0] } };
    const partly = openRunOf({ tensors, description: { methods } });
    expect(groupOf(partly, shown).tokens).toEqual([]);
    expect(groupOf(partly, { ...shown, part: "grad-cam" }).tokens).toEqual([0]);
    expect(groupOf(partly, { ...shown, scope: "answer" }).tokens).toEqual([1]);
  });
});

describe("the row of a group", () => {
  it("is the mean of its tokens' rows, each without its own position", () => {
    for (const name of ["relevancy.language", "gradient-rollout"] as const) {
      const row = rowOfGroup(run, name, group([0, 1]))!;
      const of = (token: number, i: number): number => (i === 16 + token ? 0 : value(token, i));
      for (let i = 0; i < length; i++) expect(row[i]).toBeCloseTo((of(0, i) + of(1, i)) / 2, 5);
    }
  });

  it("says of each word of the text what stands behind the token in bars", () => {
    const row = rowOfGroup(run, "relevancy.language", group([1]))!;
    const { words } = evidenceOf(
      floatTensor([3, length], language.data as Float32Array<ArrayBuffer>),
      [{ token: 1, own: 17 }],
      run.document.description,
    );
    expect(words.length).toBeGreaterThan(2);
    for (const { positions, relevancy } of words) {
      expect(positions.reduce((sum, position) => sum + row[position]!, 0)).toBeCloseTo(relevancy, 4);
    }
  });

  it("is the plain mean for methods without an identity, and for maps of image tokens", () => {
    const row = rowOfGroup(run, "lrp.language", group([0, 1]))!;
    expect(row[16]).toBeCloseTo((value(0, 16) + value(1, 16) + 1) / 2, 5);
    expect([...mapOfGroup(run, "relevancy.vision", group([1, 2]))!]).toEqual(
      Array.from({ length: 10 }, (_, i) => (value(1, i) + value(2, i)) / 2),
    );
  });

  it("of a published word is the last token's row over the number of tokens, without its own position too", () => {
    const row = rowOfGroup(run, "relevancy.reference.language", group([0, 1], true))!;
    for (let i = 0; i < length; i++) expect(row[i]).toBeCloseTo(i === 17 ? 0 : value(1, i) / 2, 5);
  });

  it("is read at the image tokens for a map", () => {
    const map = mapOfGroup(run, "relevancy.language", group([1]))!;
    expect([...map]).toEqual(imagePositions.map((position) => Math.fround(value(1, position))));
  });

  it("is not there while it is on its way, and for no tokens", () => {
    const waiting = openRunOf({ tensors: { "relevancy.exact.language": "on its way" } });
    expect(mapOfGroup(waiting, "relevancy.language", group([1]))).toBeUndefined();
    expect(rowOfGroup(run, "relevancy.language", group([]))).toBeUndefined();
  });
});

describe("what relevancy explains", () => {
  it("is told but for the raw logit", () => {
    const targetOf = (target?: string) =>
      targetName(openRunOf({ description: { methods: { relevancy: { target } } } }));
    expect([targetOf(), targetOf("logit"), targetOf("logprob"), targetOf("contrast: left")]).toEqual([
      ...["", "", "log-probability", "against “left”"],
    ]);
  });
});
