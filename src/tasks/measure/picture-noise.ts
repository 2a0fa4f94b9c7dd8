/** @file How often edges and explaining tokens of a causal graph come back when a little noise is added to the picture. */
import { normalNumber, seededRandom } from "../../tensor/random.ts";
import { traceLanguage } from "../../engine/trace.ts";
import type { RgbImage } from "../../image/types.ts";
import type { PictureNoiseRequest, PictureNoiseResult } from "../../run/measures.ts";
import { selectNodes } from "../../methods/causal/select-nodes.ts";
import { imageTokenPositions, predictingPosition } from "../../run/positions.ts";
import type { HeadRows } from "../causes/head-rows.ts";
import type { MeasureContext } from "./measure-types.ts";

/** A picture with Gaussian noise of a standard deviation in levels. */
function noisy(
  { width, height, data }: RgbImage,
  { deviation, random }: { deviation: number; random: () => number },
): RgbImage {
  const levels = Uint8Array.from(data, (level) => {
    return Math.min(255, Math.max(0, Math.round(level + normalNumber(random) * deviation)));
  });
  return { width, height, data: levels };
}

/** Learns the graph again for each noise. Throws as the engine does. */
export async function pictureNoise(request: PictureNoiseRequest, context: MeasureContext): Promise<PictureNoiseResult> {
  const { model, probe, signal, pool } = context;
  const { token, layer, head, repeats, deviation, seed, variant, alpha, samples, signRule, threshold } = request;
  const tap = { site: `language.layers.${layer}.attention.probs` };
  const target = predictingPosition(probe.description, token);
  const imagePositions = imageTokenPositions(probe.description);
  const options = { variant, alpha, samples, signRule, threshold };
  const random = seededRandom(seed);
  context.expect(repeats);
  const heads: HeadRows[] = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    const embedded = await probe.embedded(probe.pictures.map((picture) => noisy(picture, { deviation, random })));
    const { data, dims } = (await traceLanguage(model, embedded, { taps: [tap], signal })).get(tap)!;
    const [, rows, keys] = dims as [number, number, number];
    const row = (position: number): Float32Array => {
      const start = (head * rows + position) * keys;
      return data.subarray(start, start + keys);
    };
    const { nodes } = selectNodes({ row: row(target), target, imagePositions, options });
    const kept = new Float32Array(nodes.length * keys);
    for (const [place, position] of nodes.entries()) kept.set(row(position), place * keys);
    heads.push({ positions: nodes, rows: kept });
    context.tick();
  }
  const varied = { over: "rows" } as const;
  const found = await pool.count({ varied, heads, target, imagePositions, options }, signal);
  return { request, ...found };
}
