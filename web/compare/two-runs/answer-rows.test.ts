import { describe, expect, it } from "vitest";
import { answerRows, pictureText } from "./answer-rows.ts";

const token = (text: string) => ({ id: 1, text, role: "answer" as const, turn: 0 });
const said = (probability: number) => ({ probability, logit: 0, alternatives: [] });

describe("two answers", () => {
  const a = {
    tokens: [token("Q"), token("red"), token(".")],
    answer: { start: 1, end: 3 },
    answerTokens: [said(0.9), said(0.8)],
  };
  const b = { tokens: [token("none")], answer: { start: 0, end: 1 }, answerTokens: [said(0.5)] };

  it("stand side by side to the end of the longer one", () => {
    expect(answerRows(a, b)).toEqual([
      { place: 0, a: { text: "red", probability: 0.9 }, b: { text: "none", probability: 0.5 } },
      { place: 1, a: { text: ".", probability: 0.8 }, b: null },
    ]);
  });

  it("say what each saw", () => {
    const image = {} as never;
    expect([[], [image], [image, image]].map((images) => pictureText({ images }))).toEqual([
      "without a picture",
      "with the picture",
      "with 2 pictures",
    ]);
  });
});
