/** @file Tests of what tokens are called, and of what is said of them. */
import { describe, expect, it } from "vitest";
import { layoutOf } from "../run/layout.ts";
import type { RunDocument } from "../../src/server/api.ts";
import type { RunDescription, RunToken, TokenRole } from "../../src/run/types.ts";
import { exampleDescription } from "../../test/support/example-run.ts";
import { factsOf, meanOf, rulesText, sourceText } from "./token-facts.ts";
import { isGap, nameOfTokens, shownText, shownWord } from "../../src/figure/token-names.ts";
import { sequencePieces, type SequencePiece } from "./sequence-pieces.ts";

const token = (text: string, role: TokenRole = "answer"): RunToken => ({ id: 1, text, role, turn: 0 });

describe("names of tokens", () => {
  const tokens = [token(" sp"), token("oon"), token(" on"), token(" a"), token("\n"), token(" b"), token(" c")];

  it("are one text for neighbors, a list for others, a count for many", () => {
    expect(nameOfTokens({ tokens }, [0, 1])).toBe("“spoon”");
    expect(nameOfTokens({ tokens }, [0, 2])).toBe("“sp” and “on”");
    expect(nameOfTokens({ tokens }, [0, 2, 5])).toBe("“sp”, “on” and “b”");
    expect(nameOfTokens({ tokens: [...tokens, ...tokens] }, [0, 2, 5, 7])).toBe("4 tokens");
    expect(nameOfTokens({ tokens }, [])).toBe("");
  });

  it("make white space visible", () => {
    expect([shownText(" way"), shownText(" "), shownText("\n")]).toEqual(["way", "·", "\\n"]);
    expect(nameOfTokens({ tokens }, [4])).toBe("“\\n”");
    expect([isGap("  "), isGap("\n"), isGap("\v"), isGap(" a")]).toEqual([true, false, false, false]);
  });

  it("make control characters visible, wherever a word is shown", () => {
    expect(["\r", "a\u0007b", "\u007f", "\u0085", " \u0000 "].map(shownText)).toEqual([
      "\\r",
      "a\\x07b",
      "\\x7F",
      "\\u0085",
      "\\x00",
    ]);
    const odd = { tokens: [token(" "), token("\t"), token(" b\u001b")] };
    expect(shownWord(odd, [0], "")).toBe("·");
    expect(shownWord(odd, [1], "")).toBe("\\t");
    expect(shownWord(odd, [2], "b\u001b")).toBe("b\\x1B");
    expect(nameOfTokens(odd, [2])).toBe("“b\\x1B”");
  });
});

describe("facts of tokens", () => {
  const description: RunDescription = exampleDescription();
  const run = { layout: layoutOf(description), document: { description } as RunDocument };

  it("count said tokens from 1, and the stop token among all", () => {
    expect(factsOf(run, [1]).place).toBe("token 2 of 2");
    expect(factsOf(run, [2]).place).toBe("token 3 of 3");
  });

  it("of several tokens multiply their probabilities", () => {
    const facts = factsOf(run, [0, 1]);
    expect([facts.text, facts.place, facts.probability, facts.surprise]).toEqual([
      "t25 t26",
      "2 tokens",
      "0.250",
      "2.00 bits",
    ]);
  });

  it("list the token before its rivals, once", () => {
    expect(factsOf(run, [0]).alternatives).toEqual([
      { text: "t25", probability: 0.5, isToken: true },
      { text: "é", probability: 0.25, isToken: false },
    ]);
  });

  it("say which rules chose the tokens, where there were any", () => {
    expect(rulesText({})).toBeUndefined();
    expect(rulesText({ generation: {} })).toBeUndefined();
    expect(rulesText({ generation: { repetition_penalty: 1.05, suppress_tokens: [3] } })).toBe(
      "Probabilities are the model's own. Tokens were chosen by the rules of its files: repetition_penalty, suppress_tokens.",
    );
  });

  it("say the larger part of image and text", () => {
    expect([sourceText(0.81), sourceText(0.47)]).toEqual(["0.81 image", "0.53 text"]);
    expect(meanOf([0.5, undefined, 1], [0, 2])).toBe(0.75);
    expect(meanOf([0.5, undefined], [0, 1])).toBeUndefined();
  });
});

describe("the whole sequence", () => {
  it("shows every token with its id, and the tokens of a picture as one", () => {
    const pieces = sequencePieces(exampleDescription());
    expect(pieces).toHaveLength(20 - 3 - 5);
    const { pieces: own, ...picture } = pieces[1]!;
    expect(picture).toEqual({ position: 1, role: "image", turn: 0, text: "picture 1", detail: "4 tokens" });
    expect(own?.().map(({ text }) => text)).toEqual(["0, 0", "0, 1", "1, 0", "1, 1"]);
    expect(pieces.at(-1)).toMatchObject({ position: 19, role: "special", turn: 1, detail: "2" });
  });

  /** A picture as an overview of 2 x 2 patches and two tiles of 2 x 3. */
  const box = { left: 0, top: 0, width: 60, height: 20 };
  const whole = { rows: 2, cols: 2, box };
  const tile = (left: number) => ({ rows: 2, cols: 3, box: { left, top: 0, width: 30, height: 20 } });
  const [shown] = exampleDescription().images;
  const cells = ({ rows, cols }: { rows: number; cols: number }): RunToken[] =>
    Array.from({ length: rows * cols }, (_, i) => ({
      ...token("<image>", "image"),
      image: 0,
      row: Math.floor(i / cols),
      col: i % cols,
    }));
  const rowEnd: RunToken = { ...token("<image>", "image"), image: 0 };
  const textsOf = (pieces: readonly SequencePiece[]) => pieces.map(({ text, detail }) => `${text}: ${detail}`);

  it("tells parts of a tiled picture and the text between them apart, however many tokens they have", () => {
    const grids = [tile(0), tile(30), whole];
    const one = { rows: 1, cols: 1 };
    const views = [
      { width: 24, height: 8, box, tiles: { rows: 1, cols: 2 }, grids: [0, 1] },
      { width: 12, height: 8, box, tiles: one, grids: [2] },
    ];
    const tokens = grids.flatMap((grid, i) => [token(`<${i}>`, "template"), ...cells(grid)]);
    const pieces = sequencePieces({ tokens, memory: [], images: [{ ...shown!, grids, views }] });
    expect(textsOf(pieces)).toEqual([
      "<0>: 1",
      "picture 1, tile 1 of 2: 6 tokens",
      "<1>: 1",
      "picture 1, tile 2 of 2: 6 tokens",
      "<2>: 1",
      "picture 1, overview: 4 tokens",
    ]);
  });

  it("opens a part to its rows with the tokens without a place, and a row to its tokens", () => {
    const plane = { rows: 2, cols: 5, box };
    const [first, second] = [cells(plane).slice(0, 5), cells(plane).slice(5)];
    const tokens = [...cells(whole), ...first, rowEnd, ...second, rowEnd];
    const pieces = sequencePieces({ tokens, memory: [], images: [{ ...shown!, grids: [whole, plane] }] });
    expect(textsOf(pieces)).toEqual([
      "picture 1, overview: 4 tokens",
      "picture 1, grid 1: 12 tokens, 2 without a place",
    ]);
    const rows = pieces[1]!.pieces!();
    expect(textsOf(rows)).toEqual(["row 0: 6 tokens, 1 without a place", "row 1: 6 tokens, 1 without a place"]);
    expect(textsOf(rows[1]!.pieces!()).slice(-2)).toEqual(["1, 4: 1", "no place: 1"]);
  });

  it("goes on with the memory tokens behind the sequence", () => {
    const { tokens, images } = { tokens: [token("a")], images: [{ ...shown!, grids: [tile(0)] }] };
    const memory = [{ image: 0 }, ...cells(tile(0)).map(({ row, col }) => ({ image: 0, row: row!, col: col! }))];
    const pieces = sequencePieces({ tokens, memory, images });
    expect(textsOf(pieces)).toEqual(["a: 1", "picture 1: 7 tokens, 1 without a place"]);
    expect(textsOf(pieces[1]!.pieces!()).slice(0, 2)).toEqual(["no place: memory 1 of 7", "0, 0: memory 2 of 7"]);
  });
});
