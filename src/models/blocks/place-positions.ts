/**
 * @file Learned positions of a square grid for pictures of another number of patches: each patch takes the position that lies at its place,
 * by the fraction of the way across (Dehghani et al. 2023, arXiv 2307.06304; `SmolVLMVisionEmbeddings` of transformers).
 */

/** Rounds to f32, as every number of this computation is in PyTorch. */
const f32 = Math.fround;

/** Numbers that PyTorch makes at a time on a CPU, and the vectors of them that it makes in one go. */
const lanes = 8;
const unrolled = 2 * lanes;

/**
 * `torch.arange(1 / side, 1, 1 / side)`: where a position ends and the next begins. PyTorch rounds the first number of each vector before
 * it adds the steps to the others, so a border can be off by its last bit, which decides on a patch that lies on it.
 */
function borders(side: number): Float32Array {
  const step = 1 / side;
  const count = Math.ceil((1 - step) / step);
  const inVectors = Math.floor(count / unrolled) * unrolled;
  return Float32Array.from({ length: count }, (_, i) =>
    i < inVectors ? f32(step + step * (i - (i % lanes))) + (i % lanes) * step : step + step * i,
  );
}

/** By patch along one axis: which of `side` positions lies at its place. */
export function placePositions(patches: number, side: number): number[] {
  const ends = borders(side);
  const step = f32(1 / patches);
  const last = f32(1 - 1e-6);
  return Array.from({ length: patches }, (_, patch) => {
    const place = Math.min(f32(patch * step), last);
    return ends.filter((end) => end <= place).length;
  });
}
