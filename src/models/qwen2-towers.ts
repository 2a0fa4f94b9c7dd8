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
  asSquares,
  mergeSquares,
  packedEmbedding,
  packedTower,
  packedTowerNames as names,
  planPacked,
  type Norm,
  type Sides,
} from "./packed-tower.ts";
import { layerNorm, linear, within, type NamesOf } from "./weight-names.ts";

/** Normalizes patches and makes one row of the language model's width of each square of them. */
function merger(config: PackedVisionConfig, norm: Norm, width: number) {
  const part = within(names, "merger.");
  return (g: GraphBuilder, hidden: Value): Value =>
    mergeSquares(g, asSquares(g, norm(g, hidden, within(part, "ln_q.")), config), {
      names: [within(part, "mlp.0."), within(part, "mlp.2.")],
      width,
    });
}

/** Qwen2-VL: layer norms, a perceptron of two layers, attention over the whole picture. */
export function qwen2Tower(config: Qwen2VisionConfig, width: number): VisionDefinition {
  const { width: own, intermediate, layerNormEps: epsilon } = config;
  const norm: Norm = (g, x, part) => layerNorm(g, x, { names: part, width: own, epsilon });
  const perceptron = (g: GraphBuilder, x: Value, part: NamesOf) => {
    const wide = linear(g, x, { names: within(part, "fc1."), from: own, to: intermediate, bias: true });
    const active = activate(g, config.activation, wide);
    return linear(g, active, { names: within(part, "fc2."), from: intermediate, to: own, bias: true });
  };
  return {
    ...packedTower(config, { norm, perceptron, merger: merger(config, norm, width) }),
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
export function qwen25Tower(config: Qwen25VisionConfig, width: number): VisionDefinition {
  const { width: own, intermediate, mergeSize, layerNormEps: epsilon } = config;
  const norm: Norm = (g, x, part) => g.rmsNorm(x, g.weight(part("weight"), [own]), epsilon);
  const perceptron = (g: GraphBuilder, x: Value, part: NamesOf) => {
    const widen = (name: string) =>
      linear(g, x, { names: within(part, name), from: own, to: intermediate, bias: true });
    const gated = g.mul(activate(g, config.activation, widen("gate_proj.")), widen("up_proj."));
    return linear(g, gated, { names: within(part, "down_proj."), from: intermediate, to: own, bias: true });
  };
  const full = new Set(config.fullLayers);
  return {
    ...packedTower(config, {
      ...{ norm, perceptron, inWindows: (layer) => !full.has(layer) },
      merger: merger(config, norm, width),
    }),
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
      const ordered = g.gather(asSquares(g, packed, config), feed("order"), 0);
      return g.site("vision.embedding", g.reshape(ordered, packed.dims));
    },
  };
}
