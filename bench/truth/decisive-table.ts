/** @file The table of decisive words. */
import type { DecisiveFinding } from "./decisive.ts";
import { estimate } from "./summary.ts";
import { estimateText, textTable } from "./text-table.ts";

const sources: Readonly<Record<DecisiveFinding["source"], string>> = {
  examples: "examples",
  benchmark: "benchmark, (a)/(b)",
  restated: "benchmark, restated",
};

/** How often the decisive word is the known one, by where the question comes from, and every question for which it is not. */
export function decisiveLines(findings: readonly DecisiveFinding[]): string[] {
  const rows = Object.entries(sources).flatMap(([source, title]) => {
    const own = findings.filter((finding) => finding.source === source);
    if (own.length === 0) return [];
    const share = estimate(own.map(({ scene, right }) => ({ scene, value: right ? 1 : 0 })));
    return [[title, `${own.filter(({ right }) => right).length} of ${own.length}`, estimateText(share)]];
  });
  const missed = findings.filter(({ right }) => !right);
  return [
    "The decisive word: how often it is (in) the words that the question is known to turn on. In percent, with 95 % intervals.",
    "",
    ...textTable([["", "right", "percent"], ...rows]),
    ...(missed.length === 0 ? [] : ["", "Missed:"]),
    ...missed.map(
      ({ name, text, answer, known, decisive }) =>
        `  ${name}: ${text} ${answer} -> ${decisive?.text ?? "none"}; known: ${known ?? "not in the answer"}`,
    ),
  ];
}
