import { describe, expect, it } from "vitest";
import { openRunOf } from "../../test/support/open-run.ts";
import { inputsBehind } from "./inputs-behind.ts";

const run = openRunOf();
const words = [
  { text: "t20 t21", positions: [5, 6], role: "question", relevancy: 0.2 },
  { text: "t25", positions: [17], role: "answer", relevancy: 0.05 },
  { text: "t22", positions: [7], role: "answer", relevancy: 0.1 },
] as const;

describe("the inputs behind a token", () => {
  it("are the words and the best patch, most relevant first, and select what they are", () => {
    const patch = { position: 10, image: 1, row: 0, col: 1, relevancy: 0.15 };
    const inputs = inputsBehind({ patch, words }, run);
    expect(inputs.map(({ label, source, relevancy }) => [label, source, relevancy])).toEqual([
      ["t20 t21", "question", 0.2],
      ["best image patch", "image", 0.15],
      ["t22 (answer)", "answer", 0.1],
      ["t25 (answer)", "answer", 0.05],
    ]);
    // Position 10 is the sixth image token; what was answered before this answer is no token of it.
    expect(inputs.map(({ select }) => select)).toEqual([
      { words: [5, 6] },
      { patches: [5], picture: 1 },
      {},
      { tokens: [0] },
    ]);
    expect(new Set(inputs.map(({ key }) => key)).size).toBe(4);
  });

  it("are shown by a sign if they are white space or controls alone", () => {
    const { description } = run.document;
    const blank = { 5: " ", 17: "\u0007" } as Readonly<Record<number, string>>;
    const tokens = description.tokens.map((token, i) => ({ ...token, text: blank[i] ?? token.text }));
    const odd = openRunOf({ description: { tokens } });
    const found = [
      { text: "", positions: [5], role: "question", relevancy: 0.2 },
      { text: "\u0007", positions: [17], role: "answer", relevancy: 0.1 },
    ] as const;
    expect(inputsBehind({ patch: null, words: found }, odd).map(({ label }) => label)).toEqual(["·", "\\x07 (answer)"]);
  });

  it("are words alone without a picture", () => {
    expect(inputsBehind({ patch: null, words }, run).map(({ source }) => source)).not.toContain("image");
  });
});
