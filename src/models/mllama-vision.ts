/**
 * @file The vision tower of Llama 3.2 Vision ("The Llama 3 Herd of Models", arXiv 2407.21783, section 7.2): all tiles of a picture are one
 * input, each with a class token; local layers, then global ones behind gates, and a projector that reads the states of several layers.
 * Layers attend over all tiles at once, those that the picture leaves empty included: only padding does not see padding.
 */
import type { MllamaVisionConfig } from "../checkpoint/types.ts";
import type { GraphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import type { PictureLayout, TiledView } from "../image/types.ts";
import { floatTensor, intTensor, type FloatTensor, type IntTensor } from "../tensor/tensor.ts";
import { activate } from "./blocks/activation.ts";
import { attention } from "./blocks/attention.ts";
import { patchEmbedding, patchesPerSide } from "./blocks/patch-embedding.ts";
import type { FeedOf, VisionDefinition } from "./definition.ts";
import type { PicturePlan, PlannedImageToken, TowerInput } from "./plan.ts";
import { cellsOf, gridOfView, requireLayout, requireView, squareView } from "./square-tower.ts";
import { layerNorm, linear, namesUnder, within } from "./weight-names.ts";

/** Layouts of the published checkpoints, and of transformers since 4.52. */
const names = namesUnder(["model.vision_model.", "vision_model."]);
const projectorNames = namesUnder(["model.multi_modal_projector.", "multi_modal_projector."]);

/** A tile's tokens are padded to a multiple of this. */
const tokenStep = 8;

/** Norms outside of the layers have PyTorch's default. */
const outerNormEps = 1e-5;

/** Hides padding from padding: the lowest number of f32, as in transformers. */
const lowest = -3.4028234663852886e38;

/** Sizes of a tile inside the tower. */
interface TileSizes {
  /** Patches per side. */
  readonly side: number;
  /** Patches and the class token before them. */
  readonly tokens: number;
  /** The same with padding. */
  readonly padded: number;
}

function tileSizes(config: MllamaVisionConfig): TileSizes {
  const side = patchesPerSide(config);
  const tokens = side * side + 1;
  return { side, tokens, padded: Math.ceil(tokens / tokenStep) * tokenStep };
}

/**
 * The number of an arrangement of tiles, from 1: arrangements of up to `most` tiles, by rows and then by columns
 * (`get_all_supported_aspect_ratios`).
 */
export function aspectRatioId({ rows, cols }: TiledView["tiles"], most: number): number {
  let id = 0;
  for (let height = 1; height < rows; height++) id += Math.floor(most / height);
  return id + cols;
}

/** All tiles of a picture as one input, with empty tiles behind them. */
function towerInput(config: MllamaVisionConfig, tiles: TiledView["tiles"]): TowerInput {
  const { imageSize, channels, maxTiles } = config;
  const { tokens, padded } = tileSizes(config);
  const shown = tiles.rows * tiles.cols;
  const padding = floatTensor([maxTiles * padded, 1]);
  for (let tile = 0; tile < maxTiles; tile++) {
    padding.data.fill(1, tile * padded + (tile < shown ? tokens : 0), (tile + 1) * padded);
  }
  return {
    dims: [maxTiles, channels, imageSize, imageSize],
    tokens: maxTiles * padded,
    feeds: new Map<string, FloatTensor | IntTensor>([
      ["aspect", intTensor([1], Int32Array.of(aspectRatioId(tiles, maxTiles)))],
      ["padding", padding],
    ]),
    rowTokens: Array.from({ length: maxTiles * tokens }, (_, row) => [
      Math.floor(row / tokens) * padded + (row % tokens),
    ]),
  };
}

/** A grid for each tile; class tokens and the tokens of empty tiles are image tokens without a place on the picture. */
function planPicture(config: MllamaVisionConfig, layout: PictureLayout): PicturePlan {
  const { imageSize, patchSize, maxTiles } = config;
  const { views } = requireLayout(layout, "tiles");
  const [plane] = views;
  const { tiles } = plane;
  const shown = tiles.rows * tiles.cols;
  requireView(plane, { width: tiles.cols * imageSize, height: tiles.rows * imageSize });
  if (views.length > 1 || shown > maxTiles) {
    throw new Error(
      `vision: the picture was prepared as ${shown} tiles in ${views.length} views, but the tower takes one view of up to ${maxTiles} tiles; prepare the picture for this model.`,
    );
  }
  const { side, tokens } = tileSizes(config);
  const { box } = plane;
  const size = { width: box.width / tiles.cols, height: box.height / tiles.rows };
  const covered = { width: side * patchSize, height: side * patchSize };
  const grids = cellsOf(0, tiles).map(({ row, col }) =>
    gridOfView(
      {
        ...{ width: imageSize, height: imageSize },
        box: { ...size, left: box.left + col * size.width, top: box.top + row * size.height },
      },
      covered,
      { rows: side, cols: side },
    ),
  );
  const imageTokens = Array.from({ length: maxTiles * tokens }, (_, row): PlannedImageToken => {
    const rows = [{ row, weight: 1 }];
    const grid = Math.floor(row / tokens);
    const patch = (row % tokens) - 1;
    if (grid >= shown || patch < 0) return { rows };
    return { cell: { grid, row: Math.floor(patch / side), col: patch % side }, rows };
  });
  return {
    inputs: [towerInput(config, tiles)],
    grids,
    imageTokens,
    memory: { visible: shown * tokens },
    prompt: [{ imageTokens: 1 }],
  };
}

/** tanh of a gate, a scalar of the checkpoint. */
function openGate(g: GraphBuilder, tail: string): Value {
  return g.tanh(g.weight(names(tail), [1]));
}

/** The row of a table of the checkpoint that belongs to the arrangement of tiles, [tiles, size of the row / tiles / width, width]. */
function ofArrangement(
  g: GraphBuilder,
  tail: string,
  { config, tokens, feed }: { config: MllamaVisionConfig; tokens: number; feed: FeedOf },
): Value {
  const { aspectRatios, maxTiles, width } = config;
  const table = g.weight(names(tail), [aspectRatios + 1, maxTiles * tokens * width]);
  return g.reshape(g.gather(table, feed("aspect"), 0), [maxTiles, tokens, width]);
}

/** The vision tower over a language model of this width. */
export function mllamaVision(config: MllamaVisionConfig, languageWidth: number): VisionDefinition {
  const { width, heads, intermediate, localLayers, layers, maxTiles, layerNormEps: epsilon } = config;
  const { side, tokens, padded } = tileSizes(config);
  const all = maxTiles * padded;
  const square = squareView(config.imageSize);
  const kernel = within(names, "patch_embedding.");

  /** What each tile gets for its place in the arrangement, [tiles, 1, width]. */
  const tileEmbedding = (g: GraphBuilder, name: string, feed: FeedOf) =>
    g.mul(ofArrangement(g, `${name}.embedding.weight`, { config, tokens: 1, feed }), openGate(g, `${name}.gate`));

  function embedding(g: GraphBuilder, pixels: Value, feed: FeedOf): Value {
    const rows = Array.from({ length: maxTiles }, (_, tile) => {
      const one = g.slice(pixels, { axis: 0, start: tile, end: tile + 1 });
      const flat = g.reshape(one, [config.channels, config.imageSize, config.imageSize]);
      return g.reshape(patchEmbedding(g, flat, { config, names: kernel, bias: false }), [1, side * side, width]);
    });
    const patches = g.concat(rows, 0, maxTiles);
    const placed = g.add(patches, tileEmbedding(g, "pre_tile_positional_embedding", feed));
    const one = g.reshape(g.weight(names("class_embedding"), [width]), [1, 1, width]);
    const classes = g.expand(one, g.slice(placed, { axis: 1, start: 0, end: 1 }));
    const whole = g.concat([classes, placed], 1, tokens);
    const at = "gated_positional_embedding.";
    const gate = openGate(g, `${at}gate`);
    const ofToken = g.mul(g.weight(names(`${at}embedding`), [tokens, width]), g.sub(g.constant([1]), gate));
    const ofTile = ofArrangement(g, `${at}tile_embedding.weight`, { config, tokens, feed });
    const positioned = g.add(g.add(whole, ofToken), g.mul(ofTile, gate));
    const norm = { names: within(names, "layernorm_pre."), width, epsilon: outerNormEps };
    const normed = layerNorm(g, positioned, norm);
    const filled = padded === tokens ? normed : g.pad(normed, { axis: 1, before: 0, after: padded - tokens });
    return g.site("vision.embedding", g.reshape(filled, [all, width]));
  }

  /** Between the local layers and the global ones: a norm, and each tile's place in the arrangement once more. */
  function afterLocal(g: GraphBuilder, hidden: Value, feed: FeedOf): Value {
    const norm = { names: within(names, "layernorm_post."), width, epsilon: outerNormEps };
    const perTile = g.reshape(layerNorm(g, hidden, norm), [maxTiles, padded, width]);
    return g.reshape(g.add(perTile, tileEmbedding(g, "post_tile_positional_embedding", feed)), [all, width]);
  }

  function layer(
    g: GraphBuilder,
    input: Value,
    { index, feed }: { readonly index: number; readonly feed: FeedOf },
  ): Value {
    const isGlobal = index >= localLayers;
    const folder = isGlobal ? `global_transformer.layers.${index - localLayers}.` : `transformer.layers.${index}.`;
    const own = within(names, folder);
    const hidden = index === localLayers ? afterLocal(g, input, feed) : input;
    const norm = (x: Value, part: string) => layerNorm(g, x, { names: within(own, part), width, epsilon });
    const project = (x: Value, part: string) =>
      linear(g, x, { names: within(own, `self_attn.${part}.`), from: width, to: width, bias: false });
    const perHead = (x: Value) => g.reshape(x, [all, heads, width / heads]);
    const gated = (x: Value, gate: string) => (isGlobal ? g.mul(x, openGate(g, folder + gate)) : x);
    const padding = feed("padding");
    const mask = g.mul(g.matMul(padding, g.transpose(padding, [1, 0])), g.constant([lowest]));

    const normed = norm(hidden, "input_layernorm.");
    const context = attention(g, {
      query: perHead(project(normed, "q_proj")),
      key: perHead(project(normed, "k_proj")),
      value: perHead(project(normed, "v_proj")),
      mask,
      site: `vision.layers.${index}.attention.probs`,
    });
    const attended = g.add(hidden, gated(project(context, "o_proj"), "gate_attn"));
    const inner = norm(attended, "post_attention_layernorm.");
    const wide = linear(g, inner, { names: within(own, "mlp.fc1."), from: width, to: intermediate, bias: true });
    const active = activate(g, config.activation, wide);
    const narrow = linear(g, active, { names: within(own, "mlp.fc2."), from: intermediate, to: width, bias: true });
    return g.site(`vision.layers.${index}.residual`, g.add(attended, gated(narrow, "gate_ffn")));
  }

  /** The rows of a hidden state without padding, [tiles * tokens, width]. */
  function unpadded(g: GraphBuilder, hidden: Value): Value {
    const perTile = g.reshape(hidden, [maxTiles, padded, width]);
    const kept = padded === tokens ? perTile : g.slice(perTile, { axis: 1, start: 0, end: tokens });
    return g.reshape(kept, [maxTiles * tokens, width]);
  }

  return {
    config: { width, layers, heads, intermediate },
    classToken: false,
    featureLayer: layers,
    earlierStates: config.intermediateLayers.map((index) => index + 1),
    smallest: { kind: "tiles", views: [{ ...square, tiles: { rows: 1, cols: 1 } }], source: square },
    plan: (layout) => planPicture(config, layout),
    embedding,
    layer,
    projection(g, hidden, { earlier, feed }) {
      const last = unpadded(g, layers === localLayers ? afterLocal(g, hidden, feed) : hidden);
      const rows = maxTiles * tokens;
      // The states of the chosen layers take turns from number to number.
      const columns = earlier.map((state) => g.reshape(unpadded(g, state), [rows, width, 1]));
      const count = columns.length;
      const turns = count === 0 ? [] : [g.reshape(g.concat(columns, 2, count), [rows, width * count])];
      const outputWidth = width * (1 + count);
      const features = g.site("vision.features", g.concat([last, ...turns], 1, outputWidth));
      const shape = { names: projectorNames, from: outputWidth, to: languageWidth, bias: true };
      return g.site("projector.output", linear(g, features, shape));
    },
  };
}
