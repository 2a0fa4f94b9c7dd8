/**
 * @file Runs a whole sequence through the language model once, teacher-forced, layer by layer, with taps. Layers are opened and closed one
 * after another, so that memory holds the activations of one layer beside what the taps keep.
 */
import { graphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import { rotaryTables } from "../models/blocks/rotary.ts";
import type { RotaryTables } from "../models/blocks/rotary.ts";
import { pickRows } from "../tensor/rows.ts";
import { floatTensor } from "../tensor/tensor.ts";
import type { FloatTensor } from "../tensor/tensor.ts";
import { checkIntervention, headScales, hideKnockedOut, noIntervention } from "./intervention.ts";
import type { Intervention } from "./intervention.ts";
import type { Model } from "./model.ts";
import type { WorkOptions } from "./progress.ts";
import { withSession } from "./session.ts";
import type { Feed } from "./session.ts";
import { checkTapRows, requireCaptured, wireTaps } from "./taps.ts";
import type { Captures, Tap } from "./taps.ts";

export interface TraceOptions extends WorkOptions {
  readonly taps: readonly Tap[];
  readonly intervention?: Intervention;
}

/** The mask of causal attention, [rows, rows]: 0 where the query may look, minus infinity after it. */
export function causalMask(rows: number): FloatTensor {
  const mask = floatTensor([rows, rows]);
  for (let query = 0; query < rows; query++) mask.data.fill(-Infinity, query * rows + query + 1, (query + 1) * rows);
  return mask;
}

interface LayerFeeds {
  readonly tables: RotaryTables;
  readonly mask: FloatTensor;
  /** By layer that loses a head, [heads, 1]. */
  readonly headScales: ReadonlyMap<number, FloatTensor>;
}

async function traceLayer(
  model: Model,
  hidden: FloatTensor,
  { index, feeds, taps, captures }: { index: number; feeds: LayerFeeds; taps: readonly Tap[]; captures: Captures },
): Promise<FloatTensor> {
  const { language } = model.definition;
  const { width, heads, headWidth } = language.config;
  const g = graphBuilder();
  const x = g.input("hidden", "f32", ["rows", width]);
  const cos = g.input("cos", "f32", ["rows", 1, headWidth / 2]);
  const sin = g.input("sin", "f32", ["rows", 1, headWidth / 2]);
  const mask = g.input("mask", "f32", ["rows", "rows"]);
  const scale = feeds.headScales.get(index);
  const headScale = scale === undefined ? undefined : g.input("headScale", "f32", [heads, 1]);
  const y = language.layer(g, x, { index, rotary: { cos, sin }, mask, headScale });
  g.output(y);
  const wired = wireTaps(g, taps);
  const inputs = new Map<Value, Feed>([
    [x, hidden],
    [cos, feeds.tables.cos],
    [sin, feeds.tables.sin],
    [mask, feeds.mask],
    ...wired.feeds,
  ]);
  if (headScale !== undefined && scale !== undefined) inputs.set(headScale, scale);
  return withSession(g.build(), model.store, async (session) => {
    const results = await session.run(inputs);
    wired.collect(results, captures);
    return results.floats(y);
  });
}

/** Logits of the chosen rows of the last hidden state, [rows, vocabulary]. */
async function headLogits(model: Model, hidden: FloatTensor): Promise<FloatTensor> {
  const { language } = model.definition;
  const g = graphBuilder();
  const x = g.input("hidden", "f32", ["rows", language.config.width]);
  const logits = language.head(g, language.finalNorm(g, x));
  g.output(logits);
  return withSession(g.build(), model.store, async (session) =>
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
 * Traces embedded [rows, width] (from `embedPrompt` over prompt and answer). Beside the sites of the layers, `language.embedding`
 * [rows, width] and `logits` [rows, vocabulary] can be tapped. Under an intervention all that is captured is what the model computes
 * without the attention, or the heads, that it takes away. Throws where a tap names no site of the language model, or a row that the
 * sequence does not have, and where `checkIntervention` does.
 */
export async function traceLanguage(model: Model, embedded: FloatTensor, options: TraceOptions): Promise<Captures> {
  const { taps, intervention = noIntervention, signal, onProgress } = options;
  const { config } = model.definition.language;
  const { layers, headWidth, rope } = config;
  const rows = embedded.dims[0]!;
  checkTapRows(taps, rows);
  checkIntervention(intervention, { positions: rows, config });
  const captures: Captures = new Map();
  for (const tap of taps) if (tap.site === "language.embedding") captures.set(tap, embeddingTap(embedded, tap));

  const feeds: LayerFeeds = {
    tables: rotaryTables(
      rope,
      headWidth,
      Array.from({ length: rows }, (_, i) => i),
    ),
    mask: causalMask(rows),
    headScales: headScales(intervention, config),
  };
  hideKnockedOut(feeds.mask, intervention);
  let hidden = embedded;
  for (let index = 0; index < layers; index++) {
    signal?.throwIfAborted();
    hidden = await traceLayer(model, hidden, { index, feeds, taps, captures });
    onProgress?.({ stage: "trace", done: index + 1, total: layers });
  }
  for (const tap of taps) {
    if (tap.site !== "logits") continue;
    captures.set(tap, await headLogits(model, tappedRows(hidden, tap)));
  }
  requireCaptured(taps, captures, "language model");
  return captures;
}
