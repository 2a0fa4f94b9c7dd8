/** @file Everything that was found, as text and as a document. */
import { causesLines } from "./causes-table.ts";
import { decisiveLines } from "./decisive-table.ts";
import { faithfulnessLines } from "./faithfulness-table.ts";
import { comparisons, finalModel, partNames, scoredGrounding, scoreName, separation } from "./grounding-summary.ts";
import { groundingLines, placeLines } from "./grounding-table.ts";
import type { Findings } from "./sections.ts";
import { truthDocument } from "./summary.ts";
import { truthTable } from "./table.ts";

/** The tables of the sections that were asked for, an empty line between them. */
export function reportLines(
  { decisive, methods, faithfulness, grounding, causes }: Findings,
  layers: number,
): string[] {
  const sections = [
    decisive.length > 0 ? decisiveLines(decisive) : [],
    methods.length > 0 ? truthTable(methods, layers) : [],
    faithfulness.length > 0 ? faithfulnessLines(faithfulness) : [],
    grounding.length > 0 ? [...groundingLines(grounding), "", ...placeLines(grounding)] : [],
    causes.length > 0 ? causesLines(causes) : [],
  ];
  return sections.filter((lines) => lines.length > 0).flatMap((lines, i) => (i === 0 ? lines : ["", ...lines]));
}

function groundingDocument(findings: Findings["grounding"]): object {
  const scored = scoredGrounding(findings);
  const separations = comparisons.map((comparison) => ({
    against: comparison.name,
    areas: Object.fromEntries([scoreName, ...partNames].map((by) => [by, separation(scored, by, comparison)])),
  }));
  return { model: finalModel(findings), separations, findings };
}

/** The same with every question, for `--json`. */
export function reportDocument(
  { decisive, methods, faithfulness, grounding, causes }: Findings,
  layers: number,
): object {
  return {
    ...(decisive.length > 0 ? { decisive } : {}),
    ...(methods.length > 0 ? truthDocument(methods, layers) : {}),
    ...(faithfulness.length > 0 ? { faithfulness } : {}),
    ...(grounding.length > 0 ? { grounding: groundingDocument(grounding) } : {}),
    ...(causes.length > 0 ? { causes } : {}),
  };
}
