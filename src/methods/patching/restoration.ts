/** @file What putting a part of one forward pass into another restores of the difference between both. */

/** Differences of scores below it, in nats, are no difference to restore: shares of them would be noise. */
export const smallestDifference = 0.05;

/**
 * Share of the difference that a patched pass covers: 0 if it scores as the pass that is patched, 1 if as the one that the part comes from.
 * It may lie outside of 0 to 1.
 */
export function restoration(patched: number, { to, from }: { readonly to: number; readonly from: number }): number {
  return (patched - to) / (from - to);
}

/** Splits layers 0 to layers - 1 into as many bands as asked for, or as there are layers, of sizes that differ by 1 at most. */
export function layerBands(layers: number, bands: number): [first: number, last: number][] {
  const count = Math.min(layers, bands);
  const startOf = (band: number) => Math.round((band * layers) / count);
  return Array.from({ length: count }, (_, band) => [startOf(band), startOf(band + 1) - 1]);
}

/** A head, and the share that it restores of something. */
export interface HeadShare {
  readonly layer: number;
  readonly head: number;
  readonly share: number;
}

/** A head whose share is at least this one is listed. */
const listedShare = 0.05;

/** The heads with the largest shares that are listed, by [layer][head], largest first; null is no head. */
export function strongestHeads(shares: readonly (readonly (number | null)[])[], most: number): HeadShare[] {
  return shares
    .flatMap((row, layer) => row.map((share, head) => ({ layer, head, share })))
    .filter((each): each is HeadShare => each.share !== null && each.share >= listedShare)
    .sort((a, b) => b.share - a.share)
    .slice(0, most);
}
