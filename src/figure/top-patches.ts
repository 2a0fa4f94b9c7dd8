/** @file The top patches of a map: the fewest that hold a share of its sum. */
import type { PatchGeometry } from "./patch-geometry.ts";

/** The share of a map's sum that the outlined patches hold, unless another is chosen. */
export const defaultTopShare = 0.3;
/** Shares that are offered; 0 outlines nothing. */
export const topShares = [0, 0.1, 0.2, 0.3, 0.5, 0.7] as const;

export interface TopPatchesRequest {
  readonly geometry: PatchGeometry;
  /** One number per image token of the run. */
  readonly values: ArrayLike<number>;
  /** Share of the map's sum over the patches that are shown, 0-1. */
  readonly share: number;
  /** Image tokens that are not shown. */
  readonly hidden: ReadonlySet<number>;
}

/**
 * The fewest shown patches whose values sum up to at least a share of the map, as image tokens. Values count by their size, so that a
 * signed map has its strongest patches of both signs. Patches that are as large as the last one are in.
 */
export function topPatches({ geometry, values, share, hidden }: TopPatchesRequest): number[] {
  if (share <= 0) return [];
  const { choice, patches, byToken } = geometry;
  const drawn = choice === "finest" ? patches.map(({ token }) => token) : [...byToken.keys()];
  const shown = hidden.size === 0 ? drawn : drawn.filter((token) => !hidden.has(token));
  const sizeOf = (token: number): number => {
    const size = Math.abs(values[token]!);
    return Number.isFinite(size) ? size : 0;
  };
  const sizes = Float64Array.from(shown, sizeOf).sort();
  let total = 0;
  for (let i = 0; i < sizes.length; i++) total += sizes[i]!;
  let least = Infinity;
  for (let i = sizes.length - 1, sum = 0; i >= 0 && sum < share * total; i--) {
    least = sizes[i]!;
    sum += least;
  }
  return shown.filter((token) => sizeOf(token) >= least);
}
