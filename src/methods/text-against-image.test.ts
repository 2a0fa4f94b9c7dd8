import { describe, expect, it } from "vitest";
import { floatTensor } from "../tensor/tensor.ts";
import { evidenceOf, leaningOnImage, type EvidenceToken } from "./text-against-image.ts";

// BOS, two patches, "Which way", template, answer "le" "ft" " now".
const tokens: EvidenceToken[] = [
  { text: "<s>", role: "bos" },
  { text: "<image>", role: "image", image: 0, row: 0, col: 0 },
  { text: "<image>", role: "image", image: 0, row: 0, col: 1 },
  { text: " Which", role: "question" },
  { text: " wa", role: "question" },
  { text: "y", role: "question" },
  { text: ":", role: "template" },
  { text: " le", role: "answer" },
  { text: "ft", role: "answer" },
  { text: " now", role: "answer" },
];
const first = { token: 0, own: 6 };
const second = { token: 1, own: 7 };
const third = { token: 2, own: 8 };
const rows = floatTensor(
  [3, 10],
  Float32Array.of(
    ...[9, 1, 2, 0.5, 0.25, 0.25, 7, 0, 0, 0],
    ...[9, 0, 4, 0.5, 1.5, 1, 7, 8, 0, 0],
    ...[9, 0, 0, 0, 0, 0, 7, 2, 8, 0],
  ),
);

describe("evidenceOf", () => {
  it("weighs image against question and earlier answer, and leaves everything else out", () => {
    expect(evidenceOf(rows, [first], { tokens, memory: [] })).toMatchObject({ onImage: 3, onText: 1, imagePart: 0.75 });
    expect(evidenceOf(rows, [third], { tokens, memory: [] })).toMatchObject({ onImage: 0, onText: 2, imagePart: 0 });
  });

  it("leaves the own position out, which is an earlier answer token", () => {
    const { onText, words } = evidenceOf(rows, [second], { tokens, memory: [] });
    expect(onText).toBe(3);
    expect(words.find(({ role }) => role === "answer")).toMatchObject({ text: "le", relevancy: 0 });
  });

  it("names the patch with the largest value by picture and cell", () => {
    expect(evidenceOf(rows, [first], { tokens, memory: [] }).patch).toEqual({
      position: 2,
      image: 0,
      row: 0,
      col: 1,
      relevancy: 2,
    });
    expect(
      evidenceOf(rows, [first], { tokens: tokens.filter(({ role }) => role !== "image"), memory: [] }).patch,
    ).toBeNull();
  });

  it("sums over the tokens of a word and sorts words, those of the question and of the answer so far", () => {
    expect(evidenceOf(rows, [first], { tokens, memory: [] }).words).toEqual([
      { text: "Which", positions: [3], role: "question", relevancy: 0.5 },
      { text: "way", positions: [4, 5], role: "question", relevancy: 0.5 },
    ]);
    expect(evidenceOf(rows, [third], { tokens, memory: [] }).words[0]).toEqual({
      text: "left",
      positions: [7, 8],
      role: "answer",
      relevancy: 2,
    });
  });

  it("takes the mean over tokens that are explained together, each without its own position", () => {
    const both = evidenceOf(rows, [first, second], { tokens, memory: [] });
    expect(both).toMatchObject({ onImage: 3.5, onText: 2, patch: { position: 2, relevancy: 3 } });
    expect(both.imagePart).toBeCloseTo(3.5 / 5.5, 6);
  });

  it("weighs image tokens behind the sequence, which only cross-attention reads", () => {
    const memory = [{ image: 0 }, { image: 0, row: 0, col: 0 }, { image: 0, row: 0, col: 1 }];
    const wide = floatTensor([1, 13], Float32Array.of(...[9, 1, 2, 0.5, 0.25, 0.25, 7, 0, 0, 0], ...[1, 3, 5]));
    const { onImage, onText, patch } = evidenceOf(wide, [first], { tokens, memory });
    expect([onImage, onText]).toEqual([12, 1]);
    expect(patch).toEqual({ position: 12, image: 0, row: 0, col: 1, relevancy: 5 });
  });

  it("has no image part where nothing is relevant", () => {
    expect(evidenceOf(floatTensor([1, 10]), [first], { tokens, memory: [] }).imagePart).toBeNull();
  });
});

describe("leaningOnImage", () => {
  const entry = (imagePart: number | null) => ({ evidence: { imagePart } });
  it("lists what reaches the limit, largest first", () => {
    const entries = [0.1, 0.3, null, 0.9].map(entry);
    expect(leaningOnImage(entries).map(({ evidence }) => evidence.imagePart)).toEqual([0.9, 0.3]);
    expect(leaningOnImage(entries, 0)).toHaveLength(3);
  });
});
