/** @file The measurement of a graph over small noise on the picture. */
import type { CausalQuery } from "../../src/run/causes.ts";
import type { PictureNoiseRequest } from "../../src/run/measures.ts";

/** Standard deviation of the noise in levels of 0 to 255: hardly to be seen. */
const deviation = 4;
const repeats = 10;

export function noiseRequest(query: CausalQuery): PictureNoiseRequest {
  return { kind: "picture-noise", ...query, deviation, repeats, seed: 0 };
}
