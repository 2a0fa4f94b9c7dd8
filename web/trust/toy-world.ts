/** @file The world of the toy models that come with the program: words of its questions, and the form of its scenes (demo/recipe/world.py). */
import { lastQuestion } from "../../src/run/question.ts";
import type { RunDescription } from "../../src/run/types.ts";
import { quoted } from "../../src/figure/token-names.ts";

const kinds = "circle square triangle star heart cross ring arrow banana apple face cup door object image";
const worldWords = new Set(
  [
    kinds,
    "circles squares triangles stars hearts crosses rings arrows bananas apples faces cups doors objects",
    "red green blue yellow purple orange black pink color",
    "left right up down top bottom center happy sad full empty open closed pointing point",
    "no yes one two three four five",
    "what which where how many is are does the a an in at on of or above below there can you see it way describe answer question options correct",
  ].flatMap((words) => words.split(" ")),
);

/** Words that a hint names. */
const namedWords = 3;
/** Scenes are square; a picture this far from it is none. */
const mostUneven = 1.1;

/** Words of a question that no question of the world has. */
export function foreignWords(question: string): string[] {
  const words = question.toLowerCase().match(/\p{L}+/gu) ?? [];
  return [...new Set(words.filter((word) => !worldWords.has(word)))].filter((word) => word.length > 1);
}

/** What of a run is not of the world, as sentences; none if nothing is seen to be. */
export function foreignTo(run: RunDescription): string[] {
  const words = foreignWords(lastQuestion(run));
  const isDrawn = run.images.every(
    ({ width, height }) => Math.max(width, height) / Math.min(width, height) <= mostUneven,
  );
  const named = words.slice(0, namedWords).map(quoted).join(", ");
  return [
    ...(words.length > 0 ? [`It was never taught ${named}${words.length > namedWords ? ", …" : ""}.`] : []),
    ...(isDrawn ? [] : ["The picture is none of its square scenes."]),
  ];
}
