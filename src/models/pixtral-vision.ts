/**
 * @file The vision tower of Pixtral (Agrawal et al. 2024, arXiv 2410.07073): patches of a picture of any size, positions of rows and columns
 * by rotation, gated perceptrons; and the merger of Mistral 3, which makes one row of each square of patches.
 */
import type { PixtralVisionConfig } from "../checkpoint/types.ts";
import type { GraphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import { activate } from "./blocks/activation.ts";
import { attention } from "./blocks/attention.ts";
import { patchEmbedding } from "./blocks/patch-embedding.ts";
import { rotaryFrequencies, rotaryTables, rotate } from "./blocks/rotary.ts";
import type { FeedOf } from "./definition.ts";
import type { TowerInput } from "./plan.ts";
import { linear, namesUnder, within, type NamesOf } from "./weight-names.ts";

/** Layouts of transformers since 4.52, and of the published checkpoints. */
const names = namesUnder(["model.vision_tower.", "vision_tower."]);

/** A root-mean-square norm with the tensor `weight`. */
export function rmsNorm(g: GraphBuilder, x: Value, { names: of, epsilon }: { names: NamesOf; epsilon: number }): Value {
  return g.rmsNorm(x, g.weight(of("weight"), [x.dims.at(-1) as number]), epsilon);
}

/** Cosines and sines of patches at these rows and columns: of the frequencies of a head every other one turns with the row, the rest with the column. */
export function positionFeeds(
  { width, heads, ropeTheta: theta }: PixtralVisionConfig,
  places: readonly { readonly row: number; readonly col: number }[],
): TowerInput["feeds"] {
  const frequencies = rotaryFrequencies({ type: "default", theta }, width / heads);
  const ofRows = frequencies.filter((_, pair) => pair % 2 === 0);
  const ofCols = frequencies.filter((_, pair) => pair % 2 === 1);
  const { cos, sin } = rotaryTables(
    Float32Array.of(...ofRows, ...ofCols),
    places.map(({ row, col }) => [row, col]),
    { sections: [ofRows.length, ofCols.length] },
  );
  return new Map([
    ["cos", cos],
    ["sin", sin],
  ]);
}

/** Pixels [channels, height, width] of a picture of any size -> hidden [patches, width]. */
export function pixtralEmbedding(g: GraphBuilder, pixels: Value, config: PixtralVisionConfig): Value {
  const patches = patchEmbedding(g, pixels, { config, names: within(names, "patch_conv."), bias: false });
  const norm = { names: within(names, "ln_pre."), epsilon: config.rmsNormEps };
  return g.site("vision.embedding", rmsNorm(g, patches, norm));
}

/** hidden [patches, width] -> [patches, width], with the sites of every tower. */
export function pixtralLayer(
  g: GraphBuilder,
  hidden: Value,
  { config, index, feed }: { config: PixtralVisionConfig; index: number; feed: FeedOf },
): Value {
  const { width, heads, intermediate, rmsNormEps: epsilon } = config;
  const layer = within(names, `transformer.layers.${index}.`);
  const patches = hidden.dims[0] ?? 1;
  const project = (x: Value, part: string, [from, to]: readonly [number, number]) =>
    linear(g, x, { names: within(layer, `${part}.`), from, to, bias: false });

  const normed = rmsNorm(g, hidden, { names: within(layer, "attention_norm."), epsilon });
  const perHead = (part: string) =>
    g.reshape(project(normed, `attention.${part}`, [width, width]), [patches, heads, width / heads]);
  const rotary = { cos: feed("cos"), sin: feed("sin") };
  const context = attention(g, {
    query: rotate(g, perHead("q_proj"), rotary),
    key: rotate(g, perHead("k_proj"), rotary),
    value: perHead("v_proj"),
    site: `vision.layers.${index}.attention.probs`,
  });
  const attended = g.add(hidden, project(context, "attention.o_proj", [width, width]));

  const inner = rmsNorm(g, attended, { names: within(layer, "ffn_norm."), epsilon });
  const widen = (part: string) => project(inner, `feed_forward.${part}`, [width, intermediate]);
  const gated = g.mul(activate(g, config.activation, widen("gate_proj")), widen("up_proj"));
  const narrow = project(gated, "feed_forward.down_proj", [intermediate, width]);
  return g.site(`vision.layers.${index}.residual`, g.add(attended, narrow));
}

/** Patches [rows * cols, width] -> squares of them, row by row, each with its channels first: [squares, width * size^2]. */
export function patchSquares(
  g: GraphBuilder,
  x: Value,
  { rows, cols, size }: { rows: number; cols: number; size: number },
): Value {
  const width = x.dims[1] as number;
  const [down, across] = [Math.floor(rows / size), Math.floor(cols / size)];
  const cut = (value: Value, axis: number, end: number) =>
    value.dims[axis] === end ? value : g.slice(value, { axis, start: 0, end });
  const plane = cut(cut(g.reshape(x, [rows, cols, width]), 0, down * size), 1, across * size);
  const apart = g.reshape(plane, [down, size, across, size, width]);
  return g.reshape(g.transpose(apart, [0, 2, 4, 1, 3]), [down * across, width * size * size]);
}
