/**
 * @file Runs a whole sequence through the language model once, teacher-forced, layer by layer, with taps. Layers are opened and closed one
 * after another, so that memory holds the activations of one layer beside what the taps keep.
 */
import { graphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import { pickRows } from "../tensor/rows.ts";
import { floatTensor, type FloatTensor } from "../tensor/tensor.ts";
import type { Sequence } from "./embed.ts";
import { checkIntervention, headScales, noIntervention, type Intervention } from "./intervention.ts";
import { addEdgeInputs, addLayerInputs, fedLayer, wholeSequence, type LayerFeeds } from "./layer-feeds.ts";
import { withAdditions } from "./layer-additions.ts";
import type { Model } from "./model.ts";
import type { WorkOptions } from "./progress.ts";
import { withSession, type Feed } from "../runtime/runtime.ts";
import { checkTapRows, requireCaptured, wireTaps, type Captures, type Tap } from "./taps.ts";

export interface TraceOptions extends WorkOptions {
  readonly taps: readonly Tap[];
  readonly intervention?: Intervention;
}

async function traceLayer(
  model: Model,
  hidden: FloatTensor,
  {
    index,
    feeds,
    scale,
    taps,
    captures,
  }: { index: number; feeds: LayerFeeds; scale: FloatTensor | undefined; taps: readonly Tap[]; captures: Captures },
): Promise<FloatTensor> {
  const { language } = model.definition;
  const { width, heads } = language.config;
  const g = graphBuilder();
  const x = g.input("hidden", "f32", ["rows", width]);
  const memoryTokens = feeds.memory?.states.dims[0];
  const edges =
    feeds.edges === undefined
      ? undefined
      : addEdgeInputs(g, { heads }, { layer: index, rows: "rows", keys: memoryTokens ?? "rows" });
  const values = { ...addLayerInputs(g, language.config, { rows: "rows", memoryTokens }), edges };
  const headScale = scale === undefined ? undefined : g.input("headScale", "f32", [heads, 1]);
  const y = language.layer(g, x, { index, ...values, headScale });
  g.output(y);
  const wired = wireTaps(g, taps);
  const inputs = new Map<Value, Feed>([[x, hidden], ...fedLayer(values, feeds), ...wired.feeds]);
  if (headScale !== undefined && scale !== undefined) inputs.set(headScale, scale);
  return withSession(model.runtime, g.build(), async (session) => {
    const results = await session.run(inputs);
    wired.collect(results, captures);
    return results.floats(y);
  });
}

/** Logits of the chosen rows of the last hidden state, [rows, vocabulary]. */
export async function headLogits(model: Model, hidden: FloatTensor): Promise<FloatTensor> {
  const { language } = model.definition;
  const g = graphBuilder();
  const x = g.input("hidden", "f32", ["rows", language.config.width]);
  const logits = language.head(g, language.finalNorm(g, x));
  g.output(logits);
  return withSession(model.runtime, g.build(), async (session) =>
    (await session.run(new Map([[x, hidden]]))).floats(logits),
  );
}

/** What a tap takes of a matrix: the rows it names, or all of it. */
function tappedRows(matrix: FloatTensor, { rows }: Tap): FloatTensor {
  return rows === undefined ? matrix : pickRows(matrix, rows);
}

/** What a tap of the input of the first layer captures; no graph runs for it. */
function embeddingTap(embedded: FloatTensor, tap: Tap): FloatTensor {
  const picked = tappedRows(embedded, tap);
  if (tap.norm !== true) return picked;
  const [count, width] = picked.dims as [number, number];
  const norms = Float32Array.from({ length: count }, (_, row) =>
    Math.hypot(...picked.data.subarray(row * width, (row + 1) * width)),
  );
  return floatTensor([count], norms);
}

/**
 * Traces a sequence (from `embedPrompt` over prompt and answer). Beside the sites of the layers, `language.embedding`
 * [rows, width] and `logits` [rows, vocabulary] can be tapped. Under an intervention all that is captured is what the model computes
 * without the attention, or the heads, that it masks. Throws an Error if a tap names no site of the language model, or a row that the
 * sequence does not have, and if `checkIntervention` does.
 */
export async function traceLanguage(model: Model, sequence: Sequence, options: TraceOptions): Promise<Captures> {
  const { embedded, plan, additions } = sequence;
  const { taps, intervention = noIntervention, signal, onProgress } = options;
  const { config } = model.definition.language;
  const rows = embedded.dims[0]!;
  checkTapRows(taps, rows);
  checkIntervention(intervention, { positions: rows, memoryTokens: plan.memoryTokens, config });
  const captures: Captures = new Map();
  for (const tap of taps) if (tap.site === "language.embedding") captures.set(tap, embeddingTap(embedded, tap));

  const feedsOf = wholeSequence(sequence, rows, { intervention, heads: config.heads });
  const scales = headScales(intervention, config);
  let hidden = embedded;
  for (let index = 0; index < config.layers; index++) {
    signal?.throwIfAborted();
    const layer = { index, feeds: feedsOf(index), scale: scales.get(index), taps, captures };
    hidden = withAdditions(await traceLayer(model, hidden, layer), additions, index);
    onProgress?.({ stage: "trace", done: index + 1, total: config.layers });
  }
  for (const tap of taps) {
    if (tap.site !== "logits") continue;
    captures.set(tap, await headLogits(model, tappedRows(hidden, tap)));
  }
  requireCaptured(taps, captures, "language model");
  return captures;
}
