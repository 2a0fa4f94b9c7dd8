/**
 * @file What the vision towers of the Qwen-VL models share (Wang et al. 2024, arXiv 2409.12191): packed patches of a picture of any size,
 * positions of rows and columns by rotation, and one image token of each square of patches.
 */
import type { PackedVisionConfig } from "../checkpoint/types.ts";
import type { GraphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import type { PictureLayout } from "../image/types.ts";
import { activate } from "./blocks/activation.ts";
import { attention } from "./blocks/attention.ts";
import { rotaryFrequencies, rotaryTables, rotate } from "./blocks/rotary.ts";
import { windowAttention } from "./blocks/window-attention.ts";
import type { FeedOf, VisionDefinition } from "./definition.ts";
import type { PicturePlan, TowerInput } from "./plan.ts";
import { cellsOf, requireLayout, squareView } from "./square-tower.ts";
import { linear, namesUnder, within, type NamesOf } from "./weight-names.ts";

/** Layouts of transformers since 4.52, and of the published checkpoints. */
export const packedTowerNames = namesUnder(["model.visual.", "visual."]);

/** Rows and columns of patches, or of image tokens. */
export interface Sides {
  readonly rows: number;
  readonly cols: number;
}

/** Numbers of one packed patch: every channel of every frame. */
function patchNumbers({ channels, temporalPatchSize, patchSize }: PackedVisionConfig): number {
  return channels * temporalPatchSize * patchSize * patchSize;
}

/** Row and column of each patch as they are packed: the patches of an image token follow one another. */
export function packedPlaces({ rows, cols }: Sides, merge: number): [number, number][] {
  const within = cellsOf(0, { rows: merge, cols: merge });
  return cellsOf(0, { rows: rows / merge, cols: cols / merge }).flatMap((cell) =>
    within.map(({ row, col }): [number, number] => [cell.row * merge + row, cell.col * merge + col]),
  );
}

/** Cosines and sines of patches at these rows and columns: one half of a head's pairs turns with the row, the other with the column. */
function positionFeeds(config: PackedVisionConfig, places: readonly [number, number][]): TowerInput["feeds"] {
  const frequencies = rotaryFrequencies({ type: "default", theta: config.ropeTheta }, config.width / config.heads / 2);
  const sections = [frequencies.length, frequencies.length];
  const both = Float32Array.of(...frequencies, ...frequencies);
  const { cos, sin } = rotaryTables(both, places, { sections });
  return new Map([
    ["cos", cos],
    ["sin", sin],
  ]);
}

/** What a tower of its own kind adds to the plan of its input. */
interface OwnPlan {
  /** By place in the tower: the image token, row by row, whose patches stand there; the same order if left out. */
  readonly order?: readonly number[];
  readonly windows?: readonly number[];
  readonly feeds?: TowerInput["feeds"];
}

/** The plan of a picture of whole squares of patches. Throws an Error if it is none. */
export function planPacked(
  config: PackedVisionConfig,
  layout: PictureLayout,
  own: (patches: Sides) => OwnPlan = () => ({}),
): PicturePlan {
  const { views, patches } = requireLayout(layout, "packed");
  const { mergeSize: merge, patchSize } = config;
  const [{ width, height, box }] = views;
  if (
    patches.rows % merge !== 0 ||
    patches.cols % merge !== 0 ||
    width !== patches.cols * patchSize ||
    height !== patches.rows * patchSize
  ) {
    throw new Error(
      `vision: the picture becomes ${width} x ${height} pixels in ${patches.cols} x ${patches.rows} patches, but the tower takes patches of ${patchSize} x ${patchSize} pixels in squares of ${merge} x ${merge}; prepare the picture for this model.`,
    );
  }
  const grid = { rows: patches.rows / merge, cols: patches.cols / merge, box };
  const tokens = patches.rows * patches.cols;
  const merged = merge ** 2;
  const units = tokens / merged;
  const { order = Array.from({ length: units }, (_, unit) => unit), windows, feeds = [] } = own(patches);
  const places = packedPlaces(patches, merge);
  const ordered = order.flatMap((unit) => places.slice(unit * merged, (unit + 1) * merged));
  const rowOf = new Int32Array(units);
  for (const [row, unit] of order.entries()) rowOf[unit] = row;
  const input: TowerInput = {
    dims: [tokens, patchNumbers(config)],
    tokens,
    feeds: new Map([...positionFeeds(config, ordered), ...feeds]),
    ...(windows === undefined ? {} : { windows }),
    rowTokens: order.map((_, row) => Array.from({ length: merged }, (__, patch) => row * merged + patch)),
  };
  return {
    inputs: [input],
    grids: [grid],
    imageTokens: cellsOf(0, grid).map((cell, unit) => ({ cell, rows: [{ row: rowOf[unit]!, weight: 1 }] })),
    prompt: [{ imageTokens: grid.rows * grid.cols }],
  };
}

/** The layout of a picture of one image token. */
function smallestPacked({ mergeSize, patchSize }: PackedVisionConfig): PictureLayout {
  return {
    kind: "packed",
    views: [squareView(mergeSize * patchSize)],
    patches: { rows: mergeSize, cols: mergeSize },
  };
}

/** Packed patches [tokens, numbers of a patch] -> [tokens, width], in their own order. */
export function packedEmbedding(
  g: GraphBuilder,
  pixels: Value,
  { config, bias }: { config: PackedVisionConfig; bias: boolean },
): Value {
  const { width, channels, temporalPatchSize, patchSize } = config;
  const names = within(packedTowerNames, "patch_embed.proj.");
  const kernel = [width, channels, temporalPatchSize, patchSize, patchSize];
  const weight = g.weight(names("weight"), kernel, [width, patchNumbers(config)]);
  return g.linear(pixels, weight, bias ? g.weight(names("bias"), [width]) : undefined);
}

/** What the attention of one layer is built from. */
interface AttentionParts {
  readonly config: PackedVisionConfig;
  /** Names of the layer's tensors. */
  readonly layer: NamesOf;
  readonly index: number;
  readonly feed: FeedOf;
  /** True if patches attend within their window alone. @default false */
  readonly inWindows?: boolean;
}

/** Attention over all patches of the picture, or over those of each window; normed [tokens, width] -> [tokens, width]. */
function packedAttention(
  g: GraphBuilder,
  normed: Value,
  { config: { width, heads }, layer, index, feed, inWindows = false }: AttentionParts,
): Value {
  const tokens = normed.dims[0] ?? 1;
  const project = (x: Value, part: string, to: number) =>
    linear(g, x, { names: within(layer, part), from: width, to, bias: true });
  const all = project(normed, "attn.qkv.", 3 * width);
  const perHead = (which: number) => {
    const flat = g.slice(all, { axis: 1, start: which * width, end: (which + 1) * width });
    return g.reshape(flat, [tokens, heads, width / heads]);
  };
  const rotary = { cos: feed("cos"), sin: feed("sin") };
  const parts = {
    query: rotate(g, perHead(0), rotary),
    key: rotate(g, perHead(1), rotary),
    value: perHead(2),
    site: `vision.layers.${index}.attention.probs`,
  };
  const context = inWindows ? windowAttention(g, { ...parts, feed }) : attention(g, parts);
  return project(context, "attn.proj.", width);
}

/** Two linear layers that make one row of `width` of each square of patches; squares [rows, inside] -> [rows, width]. */
export function mergeSquares(
  g: GraphBuilder,
  squares: Value,
  { names: [first, second], width }: { names: readonly [NamesOf, NamesOf]; width: number },
): Value {
  const inside = squares.dims[1] as number;
  const wide = linear(g, squares, { names: first, from: inside, to: inside, bias: true });
  return linear(g, activate(g, "gelu", wide), { names: second, from: inside, to: width, bias: true });
}

/** Patches [tokens, width] as the squares that become image tokens, [rows, patches of a square * width]. */
export function asSquares(g: GraphBuilder, patches: Value, { width, mergeSize }: PackedVisionConfig): Value {
  const merged = mergeSize ** 2;
  return g.reshape(patches, [(patches.dims[0] as number) / merged, merged * width]);
}

/** Normalizes x [tokens, width] with the tensors of a part. */
export type Norm = (g: GraphBuilder, x: Value, part: NamesOf) => Value;

/** What differs from tower to tower. */
interface TowerParts {
  readonly norm: Norm;
  /** [tokens, width] -> [tokens, width], with the tensors of a layer's perceptron. */
  readonly perceptron: (g: GraphBuilder, x: Value, part: NamesOf) => Value;
  /** Whether a layer attends within windows. @default false for all */
  readonly inWindows?: (layer: number) => boolean;
  /** hidden [tokens, width] -> rows of the language model's width. */
  readonly merger: (g: GraphBuilder, hidden: Value) => Value;
}

/** A tower but for its plan and its embedding. */
export function packedTower(
  config: PackedVisionConfig,
  { norm, perceptron, inWindows, merger }: TowerParts,
): Omit<VisionDefinition, "plan" | "embedding"> {
  return {
    config,
    classToken: false,
    featureLayer: config.layers,
    smallest: smallestPacked(config),
    layer(g, hidden, { index, feed }) {
      const layer = within(packedTowerNames, `blocks.${index}.`);
      const parts = { config, layer, index, feed, inWindows: inWindows?.(index) };
      const attended = g.add(hidden, packedAttention(g, norm(g, hidden, within(layer, "norm1.")), parts));
      const inner = perceptron(g, norm(g, attended, within(layer, "norm2.")), within(layer, "mlp."));
      return g.site(`vision.layers.${index}.residual`, g.add(attended, inner));
    },
    projection: (g, hidden) => g.site("projector.output", merger(g, g.site("vision.features", hidden))),
  };
}
