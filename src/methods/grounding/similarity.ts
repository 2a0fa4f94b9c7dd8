/**
 * @file How like the patches of a picture the state of a word is, in the manner of GLSim (Park and Li, "GLSim: Detecting Object Hallucinations in
 * LVLMs via Global-Local Similarity", NeurIPS 2025, arXiv 2508.19972): a word that names what is there lies near some patches. The patches are
 * those nearest to the word, and the whole picture is its mean patch.
 */
import type { FloatTensor } from "../../tensor/tensor.ts";

/** Cosines, -1 to 1. */
export interface Similarity {
  /** Mean over the `similarPatches` patches that are most like the word. */
  readonly local: number;
  /** Of the mean of all patches. */
  readonly whole: number;
}

/** Patches that the local similarity is the mean of; all if there are fewer. */
export const similarPatches = 32;

/** The cosine of two vectors; 0 if one is 0. */
export function cosine(one: ArrayLike<number>, other: ArrayLike<number>): number {
  let product = 0;
  let first = 0;
  let second = 0;
  for (let i = 0; i < one.length; i++) {
    product += one[i]! * other[i]!;
    first += one[i]! * one[i]!;
    second += other[i]! * other[i]!;
  }
  return first === 0 || second === 0 ? 0 : product / Math.sqrt(first * second);
}

/** The similarity of a word's state [width] to those of patches [patches, width] after the same layer. Throws an Error without patches. */
export function similarityTo(word: ArrayLike<number>, { dims, data }: FloatTensor): Similarity {
  const [patches, width] = dims as [number, number];
  if (patches === 0) throw new Error("similarity: a word is compared with patches, got none.");
  const mean = new Float64Array(width);
  const cosines = new Float64Array(patches);
  for (let patch = 0; patch < patches; patch++) {
    const state = data.subarray(patch * width, (patch + 1) * width);
    cosines[patch] = cosine(word, state);
    for (let i = 0; i < width; i++) mean[i]! += state[i]! / patches;
  }
  const nearest = cosines.sort().slice(-similarPatches);
  return { local: nearest.reduce((sum, value) => sum + value, 0) / nearest.length, whole: cosine(word, mean) };
}
