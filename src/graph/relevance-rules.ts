/**
 * @file Layer-wise relevance propagation for transformers (Achtibat et al., "AttnLRP", ICML 2024) as rules that replace derivatives: value x
 * what comes back is then the relevance of the value. Linear operators and softmax keep their derivative; the paper's equations for
 * non-linearities (9), products (14) and normalization (19) are below.
 */
import type { GraphBuilder } from "./builder.ts";
import { gradientRules, shiftAndScale, type GradientRules } from "./gradient-rules.ts";
import type { Value } from "./graph.ts";

/** A product of two values that both carry relevance gives half to each; a product with a constant is linear. */
function halved(
  g: GraphBuilder,
  wants: readonly boolean[],
  gradients: readonly (Value | undefined)[],
): readonly (Value | undefined)[] {
  if (!(wants[0] === true && wants[1] === true)) return gradients;
  return gradients.map((gradient) => gradient && g.mul(gradient, g.constant([0.5])));
}

/** The same as normalizing, but with the scale taken as a constant; centering is linear and keeps its derivative. */
function constantScale(
  g: GraphBuilder,
  { x, scale, dy, centered, epsilon }: { x: Value; scale: Value; dy: Value; centered: boolean; epsilon: number },
): Value {
  const { inverse } = shiftAndScale(g, x, { centered, epsilon });
  const d = g.mul(g.mul(dy, scale), inverse);
  return centered ? g.sub(d, g.reduceMean(d, { axes: [-1], keep: true })) : d;
}

/** y / x of GELU, which is finite at 0. */
function geluShare(g: GraphBuilder, x: Value, approximate: "none" | "tanh"): Value {
  const inner =
    approximate === "none"
      ? g.erf(g.mul(x, g.constant([Math.SQRT1_2])))
      : g.tanh(
          g.mul(
            g.mul(x, g.constant([Math.sqrt(2 / Math.PI)])),
            g.add(g.mul(g.mul(x, x), g.constant([0.044715])), g.constant([1])),
          ),
        );
  return g.mul(g.add(inner, g.constant([1])), g.constant([0.5]));
}

export const relevanceRules: GradientRules = {
  Mul: (g, application) => halved(g, application.wants, gradientRules.Mul(g, application)),
  MatMul: (g, application) => halved(g, application.wants, gradientRules.MatMul(g, application)),

  QuickGelu: (g, { node, dy }) => [
    g.mul(dy[0]!, g.sigmoid(g.mul(node.inputs[0]!, g.constant([node.attributes.alpha])))),
  ],
  Gelu: (g, { node, dy }) => [g.mul(dy[0]!, geluShare(g, node.inputs[0]!, node.attributes.approximate))],

  Tanh: (g, { node, dy }) => {
    // y / x, with a small number added above and below, so that it is 1 at 0.
    const [x, y, small] = [node.inputs[0]!, node.outputs[0]!, g.constant([1e-12])];
    return [g.mul(dy[0]!, g.div(g.add(g.mul(x, y), small), g.add(g.mul(x, x), small)))];
  },

  LayerNormalization: (g, { node, dy }) => {
    const [x, scale] = node.inputs as [Value, Value, Value];
    return [constantScale(g, { x, scale, dy: dy[0]!, centered: true, epsilon: node.attributes.epsilon })];
  },
  SimplifiedLayerNormalization: (g, { node, dy }) => {
    const [x, scale] = node.inputs as [Value, Value];
    return [constantScale(g, { x, scale, dy: dy[0]!, centered: false, epsilon: node.attributes.epsilon })];
  },
};
