/**
 * @file The vision towers of Qwen2-VL (Wang et al. 2024, arXiv 2409.12191) and Qwen2.5-VL (Bai et al. 2025, arXiv 2502.13923), which attends
 * within windows in most layers, with RMSNorm and gated perceptrons.
 */
import type { PackedVisionConfig, Qwen25VisionConfig, Qwen2VisionConfig } from "../checkpoint/types.ts";
import type { GraphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import { intTensor } from "../tensor/tensor.ts";
import { activate } from "./blocks/activation.ts";
import { windowFeeds } from "./blocks/window-attention.ts";
import type { VisionDefinition } from "./definition.ts";
import {
  packedAttention,
  packedEmbedding,
  packedTowerNames as names,
  planPacked,
  smallestPacked,
  type Sides,
} from "./packed-tower.ts";
import { layerNorm, linear, within, type NamesOf } from "./weight-names.ts";

/** Normalizes x [tokens, width] with the tensors of a part. */
type Norm = (g: GraphBuilder, x: Value, part: NamesOf) => Value;

/** A perceptron of one layer, [tokens, width] -> [tokens, width]. */
type Perceptron = (g: GraphBuilder, x: Value, layer: NamesOf) => Value;

/** What differs between the two towers. */
interface TowerParts {
  readonly norm: Norm;
  readonly perceptron: Perceptron;
  readonly inWindows: (layer: number) => boolean;
}

/** Normalizes patches and makes one row of the language model's width of each square of them. */
function merger(
  g: GraphBuilder,
  hidden: Value,
  { config, norm, width }: { config: PackedVisionConfig; norm: Norm; width: number },
): Value {
  const merged = config.mergeSize ** 2;
  const inside = config.width * merged;
  const part = within(names, "merger.");
  const normed = norm(g, hidden, within(part, "ln_q."));
  const squares = g.reshape(normed, [(hidden.dims[0] as number) / merged, inside]);
  const wide = linear(g, squares, { names: within(part, "mlp.0."), from: inside, to: inside, bias: true });
  return linear(g, activate(g, "gelu", wide), { names: within(part, "mlp.2."), from: inside, to: width, bias: true });
}

/** A tower and its merger but for its plan and its embedding; `width` is that of the language model. */
function towerOf(
  config: PackedVisionConfig,
  { norm, perceptron, inWindows }: TowerParts,
  width: number,
): Omit<VisionDefinition, "plan" | "embedding"> {
  return {
    config,
    classToken: false,
    featureLayer: config.layers,
    smallest: smallestPacked(config),
    layer(g, hidden, { index, feed }) {
      const layer = within(names, `blocks.${index}.`);
      const parts = { config, layer, index, feed, inWindows: inWindows(index) };
      const attended = g.add(hidden, packedAttention(g, norm(g, hidden, within(layer, "norm1.")), parts));
      const inner = perceptron(g, norm(g, attended, within(layer, "norm2.")), within(layer, "mlp."));
      return g.site(`vision.layers.${index}.residual`, g.add(attended, inner));
    },
    projection: (g, hidden) =>
      g.site("projector.output", merger(g, g.site("vision.features", hidden), { config, norm, width })),
  };
}

/** Qwen2-VL: layer norms, a perceptron of two layers, attention over the whole picture. */
export function qwen2Vision(config: Qwen2VisionConfig, width: number): VisionDefinition {
  const { width: own, intermediate, layerNormEps: epsilon } = config;
  const norm: Norm = (g, x, part) => layerNorm(g, x, { names: part, width: own, epsilon });
  const perceptron: Perceptron = (g, x, layer) => {
    const wide = linear(g, x, { names: within(layer, "fc1."), from: own, to: intermediate, bias: true });
    const active = activate(g, config.activation, wide);
    return linear(g, active, { names: within(layer, "fc2."), from: intermediate, to: own, bias: true });
  };
  return {
    ...towerOf(config, { norm, perceptron, inWindows: () => false }, width),
    plan: (layout) => planPacked(config, layout),
    embedding: (g, pixels) => g.site("vision.embedding", packedEmbedding(g, pixels, { config, bias: false })),
  };
}

/** Image tokens window by window, and the limits of the windows in patches. Windows at the right and the bottom may be smaller. */
function windowOrder(
  { rows, cols }: Sides,
  { windowSide, mergeSize }: Qwen25VisionConfig,
): { order: number[]; bounds: number[] } {
  const order: number[] = [];
  const bounds = [0];
  for (let top = 0; top < rows; top += windowSide) {
    for (let left = 0; left < cols; left += windowSide) {
      for (let row = top; row < Math.min(top + windowSide, rows); row++) {
        for (let col = left; col < Math.min(left + windowSide, cols); col++) order.push(row * cols + col);
      }
      bounds.push(order.length * mergeSize ** 2);
    }
  }
  return { order, bounds };
}

/** Qwen2.5-VL: the patches of a window stand together from the embedding on, and image tokens are put back in order behind the merger. */
export function qwen25Vision(config: Qwen25VisionConfig, width: number): VisionDefinition {
  const { width: own, intermediate, mergeSize, layerNormEps: epsilon } = config;
  const norm: Norm = (g, x, part) => g.rmsNorm(x, g.weight(part("weight"), [own]), epsilon);
  const perceptron: Perceptron = (g, x, layer) => {
    const widen = (part: string) =>
      linear(g, x, { names: within(layer, part), from: own, to: intermediate, bias: true });
    const gated = g.mul(activate(g, config.activation, widen("gate_proj.")), widen("up_proj."));
    return linear(g, gated, { names: within(layer, "down_proj."), from: intermediate, to: own, bias: true });
  };
  const full = new Set(config.fullLayers);
  return {
    ...towerOf(config, { norm, perceptron, inWindows: (layer) => !full.has(layer) }, width),
    plan: (layout) =>
      planPacked(config, layout, (patches) => {
        const sides = { rows: patches.rows / mergeSize, cols: patches.cols / mergeSize };
        const { order, bounds } = windowOrder(sides, config);
        return {
          order,
          windows: bounds,
          feeds: new Map([...windowFeeds(bounds), ["order", intTensor([order.length], Int32Array.from(order))]]),
        };
      }),
    embedding(g, pixels, feed) {
      const packed = packedEmbedding(g, pixels, { config, bias: false });
      const merged = mergeSize ** 2;
      const [tokens] = packed.dims as [number, number];
      const squares = g.reshape(packed, [tokens / merged, merged * own]);
      return g.site("vision.embedding", g.reshape(g.gather(squares, feed("order"), 0), [tokens, own]));
    },
  };
}
