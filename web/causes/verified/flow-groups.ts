/** @file The groups of a flow graph on the page: how wide their links are at most, what a click on one selects. */
import { groupPatches } from "../../../src/cause-figure/found-causes.ts";
import type { FlowGroup } from "../../../src/run/measures.ts";
import type { RunLayout } from "../../run/layout.ts";
import { toggleWord } from "../../run/token-selection.ts";
import type { Selection } from "../../selection/selection.ts";

/** Width in pixels of the widest link. */
export const thickestLink = 12;

/** What a click on a group does: selects its patches, or takes them back; adds its words, or takes them out. */
export function selectedGroup(
  { patches, words }: Pick<Selection, "patches" | "words">,
  layout: Pick<RunLayout, "imagePositions">,
  group: FlowGroup,
): Partial<Pick<Selection, "patches" | "words">> {
  const own = groupPatches(layout, group);
  if (own.length > 0) return { patches: own.join() === patches.join() ? [] : own };
  return group.kind === "words" ? { words: toggleWord(words, group.positions) } : {};
}
