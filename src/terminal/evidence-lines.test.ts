import { describe, expect, it } from "vitest";
import type { ExplainedGroup } from "../findings/evidence.ts";
import { evidenceLines } from "./evidence-lines.ts";
import { textTable } from "./text-table.ts";

describe("textTable", () => {
  it("makes columns as wide as their longest field on a terminal", () => {
    expect(
      textTable([
        ["a", "bc", "d"],
        ["日本", "", "e"],
        ["long", "x", ""],
      ]),
    ).toEqual(["  a     bc  d", "  日本      e", "  long  x"]);
    expect(textTable([])).toEqual([]);
  });
});

function word(text: string, evidence: Partial<ExplainedGroup["evidence"]>): ExplainedGroup {
  const nothing = { onImage: 0, onText: 0, imagePart: null, patch: null, words: [] };
  return { tokens: [0], text, evidence: { ...nothing, ...evidence } };
}

const right = word("right.", {
  onImage: 3,
  onText: 1,
  imagePart: 0.75,
  patch: { position: 9, image: 1, row: 2, col: 3, relevancy: 2 },
  words: [
    { text: "Which", positions: [1], role: "question", relevancy: 0.6 },
    { text: "way", positions: [2], role: "question", relevancy: 0.4 },
    { text: "the", positions: [3], role: "question", relevancy: 0 },
  ],
});

describe("evidenceLines", () => {
  const options = { target: "logit", nameOf: (place: number) => `patch ${place}` };
  it("has a line for each word, with shares of image and text", () => {
    const against = { tokens: [], words: [right, word("a", {})], leaning: [] };
    expect(evidenceLines(against, { ...options, images: 2 })).toEqual([
      "Text against image, by exact relevancy (target: logit), as shares of both:",
      "  answer  image  most relevant words       most relevant patch",
      '  right.  0.75   "Which" 0.15, "way" 0.10  patch 9 0.50',
      "  a       -      -                         -",
    ]);
  });

  it("names words alone without a picture, and has no line without words", () => {
    const alone = word("right.", { ...right.evidence, onImage: 0, imagePart: 0, patch: null });
    expect(evidenceLines({ tokens: [], words: [alone], leaning: [] }, { ...options, images: 0 })).toEqual([
      "Words behind the answer, by exact relevancy (target: logit), as shares of all words:",
      "  answer  most relevant words",
      '  right.  "Which" 0.60, "way" 0.40',
    ]);
    expect(evidenceLines({ tokens: [], words: [], leaning: [] }, { ...options, images: 1 })).toEqual([]);
  });
});
