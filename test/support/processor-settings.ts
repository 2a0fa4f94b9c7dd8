/** @file Settings of a processor like CLIP's, for tests that need any. */
import type { WholeSettings } from "../../src/image/types.ts";

/** Resizes the shorter edge to `side` pixels and crops a square of it. */
export function squareSettings(side: number): WholeSettings {
  return {
    kind: "whole",
    processorType: "CLIPImageProcessor",
    resize: { shortestEdge: side },
    filter: "bicubic",
    centerCrop: { width: side, height: side },
    padToSquare: false,
    rescaleFactor: 1 / 255,
    normalize: { mean: [0.5, 0.5, 0.5], std: [0.2, 0.2, 0.2] },
    imageMean: [0.5, 0.5, 0.5],
  };
}
