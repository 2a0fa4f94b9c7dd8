/** @file How often edges and explaining tokens of a causal graph come back when a little noise is added to the picture. */
import { seededRandom } from "../../tensor/random.ts";
import { traceLanguage } from "../../engine/trace.ts";
import type { RgbImage } from "../../image/types.ts";
import type { PictureNoiseRequest, PictureNoiseResult } from "../../run/measures.ts";
import { graphFrequencies } from "../causes/frequencies.ts";
import type { GraphWork } from "../causes/graph-work.ts";
import { graphWorkOf } from "../causes/run-graphs.ts";
import type { MeasureContext } from "./measure-types.ts";

/** A picture with Gaussian noise of a standard deviation in levels, by the Box-Muller transform. */
function noisy(
  { width, height, data }: RgbImage,
  { deviation, random }: { deviation: number; random: () => number },
): RgbImage {
  const levels = Uint8Array.from(data, (level) => {
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    const noise = radius * Math.cos(2 * Math.PI * random()) * deviation;
    return Math.min(255, Math.max(0, Math.round(level + noise)));
  });
  return { width, height, data: levels };
}

export async function pictureNoise(request: PictureNoiseRequest, context: MeasureContext): Promise<PictureNoiseResult> {
  const { model, probe, signal, pool } = context;
  const { layer, repeats, deviation, seed } = request;
  const tap = { site: `language.layers.${layer}.attention.probs` };
  const random = seededRandom(seed);
  context.expect(repeats);
  const works: GraphWork[] = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    const embedded = await probe.embedded(probe.pictures.map((picture) => noisy(picture, { deviation, random })));
    const captures = await traceLanguage(model, embedded, { taps: [tap], signal });
    const { token, head, variant, alpha, samples, signRule, threshold } = request;
    const query = { token, layer, head, variant, alpha, samples, signRule, threshold };
    const { data, dims } = captures.get(tap)!;
    const [, rows, keys] = dims as [number, number, number];
    const read = (positions: readonly number[]): Promise<Float32Array> => {
      const found = new Float32Array(positions.length * keys);
      for (const [place, position] of positions.entries()) {
        const start = (head * rows + position) * keys;
        found.set(data.subarray(start, start + keys), place * keys);
      }
      return Promise.resolve(found);
    };
    works.push(await graphWorkOf(probe.description, { query, read }));
    context.tick();
  }
  const graphs = await pool.learn(works, { signal });
  return { request, count: repeats, ...graphFrequencies(graphs) };
}
