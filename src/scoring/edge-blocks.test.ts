/** @file Scores of edges against attention in loops and double precision: an edge is blocked, and the head's output computed anew. */
import { describe, expect, test } from "vitest";
import { referenceRuntime } from "../../test/support/reference-runtime.ts";
import { scatteredTensor, withoutWeights } from "../../test/support/run-graph.ts";
import { floatTensor, type FloatTensor } from "../tensor/tensor.ts";
import { contextInBlocks, edgesInBlocks, type EdgeBackward } from "./edge-blocks.ts";
import type { Model } from "../engine/model.ts";

// Graphs without weights need nothing of a model but what computes them.
const model = { runtime: referenceRuntime } as Model;

const shapes = [
  { name: "a head for each key", rows: 7, heads: 2, kvHeads: 2, width: 4, form: {} },
  { name: "grouped heads", rows: 6, heads: 6, kvHeads: 2, width: 3, form: { scale: 0.9 } },
  { name: "one key-value head, softcap", rows: 5, heads: 4, kvHeads: 1, width: 6, form: { cap: 1.5, scale: 2 } },
  { name: "attention near 1", rows: 5, heads: 2, kvHeads: 1, width: 4, form: { scale: 12 } },
] as const;

type Shape = (typeof shapes)[number];

/** A causal mask with a hidden edge, so that a window is nothing new. */
function maskOf({ rows }: Shape): FloatTensor {
  const mask = floatTensor([rows, rows]);
  for (let q = 0; q < rows; q++) for (let k = q + 1; k < rows; k++) mask.data[q * rows + k] = -Infinity;
  mask.data[4 * rows + 1] = -Infinity;
  return mask;
}

const groupsOf = ({ rows }: Shape) => Array.from({ length: rows }, (_, position) => [-1, 0, 0, 1, 2, 2, 0][position]!);

function backwardOf(shape: Shape): EdgeBackward {
  const { rows, heads, kvHeads, width, form } = shape;
  const places = groupsOf(shape);
  return {
    query: scatteredTensor([rows, heads, width], 1),
    key: scatteredTensor([rows, kvHeads, width], 2),
    value: scatteredTensor([rows, kvHeads, width], 3),
    mask: maskOf(shape),
    reads: undefined,
    form,
    derivative: scatteredTensor([rows, heads * width], 4),
    groups: { count: 3, queries: places, keys: places },
    ownKeys: true,
  };
}

/** Output of one head at one query without some keys, and what is multiplied into the score: [sum over the width of g z]. */
function scoreOf(shape: Shape, { q, head, without }: { q: number; head: number; without: readonly number[] }): number {
  const { rows, heads, kvHeads, width, form } = shape;
  const { scale = 1 / Math.sqrt(width), cap } = form as { scale?: number; cap?: number };
  const { query, key, value, mask, derivative } = backwardOf(shape);
  const group = Math.floor((head * kvHeads) / heads);
  const seen = Array.from({ length: rows }, (_, k) => k).filter(
    (k) => mask.data[q * rows + k] === 0 && !without.includes(k),
  );
  const at = (tensor: FloatTensor, row: number, of: number, i: number) =>
    tensor.data[(row * tensor.dims[1]! + of) * width + i]!;
  const dims = Array.from({ length: width }, (_, i) => i);
  const weights = seen.map((k) => {
    const score = scale * dims.reduce((sum, i) => sum + at(query, q, head, i) * at(key, k, group, i), 0);
    return Math.exp(cap === undefined ? score : cap * Math.tanh(score / cap));
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return dims.reduce((sum, i) => {
    const z = seen.reduce((mean, k, place) => mean + (weights[place]! / total) * at(value, k, group, i), 0);
    return sum + derivative.data[q * heads * width + head * width + i]! * z;
  }, 0);
}

describe.each(shapes)("edges of attention with $name", (shape) => {
  const { rows, heads } = shape;
  const indices = (count: number) => Array.from({ length: count }, (_, i) => i);

  test("change the output of a head as if it had been computed without them", async () => {
    const falls = new Float64Array(heads * rows * rows);
    const found = await edgesInBlocks(model, {
      ...backwardOf(shape),
      onEdges: (first, { dims, data }) => {
        for (const head of indices(heads))
          for (const row of indices(dims[1]!))
            for (const k of indices(rows))
              falls[(head * rows + first + row) * rows + k] = data[(head * dims[1]! + row) * rows + k]!;
      },
    });
    const expected = new Float64Array(falls.length);
    const nodes = new Float64Array(rows);
    for (const head of indices(heads)) {
      for (const q of indices(rows)) {
        for (const k of indices(q)) {
          const fall = scoreOf(shape, { q, head, without: [] }) - scoreOf(shape, { q, head, without: [k] });
          expected[(head * rows + q) * rows + k] = fall;
          nodes[k]! += fall;
        }
      }
    }
    expect(falls).toBeCloseToArray(expected, 2e-6);
    expect(found.nodes).toBeCloseToArray(nodes, 1e-5);
  });

  test("of a group are blocked together", async () => {
    const { groups } = await edgesInBlocks(model, backwardOf(shape));
    const places = groupsOf(shape);
    for (const to of indices(3)) {
      for (const from of indices(3)) {
        if (from === to) continue;
        const without = indices(rows).filter((k) => places[k] === from);
        let fall = 0;
        for (const q of indices(rows).filter((row) => places[row] === to))
          for (const head of indices(heads))
            fall += scoreOf(shape, { q, head, without: [] }) - scoreOf(shape, { q, head, without });
        expect(groups[to * 3 + from]).toBeCloseTo(fall, 5);
      }
    }
  });

  test("are the same in blocks of a row each", async () => {
    const backward = backwardOf(shape);
    const whole = await edgesInBlocks(model, backward);
    const rowed = await edgesInBlocks(model, backward, 1);
    expect(rowed.nodes).toBeCloseToArray(whole.nodes, 1e-5);
    expect(rowed.groups).toBeCloseToArray(whole.groups, 1e-5);
    for (const part of ["query", "key", "value"] as const)
      expect(rowed.derivatives[part].data).toBeCloseToArray(whole.derivatives[part].data, 1e-5);
    const context = await contextInBlocks(model, backward);
    expect((await contextInBlocks(model, backward, 2 * heads * rows)).data).toBeCloseToArray(context.data, 1e-6);
  });
});

test("scores stay within the range of values if queries attend to one key alone, in single precision", async () => {
  const [shape] = shapes;
  const onnx = { runtime: withoutWeights } as Model;
  for (const scale of [20, 200, 1e4]) {
    const { nodes, groups } = await edgesInBlocks(onnx, { ...backwardOf(shape), form: { scale } });
    // No entry of a value or a derivative is beyond 1, so that no head's part of the score moves by more than twice the width.
    for (const fall of [...nodes, ...groups])
      expect(Math.abs(fall)).toBeLessThan(shape.rows * shape.heads * shape.width * 2);
  }
});
