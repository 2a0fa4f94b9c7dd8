import { expect, it } from "vitest";
import { randomAttention, uniformNumbers } from "../../test/support/random-graphs.ts";
import { attentionCorrelation, ZeroVarianceError } from "./correlation.ts";

const rows = randomAttention(9, { random: uniformNumbers(1) });
const rowOf = (position: number) => rows[position]!;
const all = [...rows.keys()];

/** Cosines of vectors, by their definition. */
function cosines(vectors: readonly (readonly number[])[]): number[] {
  const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
  return vectors.flatMap((a) => vectors.map((b) => dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))));
}

function expectClose(found: Float64Array, expected: readonly number[]): void {
  expect(found.length).toBe(expected.length);
  expected.forEach((value, i) => expect(found[i]).toBeCloseTo(value, 13));
}

it("is the cosine of the nodes' rows, f32 or f64", () => {
  const nodes = [1, 4, 8];
  expectClose(attentionCorrelation(rowOf, nodes), cosines(nodes.map((node) => [...rows[node]!])));
  const single = rows.map((row) => Float32Array.from(row));
  expectClose(
    attentionCorrelation((position) => single[position]!, nodes),
    cosines(nodes.map((node) => [...single[node]!])),
  );
});

it("takes rows that end at their own token as zero beyond it", () => {
  const short = (position: number) => rows[position]!.subarray(0, position + 1);
  const nodes = [8, 0, 2, 3, 5, 6, 1];
  expect(attentionCorrelation(short, nodes)).toEqual(attentionCorrelation(rowOf, nodes));
  const options = { center: true, positions: all };
  expect(attentionCorrelation(short, nodes, options)).toEqual(attentionCorrelation(rowOf, nodes, options));
});

it("takes the mean over all positions off each key where rows are centered", () => {
  const nodes = [2, 5, 6];
  const means = all.map((key) => rows.reduce((sum, row) => sum + row[key]!, 0) / rows.length);
  const centered = nodes.map((node) => [...rows[node]!].map((value, key) => value - means[key]!));
  expectClose(attentionCorrelation(rowOf, nodes, { center: true, positions: all }), cosines(centered));
});

it("leaves keys out", () => {
  const nodes = [3, 4, 7];
  const without = nodes.map((node) => [...rows[node]!].filter((_, key) => key !== 0 && key !== 2));
  expectClose(attentionCorrelation(rowOf, nodes, { withoutKeys: new Set([0, 2]) }), cosines(without));
});

it("names the token whose row is zero", () => {
  const silent = (position: number) => (position === 5 ? new Float64Array(9) : rowOf(position));
  expect(() => attentionCorrelation(silent, [1, 5])).toThrow(ZeroVarianceError);
  expect(() => attentionCorrelation(silent, [1, 5])).toThrow(/Token 5 /);
});
