import { describe, expect, it } from "vitest";
import { exampleDescription } from "../../test/support/example-run.ts";
import { runInMemory, tensorsWithout } from "../../test/support/in-memory-run.ts";
import { evidenceDocument, evidenceOfTokens, patchText, textAgainstImage } from "./evidence.ts";

const sum = (numbers: readonly number[]) => numbers.reduce((total, x) => total + x, 0);

describe("textAgainstImage", () => {
  it("weighs every explained token and word of the run's exact relevancy", async () => {
    const run = await runInMemory();
    const { tokens, words, leaning } = (await textAgainstImage(run))!;
    expect(tokens.map(({ text }) => text)).toEqual(["t25", "t26"]);
    expect(words.map(({ tokens: indices }) => indices)).toEqual([[0], [1]]);
    expect(leaning).toHaveLength(2);
    // Row t of the example begins at t / 50 and grows by 1/1000 a position. Token 1 is predicted at 17, which is left out.
    const value = (position: number) => (20 + position) / 1000;
    const image = [1, 2, 3, 4, 9, 10, 11, 12, 13, 14].map(value);
    expect(tokens[1]!.evidence.onImage).toBeCloseTo(sum(image), 6);
    expect(tokens[1]!.evidence.onText).toBeCloseTo(sum([5, 6, 7, 15].map(value)), 6);
  });

  it("leaves out tokens that were not explained, and their words", async () => {
    const methods = { relevancy: { tokens: [1, 2], target: "logit" } };
    const { tokens, words } = (await textAgainstImage(await runInMemory({ description: { methods } })))!;
    expect(tokens.map((each) => each.tokens)).toEqual([[1]]);
    expect(words.map((each) => each.tokens)).toEqual([[1]]);
  });

  it("is null without exact relevancy of the language model", async () => {
    expect(await textAgainstImage(await runInMemory({ tensors: tensorsWithout("relevancy.exact") }))).toBeNull();
  });
});

describe("evidenceDocument", () => {
  it("lists the tokens that lean on the image by index, and only words that are relevant", async () => {
    const against = (await textAgainstImage(await runInMemory()))!;
    const { leaningOnImage, tokens } = evidenceDocument(against) as {
      leaningOnImage: { from: number; tokens: number[] };
      tokens: { words: unknown[] }[];
    };
    expect(leaningOnImage).toEqual({ from: 0.3, tokens: [1, 0] });
    // The own position of token 1 is the answer token before it.
    expect(tokens.map(({ words }) => words.length)).toEqual([4, 4]);
  });
});

describe("evidenceOfTokens", () => {
  it("takes the mean of the tokens", async () => {
    const run = await runInMemory();
    const [first, second, both] = await Promise.all([[0], [1], [0, 1]].map((each) => evidenceOfTokens(run, each)));
    expect(both!.onImage).toBeCloseTo((first!.onImage + second!.onImage) / 2, 6);
    expect(both!.patch!.relevancy).toBeCloseTo((first!.patch!.relevancy + second!.patch!.relevancy) / 2, 6);
  });
});

describe("patchText", () => {
  it("names the place, and the picture where there are several", () => {
    const description = exampleDescription();
    expect(patchText(description, 4)).toBe("patch in row 1, column 1 of picture 1");
    const memory = [{ image: 0 }, { image: 0, row: 0, col: 0 }, { image: 0, row: 0, col: 0 }];
    const box = (left: number) => ({ left, top: 0, width: 2, height: 4 });
    const grids = [0, 2].map((left) => ({ rows: 1, cols: 1, box: box(left) }));
    const tiles = { rows: 1, cols: 2 };
    const size = { width: 4, height: 4 };
    const views = [{ ...size, box: { ...size, left: 0, top: 0 }, tiles, grids: [0, 1] }];
    const images = [{ ...description.images[0]!, ...size, grids, views }];
    const names = [0, 1, 2].map((place) => patchText({ tokens: [], memory, images }, place));
    expect(names).toEqual([
      "image token without a place",
      "patch in row 0, column 0 of tile 1",
      "patch in row 0, column 0 of tile 2",
    ]);
  });
});
