/** @file Everything that was found, as text and as a document. */
import { causesLines } from "./causes-table.ts";
import { decisiveLines } from "./decisive-table.ts";
import { faithfulnessLines } from "./faithfulness-table.ts";
import { comparisons, finalModel, partNames, scoredGrounding, scoreName, separation } from "./grounding-summary.ts";
import { flowLines } from "./flow-table.ts";
import { groundingLines, placeLines } from "./grounding-table.ts";
import { guidesLines } from "./guides-table.ts";
import { ordersLines } from "./orders-table.ts";
import type { Findings, SectionName } from "./sections.ts";
import { truthDocument } from "./summary.ts";
import { truthTable } from "./table.ts";

/** By section that was asked for: its tables, in the order of the report. */
export function sectionLines(
  { decisive, methods, faithfulness, guides, grounding, orders, causes, flow }: Findings,
  layers: number,
): Map<SectionName, readonly string[]> {
  const sections: readonly (readonly [SectionName, readonly string[]])[] = [
    ["decisive", decisive.length > 0 ? decisiveLines(decisive) : []],
    ["methods", methods.length > 0 ? truthTable(methods, layers) : []],
    ["faithfulness", faithfulness.length > 0 ? faithfulnessLines(faithfulness) : []],
    ["guides", guides.length > 0 ? guidesLines(guides) : []],
    ["grounding", grounding.length > 0 ? [...groundingLines(grounding), "", ...placeLines(grounding)] : []],
    ["orders", orders.length > 0 ? ordersLines(orders) : []],
    ["causes", causes.length > 0 ? causesLines(causes) : []],
    ["flow", flow.length > 0 ? flowLines(flow) : []],
  ];
  return new Map(sections.filter(([, lines]) => lines.length > 0));
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
  { decisive, methods, faithfulness, guides, grounding, orders, causes, flow }: Findings,
  layers: number,
): object {
  return {
    ...(decisive.length > 0 ? { decisive } : {}),
    ...(methods.length > 0 ? truthDocument(methods, layers) : {}),
    ...(faithfulness.length > 0 ? { faithfulness } : {}),
    ...(guides.length > 0 ? { guides } : {}),
    ...(grounding.length > 0 ? { grounding: groundingDocument(grounding) } : {}),
    ...(orders.length > 0 ? { orders } : {}),
    ...(causes.length > 0 ? { causes } : {}),
    ...(flow.length > 0 ? { flow } : {}),
  };
}
