/** @file The table of verified flow graphs. */
import { groups, medianOf, timesText } from "./causes-table.ts";
import type { FlowFinding } from "./flow.ts";
import { estimate, type Estimate } from "./summary.ts";
import { estimateText, textTable } from "./text-table.ts";

/** Largest p of a graph that is told apart from random ones. */
const significance = 0.05;

function shareOf(findings: readonly FlowFinding[], holds: (finding: FlowFinding) => boolean): Estimate {
  return estimate(findings.map((finding) => ({ scene: finding.scene, value: holds(finding) ? 1 : 0 })));
}

const beats =
  (by: "faithfulness" | "necessity") =>
  ({ p }: FlowFinding): boolean =>
    p !== null && p[by] <= significance;

const mean = (findings: readonly FlowFinding[], value: (finding: FlowFinding) => number): number =>
  findings.reduce((sum, finding) => sum + value(finding), 0) / findings.length;

type Row = readonly [string, (findings: readonly FlowFinding[]) => string];

const rows: readonly Row[] = [
  ["questions", (all) => String(all.length)],
  ["a graph keeps enough", (all) => estimateText(shareOf(all, ({ faithfulness }) => faithfulness !== null))],
  ["faithfulness (median)", (all) => estimateText(medianOf(all, ({ faithfulness }) => faithfulness ?? undefined))],
  ["necessity (median)", (all) => estimateText(medianOf(all, ({ necessity }) => necessity ?? undefined))],
  ["keeps more than random graphs", (all) => estimateText(shareOf(all, beats("faithfulness")))],
  ["loses more than random graphs", (all) => estimateText(shareOf(all, beats("necessity")))],
  ["Spearman of estimates (median)", (all) => estimateText(medianOf(all, ({ spearman }) => spearman ?? undefined))],
  ["an edge from the picture", (all) => estimateText(shareOf(all, ({ usesPicture }) => usesPicture))],
  ["its region in the thing, times area", (all) => timesText(medianOf(all, (each) => each.concentration ?? undefined))],
  ["forwards a graph", (all) => mean(all, ({ calls }) => calls).toFixed(0)],
  ["processor seconds a graph", (all) => mean(all, ({ processorSeconds }) => processorSeconds).toFixed(1)],
];

export function flowLines(findings: readonly FlowFinding[]): string[] {
  const columns = Object.entries(groups).flatMap(([name, origins]) => {
    const members = findings.filter(({ origin }) => origins.includes(origin));
    return members.length === 0 ? [] : [{ name, members }];
  });
  return [
    "Verified flow graphs at default settings: what the graph alone keeps (faithfulness) and what is lost without it (necessity), of the fall of the",
    "score if every edge between groups is blocked. In percent, with 95 % intervals; random graphs at p of 0.05.",
    "",
    ...textTable([
      ["", ...columns.map(({ name }) => name)],
      ...rows.map(([name, text]) => [name, ...columns.map(({ members }) => text(members))]),
    ]),
  ];
}
