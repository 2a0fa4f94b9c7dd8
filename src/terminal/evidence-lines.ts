/** @file Text against image as lines for the terminal. */
import type { ExplainedGroup, TextAgainstImage } from "../findings/evidence.ts";
import { textTable } from "./text-table.ts";

/** Words that are named for each answer word. */
const namedWords = 2;

/** Names the image token at a place of the key axis. */
type PatchName = (place: number) => string;

function share(value: number): string {
  return value.toFixed(2);
}

/** Largest words with their share of the relevancy on image and text. */
function wordsText({ evidence }: ExplainedGroup): string {
  const total = evidence.onImage + evidence.onText;
  const named = evidence.words.slice(0, namedWords).filter(({ relevancy }) => relevancy > 0);
  return named.map(({ text, relevancy }) => `"${text}" ${share(relevancy / total)}`).join(", ") || "-";
}

function patchOf({ evidence: { patch, onImage, onText } }: ExplainedGroup, nameOf: PatchName): string {
  return patch === null || patch.relevancy <= 0
    ? "-"
    : `${nameOf(patch.position)} ${share(patch.relevancy / (onImage + onText))}`;
}

/**
 * A table with a line for each answer word: its image part, and the words and the patch that matter most, as shares of image and text.
 * Without a picture the words alone.
 */
export function evidenceLines(
  { words }: TextAgainstImage,
  { target, images, nameOf }: { target: string; images: number; nameOf: PatchName },
): string[] {
  if (words.length === 0) return [];
  if (images === 0) {
    const rows = words.map((word) => [word.text, wordsText(word)]);
    return [
      `Words behind the answer, by exact relevancy (target: ${target}), as shares of all words:`,
      ...textTable([["answer", "most relevant words"], ...rows]),
    ];
  }
  const rows = words.map((word) => [
    word.text,
    word.evidence.imagePart === null ? "-" : share(word.evidence.imagePart),
    wordsText(word),
    patchOf(word, nameOf),
  ]);
  return [
    `Text against image, by exact relevancy (target: ${target}), as shares of both:`,
    ...textTable([["answer", "image", "most relevant words", "most relevant patch"], ...rows]),
  ];
}
