/** @file The table of the orders by which sets of patches are searched. */
import { causeOrders, type CauseOrder } from "../../src/run/measure-choices.ts";
import { medianOf } from "./causes-table.ts";
import type { OrdersFinding } from "./orders.ts";
import { estimate } from "./summary.ts";
import { estimateText, textTable } from "./text-table.ts";

/** A set of at most this share of the patches is small. */
const smallShare = 0.1;

export function ordersLines(findings: readonly OrdersFinding[]): string[] {
  const row = (order: CauseOrder): string[] => {
    const share = (holds: (size: number | null) => boolean): string =>
      estimateText(
        estimate(findings.map(({ scene, searches }) => ({ scene, value: holds(searches[order].size) ? 1 : 0 }))),
      );
    const calls = findings.reduce((sum, { searches }) => sum + searches[order].calls, 0) / findings.length;
    return [
      order,
      share((size) => size !== null),
      share((size) => size !== null && size <= smallShare),
      estimateText(medianOf(findings, ({ searches }) => searches[order].size ?? undefined)),
      calls.toFixed(0),
    ];
  };
  return [
    `Orders: one search of a set of patches by each, ${findings.length} grounded questions answered right whose score falls without the picture.`,
    "In percent, with 95 % intervals; small is at most a tenth of the patches.",
    "",
    ...textTable([["", "a set found", "a small one", "size (median)", "forwards"], ...causeOrders.map(row)]),
  ];
}
