/** @file Bilinear resizing of features as weights, as `torch.nn.functional.interpolate` has them without aligned corners. */

/** A part of an output: the index of an input and its weight. */
export interface WeightedIndex {
  readonly index: number;
  readonly weight: number;
}

/**
 * The inputs that each output of an axis is made of, when `from` of them are resized to `to`: the two that lie nearest to its center, or
 * one with the weight 1. The weights of an output add up to 1.
 */
export function resizedWeights(from: number, to: number): WeightedIndex[][] {
  const scale = from / to;
  return Array.from({ length: to }, (_, output) => {
    const place = Math.max(0, scale * (output + 0.5) - 0.5);
    const index = Math.min(Math.floor(place), from - 1);
    const share = place - index;
    if (share === 0 || index === from - 1) return [{ index, weight: 1 }];
    return [
      { index, weight: 1 - share },
      { index: index + 1, weight: share },
    ];
  });
}
