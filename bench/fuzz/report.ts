/** @file The table of a run of inputs, and its faults with the command that shows each again. */
import { markdownTable } from "../markdown-table.ts";
import type { FuzzKind } from "./kind.ts";
import type { Counts } from "./run-inputs.ts";

export interface KindResult {
  readonly kind: FuzzKind;
  readonly counts: Counts;
  /** Inputs that took more than two seconds of processor time, or more than 600 MB. */
  readonly slow: readonly number[];
  readonly large: readonly number[];
}

function faultCount({ counts }: KindResult): number {
  return counts.faults.reduce((sum, { count }) => sum + count, 0);
}

export function isClean(result: KindResult): boolean {
  return faultCount(result) + result.slow.length + result.large.length === 0;
}

/** A Markdown table with a row for each kind and one for all. */
export function tableLines(results: readonly KindResult[]): string[] {
  const rows = results.map((result) => {
    const { kind, counts, slow, large } = result;
    return {
      label: kind.label,
      numbers: [counts.inputs, counts.accepted, counts.refused, faultCount(result), slow.length, large.length],
      perSecond: counts.inputs / Math.max(counts.seconds, 0.01),
    };
  });
  const sums = [0, 1, 2, 3, 4, 5].map((i) => rows.reduce((sum, { numbers }) => sum + numbers[i]!, 0));
  const seconds = results.reduce((sum, { counts }) => sum + counts.seconds, 0);
  const all = { label: "all", numbers: sums, perSecond: sums[0]! / Math.max(seconds, 0.01) };
  const heads = [
    "input",
    "inputs",
    "accepted",
    "refused with a sentence",
    "faults",
    "slow (> 2 s)",
    "large (> 600 MB)",
    "a second",
  ];
  return markdownTable(
    heads,
    [...rows, all].map(({ label, numbers, perSecond }) => [label, ...numbers, Math.round(perSecond)]),
  );
}

/** Most frequent first. */
export function faultLines({ kind, counts, slow, large }: KindResult, seed: number): string[] {
  const again = (index: number): string =>
    `npm run fuzz -- --seed ${seed} --only ${kind.name} --from ${index} --inputs 1`;
  const groups = [...counts.faults].sort((a, b) => b.count - a.count);
  return [
    ...groups.flatMap(({ fault, message, index, count }) => [
      `  ${count} x ${fault}: ${JSON.stringify(message.slice(0, 400))}`,
      `    ${again(index)}`,
    ]),
    ...slow.map((index) => `  slow: ${again(index)}`),
    ...large.map((index) => `  large: ${again(index)}`),
  ];
}
