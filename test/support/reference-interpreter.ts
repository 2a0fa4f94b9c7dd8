/**
 * @file Runs graphs in plain JavaScript and double precision: what ONNX Runtime and the rules of the gradient are held against. Shares
 * nothing with src/graph but the names of the operators and the shape of a node.
 */
import type { Graph, GraphNode, NodeOf } from "../../src/graph/graph.ts";
import type { Operator, Operators } from "../../src/graph/operators.ts";
import { array64, at, generate, matrixProduct, sizeOf, sumOver, turned, zip, type Array64 } from "./array64.ts";

type Evaluate<Op extends Operator> = (inputs: readonly Array64[], attributes: Operators[Op]) => Array64;

const plus = (x: number, y: number) => x + y;
const minus = (x: number, y: number) => x - y;
const product = (x: number, y: number) => x * y;
const over = (x: number, y: number) => x / y;
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** The error function by its series of positive terms, 2 / sqrt(pi) exp(-x^2) sum of 2^n x^(2n + 1) / (2n + 1)!!. */
function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x;
  let total = x;
  for (let n = 1; Math.abs(term) > 1e-18; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    total += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * total;
}

const gelus = {
  none: (x: number) => (x / 2) * (1 + erf(x / Math.SQRT2)),
  tanh: (x: number) => (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
};

const each =
  (of: (x: number) => number): Evaluate<Operator> =>
  ([x]) => ({ dims: x!.dims, data: x!.data.map(of) });

const pair =
  (of: (x: number, y: number) => number): Evaluate<Operator> =>
  ([a, b]) =>
    zip(a!, b!, of);

const map = (x: Array64, of: (x: number) => number): Array64 => ({ dims: x.dims, data: x.data.map(of) });

function meanOver(x: Array64, axes: readonly number[]): Array64 {
  const sums = sumOver(x, axes);
  return map(sums, (sum) => (sum * sums.data.length) / x.data.length);
}

/** Reductions keep their axes with size 1 until here. */
function reduced(
  kept: Array64,
  { axes, keepdims }: { readonly axes: readonly number[]; readonly keepdims: 0 | 1 },
): Array64 {
  if (keepdims === 1) return kept;
  const gone = axes.map((axis) => (axis < 0 ? axis + kept.dims.length : axis));
  return { dims: kept.dims.filter((_, axis) => !gone.includes(axis)), data: kept.data };
}

/** Attributes of type float are single precision in ONNX. */
function scaledToUnit(x: Array64, epsilon: number): Array64 {
  const power = meanOver(
    map(x, (number) => number ** 2),
    [-1],
  );
  return zip(x, power, (number, square) => number / Math.sqrt(square + Math.fround(epsilon)));
}

function leftOut(operator: Operator): Evaluate<Operator> {
  return () => {
    throw new Error(`the reference interpreter leaves ${operator} out: it has no derivative`);
  };
}

const operators: { readonly [Op in Operator]: Evaluate<Op> } = {
  Add: pair(plus),
  Sub: pair(minus),
  Mul: pair(product),
  Div: pair(over),
  Neg: each((x) => -x),
  Sqrt: each(Math.sqrt),
  Exp: each(Math.exp),
  Log: each(Math.log),
  Sigmoid: each(sigmoid),
  Tanh: each(Math.tanh),
  Erf: each(erf),
  Sign: each(Math.sign),
  Relu: each((x) => Math.max(0, x)),
  Gelu: ([x], { approximate }) => map(x!, gelus[approximate]),
  QuickGelu: ([x], { alpha }) => map(x!, (number) => number * sigmoid(Math.fround(alpha) * number)),
  MatMul: ([a, b]) => matrixProduct(a!, b!),
  Gemm([a, b, bias], { transA, transB }) {
    const result = matrixProduct(transA === 1 ? turned(a!, [1, 0]) : a!, transB === 1 ? turned(b!, [1, 0]) : b!);
    return bias === undefined ? result : zip(result, bias, plus);
  },
  Softmax([x], { axis }) {
    const powers = map(x!, Math.exp);
    return zip(powers, sumOver(powers, [axis]), over);
  },
  LayerNormalization([x, scale, bias], { epsilon }) {
    const unit = scaledToUnit(zip(x!, meanOver(x!, [-1]), minus), epsilon);
    return zip(zip(unit, scale!, product), bias!, plus);
  },
  SimplifiedLayerNormalization: ([x, scale], { epsilon }) => zip(scaledToUnit(x!, epsilon), scale!, product),
  Transpose: ([x], { perm }) => turned(x!, perm),
  Reshape([x], { shape }) {
    const kept = shape.map((size, axis) => (size === 0 ? x!.dims[axis]! : size));
    const known = sizeOf(kept.filter((size) => size !== -1));
    const dims = kept.map((size) => (size === -1 ? x!.data.length / known : size));
    return array64(dims, x!.data);
  },
  Slice([x], { starts, ends, axes }) {
    const dims = [...x!.dims];
    const first = x!.dims.map(() => 0);
    for (const [i, axis] of axes.entries()) {
      const place = axis < 0 ? axis + dims.length : axis;
      first[place] = starts[i]!;
      dims[place] = ends[i]! - starts[i]!;
    }
    return generate(dims, (coordinates) =>
      at(
        x!,
        coordinates.map((coordinate, axis) => coordinate + first[axis]!),
      ),
    );
  },
  Concat(parts, { axis }) {
    const place = axis < 0 ? axis + parts[0]!.dims.length : axis;
    const size = parts.reduce((sum, { dims }) => sum + dims[place]!, 0);
    return generate(parts[0]!.dims.with(place, size), (coordinates) => {
      let offset = coordinates[place]!;
      const part = parts.find(({ dims }) => {
        if (offset < dims[place]!) return true;
        offset -= dims[place]!;
        return false;
      });
      return at(part!, coordinates.with(place, offset));
    });
  },
  Pad([x], { pads }) {
    const rank = x!.dims.length;
    const dims = x!.dims.map((size, axis) => pads[axis]! + size + pads[axis + rank]!);
    return generate(dims, (coordinates) => {
      const inside = coordinates.map((coordinate, axis) => coordinate - pads[axis]!);
      return inside.every((coordinate, axis) => coordinate >= 0 && coordinate < x!.dims[axis]!) ? at(x!, inside) : 0;
    });
  },
  Gather([x, indices], { axis }) {
    const place = axis < 0 ? axis + x!.dims.length : axis;
    const size = x!.dims[place]!;
    return generate(x!.dims.with(place, indices!.data.length), (coordinates) => {
      const index = indices!.data[coordinates[place]!]!;
      return at(x!, coordinates.with(place, index < 0 ? index + size : index));
    });
  },
  Shape: ([x]) => array64([x!.dims.length], x!.dims),
  ConstantOfShape: ([shape]) => generate([...shape!.data], () => 0),
  Expand: ([x, shape]) =>
    zip(
      x!,
      generate([...shape!.data], () => 0),
      plus,
    ),
  ScatterND([data, indices, updates]) {
    const result = data!.data.slice();
    const rowSize = sizeOf(data!.dims.slice(1));
    for (const [i, update] of updates!.data.entries()) {
      const index = indices!.data[Math.floor(i / rowSize)]!;
      const row = index < 0 ? index + data!.dims[0]! : index;
      result[row * rowSize + (i % rowSize)]! += update;
    }
    return { dims: data!.dims, data: result };
  },
  ReduceSum: ([x], attributes) => reduced(sumOver(x!, attributes.axes), attributes),
  ReduceMean: ([x], attributes) => reduced(meanOver(x!, attributes.axes), attributes),
  ReduceLogSumExp: ([x], attributes) => reduced(map(sumOver(map(x!, Math.exp), attributes.axes), Math.log), attributes),
  TopK: leftOut("TopK"),
  GroupQueryAttention: leftOut("GroupQueryAttention"),
};

function evaluateNode<Op extends Operator>({ op, attributes }: NodeOf<Op>, inputs: readonly Array64[]): Array64 {
  return operators[op](inputs, attributes);
}

export type Values64 = ReadonlyMap<string, Array64>;

/** The constants of a graph by their names. */
export function constantsOf(constants: Graph["constants"]): Values64 {
  return new Map(
    constants.map(({ value, data }) => [value.name, array64(value.dims as number[], Array.from(data, Number))]),
  );
}

/**
 * All values of a graph by their names. `given` holds the inputs, weights and constants; an inner value that is given is not computed,
 * so that it can be varied on its own. Throws an Error if a result has other dims than the graph declares, a named size being the same
 * everywhere.
 */
export function evaluate(nodes: readonly GraphNode[], given: Values64, sizes = new Map<string, number>()): Values64 {
  const values = new Map(given);
  for (const node of nodes) {
    const output = node.outputs[0]!;
    if (values.has(output.name)) continue;
    const inputs = node.inputs.map((input) => values.get(input?.name ?? "")!);
    const result = evaluateNode(node as NodeOf<Operator>, inputs);
    const declared = output.dims.map((dim, axis) => {
      if (typeof dim === "number") return dim;
      if (!sizes.has(dim)) sizes.set(dim, result.dims[axis]!);
      return sizes.get(dim);
    });
    if (declared.join() !== result.dims.join()) {
      throw new Error(
        `${node.op} gave [${result.dims.join(", ")}] where the graph declares [${output.dims.join(", ")}]`,
      );
    }
    values.set(output.name, result);
  }
  return values;
}
