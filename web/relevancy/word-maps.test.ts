import { describe, expect, it } from "vitest";
import { openRunOf, rowsOf } from "../../test/support/open-run.ts";
import { wordMaps } from "./word-maps.ts";

const value = (token: number, patch: number): number => (token + 1) * (patch % 4);
const tensors = {
  "relevancy.exact.vision": rowsOf(3, 10, value),
  "relevancy.reference.vision": rowsOf(3, 10, value),
  "relevancy.reference.language": rowsOf(3, 20, value),
};
const exact = { variant: "exact", part: "vision" } as const;
const reference = { variant: "reference", part: "vision" } as const;

describe("maps of words", () => {
  it("come for each word that is said, on one scale from 0 to the largest value of all", () => {
    const { words, range } = wordMaps(openRunOf({ tensors }), exact)!;
    expect(words.map(({ text, tokens, max }) => [text, [...tokens], max])).toEqual([
      ["t25", [0], 3],
      ["t26", [1], 6],
    ]);
    expect(range).toEqual({ min: 0, max: 6 });
    expect([...words[1]!.values]).toEqual(Array.from({ length: 10 }, (_, patch) => value(1, patch)));
  });

  it("leave out words of which a token was not explained", () => {
    const run = openRunOf({ tensors, description: { methods: { relevancy: { tokens: [1, 2] } } } });
    expect(wordMaps(run, exact)!.words.map(({ text }) => text)).toEqual(["t26"]);
  });

  it("follow the published tool's words in its variant", () => {
    const referenceWords = [
      { text: "\u2581t25\u2581t26", tokens: [0, 1] },
      { text: "</s>", tokens: [2] },
    ];
    const run = openRunOf({ tensors, description: { methods: { relevancy: { referenceWords } } } });
    const { words } = wordMaps(run, reference)!;
    expect(words.map(({ text }) => text)).toEqual(["t25 t26"]);
    // The mean of its tokens' maps; of the language model, whose maps grow, the last token's row over their number.
    expect([...words[0]!.values]).toEqual(
      Array.from({ length: 10 }, (_, patch) => (value(0, patch) + value(1, patch)) / 2),
    );
    const [grown] = wordMaps(run, { ...reference, part: "language" })!.words;
    const positions = [1, 2, 3, 4, 9, 10, 11, 12, 13, 14];
    expect([...grown!.values]).toEqual(positions.map((position) => value(1, position) / 2));
  });

  it("are not there while one of them is on its way, or where nothing was computed", () => {
    expect(wordMaps(openRunOf({ tensors: { "relevancy.exact.vision": "on its way" } }), exact)).toBeUndefined();
    expect(wordMaps(openRunOf(), exact)).toBeUndefined();
  });
});
