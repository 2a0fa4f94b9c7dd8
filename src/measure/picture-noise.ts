/** @file How often edges and explaining tokens of a causal graph come back when a little noise is added to the picture. */
import { seedAfter } from "../tensor/random.ts";
import type { FloatTensor } from "../tensor/tensor.ts";
import { traceLanguage } from "../engine/trace.ts";
import { noiseNumbers } from "../image/fill.ts";
import type { PictureNoiseRequest, PictureNoiseResult } from "../run/measures.ts";
import { selectNodes } from "../causal-discovery/select-nodes.ts";
import { imageTokenPositions, predictingPosition } from "../run/positions.ts";
import type { HeadRows } from "../findings/causes/head-rows.ts";
import type { MeasureContext } from "./measure-types.ts";

/** Learns the graph again for each noise. Throws as the engine does. */
export async function pictureNoise(request: PictureNoiseRequest, context: MeasureContext): Promise<PictureNoiseResult> {
  const { model, probe, signal, pool } = context;
  const { token, layer, head, repeats, deviation, seed, variant, alpha, samples, signRule, threshold } = request;
  const tap = { site: `language.layers.${layer}.attention.probs` };
  const target = predictingPosition(probe.description, token);
  const imagePositions = imageTokenPositions(probe.description);
  const options = { variant, alpha, samples, signRule, threshold };
  let next = seed;
  context.expect(repeats);
  const heads: HeadRows[] = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    const noisy: FloatTensor[] = [];
    for (const picture of probe.pictures) {
      noisy.push(await picture.pixelValues({ kind: "noise", deviation, seed: next }));
      next = seedAfter(next, noiseNumbers(picture.facts));
    }
    const embedded = await probe.embedded(noisy);
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
    context.tick("passes");
  }
  const varied = { over: "rows" } as const;
  const found = await pool.count({ varied, heads, target, imagePositions, options }, signal);
  return { request, ...found };
}
