/** @file Tests of what the tab says. */
import { describe, expect, it } from "vitest";
import { placeNumbers, placeSentences } from "../../src/figure/verdict-text.ts";
import { fills } from "../../src/run/measure-choices.ts";
import type { PlaceResult } from "../../src/run/measures.ts";
import { exampleMeasures } from "../../test/support/example-run.ts";
import { explanations } from "../figures/explanations.ts";
import { sizeText, type EvidenceMembers } from "./evidence/masked-evidence.ts";
import { fallText, maskedText, pictureNote, randomSetsText, setsLabel } from "./verify-words.ts";

const word = { text: "arrow", positions: [5], from: "question" } as const;
const members = (parts: Partial<EvidenceMembers>): EvidenceMembers => ({ patches: [], words: [], heads: [], ...parts });
const both = members({ patches: [0, 1, 2], words: [word] });
const words = members({ words: [word, word] });
const heads = members({ heads: [{ layer: 0, head: 1 }] });

describe("what is masked", () => {
  it("is counted", () => {
    expect([both, words, heads, members({})].map(sizeText)).toEqual([
      "3 patches and 1 word",
      "2 words",
      "1 head",
      "nothing",
    ]);
  });

  it("is said with what became of it", () => {
    expect(maskedText(both, "mean")).toBe("3 patches and 1 word, filled with the mean color");
    expect(maskedText(both, "knock-out")).toBe("3 patches and 1 word, attention to them knocked out");
    // Words have no pixels to fill.
    expect(maskedText(words, "blur")).toBe("2 words, attention to them knocked out");
    expect(maskedText(members({ words: [word] }), "blur")).toBe("1 word, attention to it knocked out");
    expect(maskedText(heads, "blur")).toBe("1 head, output set to zero");
  });

  it("is said under the picture, also where the picture is not in it", () => {
    const note = (given: EvidenceMembers, fill: (typeof fills)[number], isWhole = false) =>
      pictureNote(given, { fill, isWhole });
    expect(note(both, "mean")).toBe(
      "Hatched: masked patches. The rest of the picture is unchanged. Attention to the words is knocked out.",
    );
    expect(note(both, "knock-out")).toContain("The picture itself is unchanged");
    expect(note(words, "mean")).toBe("The picture is not in this set: only words are masked.");
    expect(note(heads, "mean")).toContain("the picture is unchanged");
    expect(note(members({ patches: [0] }), "mean", true)).toContain("the whole picture");
  });

  it("is compared with random sets, with all there are, or with none", () => {
    const random = [0.5, 0.6];
    expect(randomSetsText({ random, allSets: false }, "3 patches")).toBe("2 random sets of 3 patches");
    expect(randomSetsText({ random, allSets: true }, "3 patches")).toBe("all 2 other sets of 3 patches");
    expect(randomSetsText({ random: [], allSets: true }, "196 patches")).toBe("there are no other sets of 196 patches");
  });

  it("changes the probability by a number with its sign", () => {
    expect(fallText({ original: 0.9, masked: 0.2 })).toBe("Change of the probability: −0.700.");
    expect(fallText({ original: 0.2, masked: 0.3 })).toBe("Change of the probability: +0.100.");
  });
});

it("random sets have their time where it is known", () => {
  expect([setsLabel(20, 4.12), setsLabel(200, undefined)]).toEqual(["20, about 4.1 s", "200"]);
});

it("a place is judged in its four sentences, with all probabilities", () => {
  expect(placeSentences).toEqual({
    "expected-place": "The selected place is what matters.",
    "wrong-place": "The image matters, but not this place.",
    "not-the-image": "The answer does not depend on the image.",
    undecided: "Not told apart.",
  });
  const place = exampleMeasures.find(({ request }) => request.kind === "place") as PlaceResult;
  expect(placeNumbers(place, " right")).toBe(
    "p(right) goes from 0.900 to 0.900 without the place, to 0.100 with the place alone, and to 0.200 without the picture.",
  );
});

it("nothing is said of why", () => {
  const topics = [
    "masked-map",
    "same-question",
    "against-chance",
    "smallest-set",
    "past-tests",
    "deletion",
    "insertion",
    "expected-place",
  ] as const;
  const said = [
    ...topics.flatMap((topic) => Object.values(explanations[topic])),
    ...Object.values(placeSentences),
    ...fills.flatMap((fill) => [maskedText(both, fill), pictureNote(both, { fill, isWhole: false })]),
  ].join(" ");
  expect(said).not.toMatch(/\b(explains|proves|because)\b/i);
});
