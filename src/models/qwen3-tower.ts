/**
 * @file The vision tower of Qwen3-VL (Bai et al. 2025, arXiv 2511.21631): learned positions of a square grid, interpolated to the grid of the
 * picture, and rows of inner layers that are added behind the first layers of the language model (DeepStack, arXiv 2406.04334).
 */
import type { Qwen3VisionConfig } from "../checkpoint/types.ts";
import type { GraphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import { floatTensor, intTensor, type FloatTensor, type IntTensor } from "../tensor/tensor.ts";
import { activate } from "./blocks/activation.ts";
import type { FeatureAddition, VisionDefinition } from "./definition.ts";
import {
  asSquares,
  mergeSquares,
  packedEmbedding,
  packedPlaces,
  packedTower,
  packedTowerNames as names,
  planPacked,
  type Norm,
  type Sides,
} from "./packed-tower.ts";
import type { TowerInput } from "./plan.ts";
import { layerNorm, linear, within, type NamesOf } from "./weight-names.ts";

/** Rounds to f32, as each step of this computation is in PyTorch. */
const f32 = Math.fround;

/** The neighbors on one axis of the learned grid, and how much each of them counts. */
interface Neighbors {
  readonly lower: number;
  readonly upper: number;
  readonly ofLower: number;
  readonly ofUpper: number;
}

/** Where place `index` of `count` lies between the first and the last of `side` learned places. */
function neighborsOf(index: number, count: number, side: number): Neighbors {
  const place = f32(f32(index * (side - 1)) / Math.max(count - 1, 1));
  const lower = Math.floor(place);
  const beyond = f32(place - lower);
  return { lower, upper: Math.min(lower + 1, side - 1), ofLower: f32(1 - beyond), ofUpper: f32(1 - f32(1 - beyond)) };
}

/** The corners of the learned cell that a patch lies in. */
const corners = [0, 1, 2, 3] as const;

/** By corner: the learned places of all patches, [tokens], and how much they count, [tokens, 1]. */
function positionFeeds(
  { rows, cols }: Sides,
  { positionSide: side, mergeSize }: Qwen3VisionConfig,
): TowerInput["feeds"] {
  const patches = packedPlaces({ rows, cols }, mergeSize);
  const places = corners.map(() => intTensor([patches.length]));
  const weights = corners.map(() => floatTensor([patches.length, 1]));
  for (const [token, [row, col]] of patches.entries()) {
    const vertical = neighborsOf(row, rows, side);
    const horizontal = neighborsOf(col, cols, side);
    for (const corner of corners) {
      const [y, ofY] = corner < 2 ? [vertical.lower, vertical.ofLower] : [vertical.upper, vertical.ofUpper];
      const isLeft = corner % 2 === 0;
      const [x, ofX] = isLeft ? [horizontal.lower, horizontal.ofLower] : [horizontal.upper, horizontal.ofUpper];
      places[corner]!.data[token] = y * side + x;
      weights[corner]!.data[token] = ofY * ofX;
    }
  }
  return new Map<string, FloatTensor | IntTensor>(
    corners.flatMap((corner) => [
      [`places.${corner}`, places[corner]!],
      [`weights.${corner}`, weights[corner]!],
    ]),
  );
}

/**
 * The hidden states that go into the language model beside the last one: behind its first layers in the order of the tower's. A layer of
 * the tower that does not exist, or for which the language model has no layer left, is left out, as by transformers.
 */
function deepstack(
  config: Qwen3VisionConfig,
  languageLayers: number,
  merger: (part: NamesOf) => FeatureAddition["projection"],
): FeatureAddition[] {
  const read = [...new Set(config.deepstack)].filter((layer) => layer >= 0 && layer < config.layers);
  return read
    .sort((a, b) => a - b)
    .slice(0, languageLayers)
    .map((layer, index) => ({
      state: layer + 1,
      layer: index,
      projection: merger(within(names, `deepstack_merger_list.${config.deepstack.indexOf(layer)}.`)),
    }));
}

/** The tower and its mergers, for a language model of this width and so many layers. */
export function qwen3Tower(
  config: Qwen3VisionConfig,
  { width, layers }: { readonly width: number; readonly layers: number },
): VisionDefinition {
  const { width: own, intermediate, mergeSize, layerNormEps: epsilon } = config;
  const norm: Norm = (g, x, part) => layerNorm(g, x, { names: part, width: own, epsilon });
  const inside = own * mergeSize ** 2;
  const merge = (g: GraphBuilder, squares: Value, part: NamesOf) =>
    mergeSquares(g, squares, { names: [within(part, "linear_fc1."), within(part, "linear_fc2.")], width });
  const last = within(names, "merger.");
  return {
    ...packedTower(config, {
      norm,
      perceptron(g, x, part) {
        const wide = linear(g, x, { names: within(part, "linear_fc1."), from: own, to: intermediate, bias: true });
        const active = activate(g, config.activation, wide);
        return linear(g, active, { names: within(part, "linear_fc2."), from: intermediate, to: own, bias: true });
      },
      merger: (g, hidden) => merge(g, asSquares(g, norm(g, hidden, within(last, "norm.")), config), last),
    }),
    plan: (layout) => planPacked(config, layout, (patches) => ({ feeds: positionFeeds(patches, config) })),
    embedding(g, pixels, feed) {
      const table = g.weight(names("pos_embed.weight"), [config.positions, own]);
      const positions = corners
        .map((corner) => g.mul(g.gather(table, feed(`places.${corner}`), 0), feed(`weights.${corner}`)))
        .reduce((sum, part) => g.add(sum, part));
      return g.site("vision.embedding", g.add(packedEmbedding(g, pixels, { config, bias: true }), positions));
    },
    // Squares are normalized as a whole here, while the last merger normalizes each patch.
    additions: deepstack(config, layers, (part) => (g, hidden) => {
      const squares = layerNorm(g, asSquares(g, hidden, config), {
        names: within(part, "norm."),
        width: inside,
        epsilon,
      });
      return merge(g, squares, part);
    }),
  };
}
