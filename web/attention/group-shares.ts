/** @file Where attention goes: its shares by group of positions. */
import { figureColors } from "../../src/figure/figure-style.ts";
import { attentionGroups, groupsOfPositions, type AttentionGroup } from "../../src/run/attention-groups.ts";
import type { RunDescription } from "../../src/run/types.ts";

export interface GroupShare {
  readonly group: AttentionGroup;
  readonly label: string;
  /** 0 to 1; all of them sum to 1. */
  readonly share: number;
  /** Custom property of its color. */
  readonly color: string;
  /** The same color on white paper. */
  readonly paperColor: string;
}

const looks: Readonly<Record<AttentionGroup, Omit<GroupShare, "group" | "share">>> = {
  image: { label: "image", color: "--image", paperColor: figureColors.image },
  "image-sinks": { label: "image sinks", color: "--image-mid", paperColor: figureColors.imageMid },
  question: { label: "question", color: "--text", paperColor: figureColors.text },
  "earlier-answer": { label: "earlier answer", color: "--text-mid", paperColor: figureColors.textMid },
  system: { label: "system prompt", color: "--random", paperColor: "#8a8a83" },
  template: { label: "template and BOS", color: "--line-2", paperColor: figureColors.rule },
};

/** The group of each position, as an index in `attentionGroups`, [N]; `sinks` are indices among the image tokens. */
export function positionGroups(
  description: RunDescription,
  { sinks, imagePositions }: { readonly sinks: Iterable<number>; readonly imagePositions: ArrayLike<number> },
): Uint8Array {
  return groupsOfPositions(
    description,
    [...sinks].map((sink) => imagePositions[sink]!),
  );
}

/** Shares of one row of attention [N] by group, in the order of `attentionGroups`; all are 0 for a row of zeros. */
export function groupShares(row: Float32Array, groups: Uint8Array): GroupShare[] {
  const sums = new Float64Array(attentionGroups.length);
  for (let position = 0; position < row.length; position++) sums[groups[position]!]! += row[position]!;
  const total = sums.reduce((sum, value) => sum + value, 0);
  return attentionGroups.map((group, i) => ({ group, ...looks[group], share: total > 0 ? sums[i]! / total : 0 }));
}
