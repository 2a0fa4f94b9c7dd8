/**
 * @file The derivative of every operator, one rule each, in one table that is total over the operators: an operator without a rule does
 * not compile. Each rule is proved by finite differences (`gradient-rules.test.ts`).
 */
import type { GraphBuilder } from "./builder.ts";
import type { Dim, NodeOf, Value } from "./graph.ts";
import type { Operator } from "./operators.ts";
import { axisOf, showDims } from "./shapes.ts";

/** One node of the backward pass. */
interface Application<Op extends Operator> {
  readonly node: NodeOf<Op>;
  /** Derivative of the scalar with respect to each output; undefined if the scalar does not depend on it. */
  readonly dy: readonly (Value | undefined)[];
  /** Which inputs need a derivative. A rule may leave the others out. */
  readonly wants: readonly boolean[];
}

/** Derivatives with respect to the inputs, in their order. */
export type Rule<Op extends Operator> = (
  g: GraphBuilder,
  application: Application<Op>,
) => readonly (Value | undefined)[];

/** Rules for some operators, in place of those of the derivative. */
export type GradientRules = { readonly [Op in Operator]?: Rule<Op> };

/** Sums away what broadcasting repeated, so that the derivative has the shape of the input. */
function unbroadcast(g: GraphBuilder, dy: Value, dims: readonly Dim[]): Value {
  const leading = dy.dims.slice(dims.length).map((_, axis) => axis);
  const aligned = leading.length === 0 ? dy : g.reduceSum(dy, { axes: leading });
  const stretched = dims.flatMap((dim, axis) => (dim === 1 && aligned.dims[axis] !== 1 ? [axis] : []));
  return stretched.length === 0 ? aligned : g.reduceSum(aligned, { axes: stretched, keep: true });
}

/** Wraps a rule of one output and one input. */
function unaryRule<Op extends Operator>(
  derivative: (g: GraphBuilder, at: { x: Value; y: Value; dy: Value; node: NodeOf<Op> }) => Value | undefined,
): Rule<Op> {
  return (g, { node, dy, wants }) => {
    if (wants[0] !== true) return [];
    return [derivative(g, { x: node.inputs[0]!, y: node.outputs[0]!, dy: dy[0]!, node })];
  };
}

/** Wraps a rule of two inputs that broadcast. */
function binaryRule<Op extends "Add" | "Sub" | "Mul" | "Div">(
  left: (g: GraphBuilder, at: { a: Value; b: Value; y: Value; dy: Value }) => Value,
  right: (g: GraphBuilder, at: { a: Value; b: Value; y: Value; dy: Value }) => Value,
): Rule<Op> {
  return (g, { node, dy, wants }) => {
    const at = { a: node.inputs[0]!, b: node.inputs[1]!, y: node.outputs[0]!, dy: dy[0]! };
    return [
      wants[0] === true ? unbroadcast(g, left(g, at), at.a.dims) : undefined,
      wants[1] === true ? unbroadcast(g, right(g, at), at.b.dims) : undefined,
    ];
  };
}

function refuse<Op extends Operator>(reason: string): Rule<Op> {
  return (_, { node }) => {
    throw new Error(`gradient: ${node.op} has no derivative here, ${reason}.`);
  };
}

const one = (g: GraphBuilder) => g.constant([1]);
const times = (g: GraphBuilder, x: Value, factor: number) => g.mul(x, g.constant([factor]));

function knownCount(dims: readonly Dim[], axes: readonly number[]): number {
  return axes.reduce((count, axis) => {
    const size = dims[axisOf(dims, axis)];
    if (typeof size !== "number")
      throw new Error(`gradient: a mean over an axis of unknown size of ${showDims(dims)}.`);
    return count * size;
  }, 1);
}

/** Brings a reduced derivative back to the shape of x. */
function spread(
  g: GraphBuilder,
  reduced: Value,
  { x, axes, keep }: { x: Value; axes: readonly number[]; keep: boolean },
): Value {
  if (keep) return g.expand(reduced, x);
  // Reshape keeps named sizes only in their places, so the axes of size 1 are added at the end and moved from there.
  const gone = axes.map((axis) => axisOf(x.dims, axis));
  const left = [...x.dims.keys()].filter((axis) => !gone.includes(axis));
  const order = [...left, ...gone];
  const column = g.reshape(reduced, [...reduced.dims, ...gone.map(() => 1)]);
  const perm = order.map((_, axis) => order.indexOf(axis));
  return g.expand(g.transpose(column, perm), x);
}

/** Swaps the last two axes. */
function transposed(g: GraphBuilder, x: Value): Value {
  const rank = x.dims.length;
  const perm = [...Array(rank).keys()];
  [perm[rank - 2], perm[rank - 1]] = [rank - 1, rank - 2];
  return g.transpose(x, perm);
}

/** Standard normal distribution and density, for GELU: 0.5 (1 + erf(x / sqrt 2)) and exp(-x^2 / 2) / sqrt(2 pi). */
function exactGelu(g: GraphBuilder, x: Value): Value {
  const distribution = times(g, g.add(g.erf(times(g, x, Math.SQRT1_2)), one(g)), 0.5);
  const density = times(g, g.exp(times(g, g.mul(x, x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
  return g.add(distribution, g.mul(x, density));
}

/** Of 0.5 x (1 + tanh(c (x + 0.044715 x^3))), c = sqrt(2 / pi). */
function tanhGelu(g: GraphBuilder, x: Value): Value {
  const c = Math.sqrt(2 / Math.PI);
  const squared = g.mul(x, x);
  const t = g.tanh(g.mul(times(g, x, c), g.add(times(g, squared, 0.044715), one(g))));
  const inner = times(g, g.add(times(g, squared, 3 * 0.044715), one(g)), c);
  const slope = g.mul(g.mul(x, g.sub(one(g), g.mul(t, t))), inner);
  return times(g, g.add(g.add(t, one(g)), slope), 0.5);
}

/** sigmoid(alpha x) (1 + alpha x (1 - sigmoid(alpha x))) */
function quickGelu(g: GraphBuilder, x: Value, alpha: number): Value {
  const scaled = times(g, x, alpha);
  const s = g.sigmoid(scaled);
  return g.mul(s, g.add(g.mul(scaled, g.sub(one(g), s)), one(g)));
}

/** x with its mean taken off or not, and one over its scale: what the norms and relevance propagation divide by. */
export function shiftAndScale(
  g: GraphBuilder,
  x: Value,
  { centered, epsilon }: { centered: boolean; epsilon: number },
): { shifted: Value; inverse: Value } {
  const last = { axes: [-1], keep: true };
  const shifted = centered ? g.sub(x, g.reduceMean(x, last)) : x;
  const power = g.reduceMean(g.mul(shifted, shifted), last);
  return { shifted, inverse: g.div(one(g), g.sqrt(g.add(power, g.constant([epsilon])))) };
}

/** Both norms: dx = inverse (d - [mean d] - unit mean(d unit)) with d = dy scale; the mean is subtracted if x was centered. */
function normRule(
  g: GraphBuilder,
  {
    x,
    scale,
    dy,
    centered,
    epsilon,
    wants,
  }: { x: Value; scale: Value; dy: Value; centered: boolean; epsilon: number; wants: readonly boolean[] },
): (Value | undefined)[] {
  const last = { axes: [-1], keep: true };
  const ofBias = wants[2] === true ? unbroadcast(g, dy, scale.dims) : undefined;
  if (wants[0] !== true && wants[1] !== true) return [undefined, undefined, ofBias];
  const { shifted, inverse } = shiftAndScale(g, x, { centered, epsilon });
  const unit = g.mul(shifted, inverse);
  const ofX = () => {
    const d = g.mul(dy, scale);
    const along = g.mul(unit, g.reduceMean(g.mul(d, unit), last));
    const across = centered ? g.sub(d, g.reduceMean(d, last)) : d;
    return g.mul(inverse, g.sub(across, along));
  };
  return [
    wants[0] === true ? ofX() : undefined,
    wants[1] === true ? unbroadcast(g, g.mul(dy, unit), scale.dims) : undefined,
    ofBias,
  ];
}

export const gradientRules: { [Op in Operator]: Rule<Op> } = {
  Add: binaryRule(
    (_, { dy }) => dy,
    (_, { dy }) => dy,
  ),
  Sub: binaryRule(
    (_, { dy }) => dy,
    (g, { dy }) => g.neg(dy),
  ),
  Mul: binaryRule(
    (g, { dy, b }) => g.mul(dy, b),
    (g, { dy, a }) => g.mul(dy, a),
  ),
  Div: binaryRule(
    (g, { dy, b }) => g.div(dy, b),
    (g, { dy, b, y }) => g.neg(g.div(g.mul(dy, y), b)),
  ),
  Neg: unaryRule((g, { dy }) => g.neg(dy)),
  Sqrt: unaryRule((g, { dy, y }) => g.div(times(g, dy, 0.5), y)),
  Exp: unaryRule((g, { dy, y }) => g.mul(dy, y)),
  Log: unaryRule((g, { dy, x }) => g.div(dy, x)),
  Sigmoid: unaryRule((g, { dy, y }) => g.mul(dy, g.mul(y, g.sub(one(g), y)))),
  Tanh: unaryRule((g, { dy, y }) => g.mul(dy, g.sub(one(g), g.mul(y, y)))),
  Erf: unaryRule((g, { dy, x }) => g.mul(dy, times(g, g.exp(g.neg(g.mul(x, x))), 2 / Math.sqrt(Math.PI)))),
  Sign: unaryRule(() => undefined),
  Relu: unaryRule((g, { dy, y }) => g.mul(dy, g.sign(y))),
  Gelu: unaryRule((g, { dy, x, node }) =>
    g.mul(dy, node.attributes.approximate === "tanh" ? tanhGelu(g, x) : exactGelu(g, x)),
  ),
  QuickGelu: unaryRule((g, { dy, x, node }) => g.mul(dy, quickGelu(g, x, node.attributes.alpha))),

  MatMul: (g, { node, dy, wants }) => {
    const [a, b] = node.inputs as [Value, Value];
    return [
      wants[0] === true ? unbroadcast(g, g.matMul(dy[0]!, transposed(g, b)), a.dims) : undefined,
      wants[1] === true ? unbroadcast(g, g.matMul(transposed(g, a), dy[0]!), b.dims) : undefined,
    ];
  },

  Gemm: (g, { node, dy: [dy], wants }) => {
    const [a, b, bias] = node.inputs as [Value, Value, Value | undefined];
    const transA = node.attributes.transA === 1;
    const transB = node.attributes.transB === 1;
    const left = () =>
      transA ? g.gemm(b, dy!, { transA: transB, transB: true }) : g.gemm(dy!, b, { transB: !transB });
    const right = () =>
      transB ? g.gemm(dy!, a, { transA: true, transB: transA }) : g.gemm(a, dy!, { transA: !transA });
    return [
      wants[0] === true ? left() : undefined,
      wants[1] === true ? right() : undefined,
      wants[2] === true && bias !== undefined ? unbroadcast(g, dy!, bias.dims) : undefined,
    ];
  },

  Softmax: unaryRule((g, { dy, y, node }) => {
    const inner = g.reduceSum(g.mul(dy, y), { axes: [node.attributes.axis], keep: true });
    return g.mul(y, g.sub(dy, inner));
  }),

  LayerNormalization: (g, { node, dy, wants }) => {
    const [x, scale] = node.inputs as [Value, Value, Value];
    return normRule(g, { x, scale, dy: dy[0]!, centered: true, epsilon: node.attributes.epsilon, wants });
  },
  SimplifiedLayerNormalization: (g, { node, dy, wants }) => {
    const [x, scale] = node.inputs as [Value, Value];
    return normRule(g, { x, scale, dy: dy[0]!, centered: false, epsilon: node.attributes.epsilon, wants });
  },

  Transpose: unaryRule((g, { dy, node }) => {
    const inverse = node.attributes.perm.map((_, axis) => node.attributes.perm.indexOf(axis));
    return g.transpose(dy, inverse);
  }),
  Reshape: unaryRule((g, { x, dy }) => g.reshape(dy, x.dims)),
  Slice: unaryRule((g, { x, dy, node }) => {
    const [axis, start, end] = [node.attributes.axes[0]!, node.attributes.starts[0]!, node.attributes.ends[0]!];
    const size = x.dims[axisOf(x.dims, axis)];
    if (typeof size !== "number")
      throw new Error(`gradient: a slice of an axis of unknown size of ${showDims(x.dims)}.`);
    return g.pad(dy, { axis, before: start, after: size - end });
  }),
  Concat: (g, { node, dy, wants }) => {
    const { axis } = node.attributes;
    let start = 0;
    return node.inputs.slice(0, wants.lastIndexOf(true) + 1).map((part, place) => {
      const size = part!.dims[axisOf(part!.dims, axis)];
      if (typeof size !== "number") throw new Error(`gradient: a part of unknown size, ${showDims(part!.dims)}.`);
      const end = start + size;
      const slice = wants[place] === true ? g.slice(dy[0]!, { axis, start, end }) : undefined;
      start = end;
      return slice;
    });
  },
  Pad: unaryRule((g, { x, dy, node }) => {
    const rank = x.dims.length;
    return node.attributes.pads.slice(0, rank).reduce((cut, before, axis) => {
      const size = x.dims[axis];
      if (before === 0 && node.attributes.pads[axis + rank] === 0) return cut;
      return g.slice(cut, { axis, start: before, end: before + Number(size) });
    }, dy);
  }),

  Gather: (g, { node, dy }) => {
    const [x, indices] = node.inputs as [Value, Value];
    const axis = axisOf(x.dims, node.attributes.axis);
    if (axis === 0) return [g.scatterAdd(g.zerosLike(x), indices, dy[0]!), undefined];
    const front = [axis, ...x.dims.map((_, other) => other).filter((other) => other !== axis)];
    const back = front.map((_, other) => front.indexOf(other));
    const zeros = g.zerosLike(g.transpose(x, front));
    return [g.transpose(g.scatterAdd(zeros, indices, g.transpose(dy[0]!, front)), back), undefined];
  },
  Shape: unaryRule(() => undefined),
  ConstantOfShape: unaryRule(() => undefined),
  Expand: unaryRule((g, { x, dy }) => unbroadcast(g, dy, x.dims)),
  ScatterND: (g, { node, dy, wants }) => {
    const places = node.inputs[1]!;
    const updates = () => g.gather(dy[0]!, g.reshape(places, places.dims.slice(0, 1)), 0);
    return [dy[0], undefined, wants[2] === true ? updates() : undefined];
  },

  ReduceSum: unaryRule((g, { x, dy, node: { attributes } }) =>
    spread(g, dy, { x, axes: attributes.axes, keep: attributes.keepdims === 1 }),
  ),
  ReduceMean: unaryRule((g, { x, dy, node: { attributes } }) =>
    times(
      g,
      spread(g, dy, { x, axes: attributes.axes, keep: attributes.keepdims === 1 }),
      1 / knownCount(x.dims, attributes.axes),
    ),
  ),
  ReduceLogSumExp: unaryRule((g, { x, y, dy, node: { attributes } }) => {
    const where = { x, axes: attributes.axes, keep: attributes.keepdims === 1 };
    return g.mul(spread(g, dy, where), g.exp(g.sub(x, spread(g, y, where))));
  }),

  TopK: refuse("since which entries are the largest is a choice; gather them by their indices instead"),
  GroupQueryAttention: refuse("since it hides its probabilities; use the traced form of a layer"),
};
