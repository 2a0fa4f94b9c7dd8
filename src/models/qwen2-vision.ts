/**
 * @file The vision tower of Qwen2-VL (Wang et al. 2024, arXiv 2409.12191): packed patches of a picture of any size, positions of rows and
 * columns by rotation, and a merger that makes one image token of each square of patches.
 */
import type { Qwen2VisionConfig } from "../checkpoint/types.ts";
import type { GraphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import type { PictureLayout } from "../image/types.ts";
import { activate } from "./blocks/activation.ts";
import { attention } from "./blocks/attention.ts";
import { rotaryFrequencies, rotaryTables, rotate } from "./blocks/rotary.ts";
import type { FeedOf, VisionDefinition } from "./definition.ts";
import type { PicturePlan, TowerInput } from "./plan.ts";
import { cellsOf, requireLayout, squareView } from "./square-tower.ts";
import { layerNorm, linear, namesUnder, within } from "./weight-names.ts";

/** Layouts of the published checkpoints, and of transformers since 4.52. */
const names = namesUnder(["model.visual.", "visual."]);

/** Numbers of one packed patch: every channel of every frame. */
function patchNumbers({ channels, temporalPatchSize, patchSize }: Qwen2VisionConfig): number {
  return channels * temporalPatchSize * patchSize * patchSize;
}

/** Row and column of each patch as they are packed: the patches of an image token follow one another. */
function packedPlaces({ rows, cols }: { rows: number; cols: number }, merge: number): [number, number][] {
  const within = cellsOf(0, { rows: merge, cols: merge });
  return cellsOf(0, { rows: rows / merge, cols: cols / merge }).flatMap((cell) =>
    within.map(({ row, col }): [number, number] => [cell.row * merge + row, cell.col * merge + col]),
  );
}

function towerInput(config: Qwen2VisionConfig, patches: { rows: number; cols: number }): TowerInput {
  const tokens = patches.rows * patches.cols;
  // One half of a head's pairs turns with the row, the other with the column.
  const frequencies = rotaryFrequencies({ type: "default", theta: config.ropeTheta }, config.width / config.heads / 2);
  const sections = [frequencies.length, frequencies.length];
  const both = Float32Array.of(...frequencies, ...frequencies);
  const { cos, sin } = rotaryTables(both, packedPlaces(patches, config.mergeSize), sections);
  const merged = config.mergeSize ** 2;
  return {
    dims: [tokens, patchNumbers(config)],
    tokens,
    feeds: new Map([
      ["cos", cos],
      ["sin", sin],
    ]),
    rowTokens: Array.from({ length: tokens / merged }, (_, row) =>
      Array.from({ length: merged }, (__, patch) => row * merged + patch),
    ),
  };
}

function planPicture(config: Qwen2VisionConfig, layout: PictureLayout): PicturePlan {
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
  return {
    inputs: [towerInput(config, patches)],
    grids: [grid],
    imageTokens: cellsOf(0, grid).map((cell, row) => ({ cell, rows: [{ row, weight: 1 }] })),
    prompt: [{ imageTokens: grid.rows * grid.cols }],
  };
}

/** One layer: pre-norm, attention over all patches of the picture, two-layer perceptron. */
function block(
  g: GraphBuilder,
  hidden: Value,
  { config, index, feed }: { config: Qwen2VisionConfig; index: number; feed: FeedOf },
): Value {
  const { width, heads, intermediate, layerNormEps: epsilon } = config;
  const layer = within(names, `blocks.${index}.`);
  const tokens = hidden.dims[0] ?? 1;
  const norm = (x: Value, part: string) => layerNorm(g, x, { names: within(layer, part), width, epsilon });
  const project = (x: Value, part: string, [from, to]: readonly [number, number]) =>
    linear(g, x, { names: within(layer, part), from, to, bias: true });

  const all = project(norm(hidden, "norm1."), "attn.qkv.", [width, 3 * width]);
  const perHead = (which: number) => {
    const flat = g.slice(all, { axis: 1, start: which * width, end: (which + 1) * width });
    return g.reshape(flat, [tokens, heads, width / heads]);
  };
  const rotary = { cos: feed("cos"), sin: feed("sin") };
  const context = attention(g, {
    query: rotate(g, perHead(0), rotary),
    key: rotate(g, perHead(1), rotary),
    value: perHead(2),
    site: `vision.layers.${index}.attention.probs`,
  });
  const attended = g.add(hidden, project(context, "attn.proj.", [width, width]));
  const wide = project(norm(attended, "norm2."), "mlp.fc1.", [width, intermediate]);
  const narrow = project(activate(g, config.activation, wide), "mlp.fc2.", [intermediate, width]);
  return g.site(`vision.layers.${index}.residual`, g.add(attended, narrow));
}

/** Normalizes patches and makes one row of the language model's width of each square of them. */
function merger(
  g: GraphBuilder,
  hidden: Value,
  { config, width }: { config: Qwen2VisionConfig; width: number },
): Value {
  const inside = config.width * config.mergeSize ** 2;
  const part = within(names, "merger.");
  const normed = layerNorm(g, hidden, {
    names: within(part, "ln_q."),
    width: config.width,
    epsilon: config.layerNormEps,
  });
  const squares = g.reshape(normed, [(hidden.dims[0] as number) / config.mergeSize ** 2, inside]);
  const wide = linear(g, squares, { names: within(part, "mlp.0."), from: inside, to: inside, bias: true });
  return linear(g, activate(g, "gelu", wide), { names: within(part, "mlp.2."), from: inside, to: width, bias: true });
}

/** The tower and its merger; `width` is that of the language model. */
export function qwen2Vision(config: Qwen2VisionConfig, width: number): VisionDefinition {
  const { channels, temporalPatchSize, patchSize, mergeSize } = config;
  const numbers = patchNumbers(config);
  return {
    config,
    classToken: false,
    featureLayer: config.layers,
    smallest: {
      kind: "packed",
      views: [squareView(mergeSize * patchSize)],
      patches: { rows: mergeSize, cols: mergeSize },
    },
    plan: (layout) => planPicture(config, layout),
    embedding(g, pixels) {
      const kernel = [config.width, channels, temporalPatchSize, patchSize, patchSize];
      const weight = g.weight(names("patch_embed.proj.weight"), kernel, [config.width, numbers]);
      return g.site("vision.embedding", g.linear(pixels, weight));
    },
    layer: (g, hidden, { index, feed }) => block(g, hidden, { config, index, feed }),
    projection: (g, hidden) =>
      g.site("projector.output", merger(g, g.site("vision.features", hidden), { config, width })),
  };
}
