/** @file Keeps of a selection what a run has: an address may come from another run, or from a hand. */
import { defaultSelection, type Selection } from "./selection.ts";

/** How much of everything a run has. */
export interface RunExtent {
  readonly layers: number;
  readonly heads: number;
  readonly pictures: number;
  readonly imageTokens: number;
  readonly answerTokens: number;
  /** Positions of question tokens, of all turns. */
  readonly questionPositions: readonly number[];
}

/** The selection with the default in place of what the run does not have; the same object where all is possible. */
export function possibleSelection(selection: Selection, extent: RunExtent): Selection {
  const below = (index: number | null, count: number): number | null =>
    index !== null && index < count ? index : null;
  const kept = (indices: readonly number[], isThere: (index: number) => boolean): readonly number[] =>
    indices.every(isThere) ? indices : indices.filter(isThere);
  const question = new Set(extent.questionPositions);
  const tokens = selection.tokens && kept(selection.tokens, (token) => token < extent.answerTokens);
  const layer = below(selection.layer, extent.layers);
  const possible = {
    layer,
    // A head without its layer is another head than the one that was meant.
    head: layer === selection.layer ? below(selection.head, extent.heads) : null,
    causesLayer: below(selection.causesLayer, extent.layers),
    causesHead: below(selection.causesHead, extent.heads),
    edgeLayers: kept(selection.edgeLayers, (each) => each < extent.layers),
    edgeHeads: kept(selection.edgeHeads, (each) => each < extent.heads),
    lensLayer: below(selection.lensLayer, extent.layers + 1),
    picture: selection.picture < extent.pictures ? selection.picture : defaultSelection.picture,
    tokens: tokens?.length === 0 ? null : tokens,
    patches: kept(selection.patches, (patch) => patch < extent.imageTokens),
    words: kept(selection.words, (position) => question.has(position)),
    part: selection.part === "combined2" && selection.variant === "exact" ? defaultSelection.part : selection.part,
  } satisfies Partial<Selection>;
  const fields = Object.keys(possible) as (keyof typeof possible)[];
  return fields.every((field) => possible[field] === selection[field]) ? selection : { ...selection, ...possible };
}
