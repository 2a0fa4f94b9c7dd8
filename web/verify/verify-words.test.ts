/** @file Tests of what the tab says. */
import { describe, expect, it } from "vitest";
import { placeNumbers, placeSentences } from "../../src/figure/verdict-text.ts";
import { fills } from "../../src/run/measure-choices.ts";
import { resultsOf, type PlaceResult } from "../../src/run/measures.ts";
import { exampleMeasures } from "../../test/support/example-run.ts";
import { explanations } from "../figures/explanations.ts";
import { sizeText, type EvidenceMembers } from "./evidence/masked-evidence.ts";
import { leadingPart, maskedText, pictureNote, setsLabel } from "./verify-words.ts";

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
});

it("of several parts that which the answer depends on leads", () => {
  const [result] = resultsOf(exampleMeasures, "verify");
  const [image, text] = result!.parts;
  expect(leadingPart({ parts: [text!, image!] })).toBe(image);
  expect(leadingPart({ parts: [{ ...image!, verdict: "nothing" }, text!] }).kind).toBe("image");
});

it("null sets have their time at most where it is known", () => {
  expect([setsLabel(99, 4.12), setsLabel(199, undefined)]).toEqual(["99, at most 4.1 s", "199"]);
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
