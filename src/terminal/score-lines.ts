/** @file Scores against a marked object, in lines. */
import { formatShare } from "../figure/figure-style.ts";
import { singleToken } from "../findings/answer-words.ts";
import { truthScores, truthScoreTexts, type TruthScore } from "../findings/ground-truth.ts";
import type { ScoredToken } from "../export/ground-truth.ts";
import { mapRow } from "../run/maps.ts";
import type { RunDescription } from "../run/types.ts";
import { textTable } from "./text-table.ts";

/** Heads that are listed; --json and --out have all. */
const listedHeads = 10;

/** Lines for the terminal: methods and references, then the best heads. */
export function scoreLines(description: RunDescription, { token, by, found }: ScoredToken): string[] {
  const { methods, heads, references } = found;
  const text = singleToken(description, token).text.trim();
  const order = [by, ...truthScores.filter((score) => score !== by)];
  const row = (name: string, scores: Readonly<Record<TruthScore, number>>): string[] => [
    name,
    ...order.map((score) => formatShare(scores[score])),
  ];
  const header = (what: string): string[] => [what, ...order.map((score) => truthScoreTexts[score].name)];
  const { name } = truthScoreTexts[by];
  return [
    `Maps of "${text}" against the marked object, by ${name}:`,
    ...textTable([
      header("map"),
      ...methods.map(({ map, scores }) => row(mapRow(map).short, scores)),
      ...references.map(({ reference, scores }) => row(`(${reference})`, scores)),
    ]),
    ...(heads.length === 0
      ? ["The run holds no attention, so that no head is scored."]
      : [
          `The ${Math.min(listedHeads, heads.length)} best of ${heads.length} heads, by ${name}:`,
          ...textTable([
            header("head"),
            ...heads
              .slice(0, listedHeads)
              .map(({ layer, head, scores }) => row(`layer ${layer}, head ${head}`, scores)),
          ]),
        ]),
  ];
}
