/** @file Tests of what tokens are called, and of what is said of them. */
import { describe, expect, it } from "vitest";
import { layoutOf } from "../run/layout.ts";
import type { RunDocument } from "../../src/server/api.ts";
import type { RunDescription, RunToken, TokenRole } from "../../src/run/types.ts";
import { exampleDescription } from "../../test/support/example-run.ts";
import { factsOf, meanOf, rulesText, sourceText } from "./token-facts.ts";
import { nameOfTokens, shownText } from "../../src/figure/token-names.ts";
import { sequencePieces } from "./sequence-pieces.ts";

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
    expect(pieces[1]).toEqual({ position: 1, role: "image", turn: 0, text: "picture 1", detail: "4 tokens" });
    expect(pieces.at(-1)).toMatchObject({ position: 19, role: "special", turn: 1, detail: "2" });
  });
});
