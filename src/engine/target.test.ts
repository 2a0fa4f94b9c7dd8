import { describe, expect, it } from "vitest";
import { scatteredTensor } from "../../test/support/run-graph.ts";
import { floatTensor } from "../tensor/tensor.ts";
import { targetSeeds, type TargetKind } from "./target.ts";

const [tokens, vocabulary] = [3, 8];
const logits = floatTensor(
  [tokens, vocabulary],
  scatteredTensor([tokens, vocabulary], 4).data.map((x) => 5 * x),
);
const ids = [2, 7, 0];

/** The scalar of a token, in double precision. */
function scalar(row: Float64Array, id: number, target: TargetKind): number {
  if (target.kind === "logit") return row[id]!;
  if (target.kind === "contrast") return row[id]! - row[target.rivalId]!;
  const most = Math.max(...row);
  return row[id]! - most - Math.log(row.reduce((sum, value) => sum + Math.exp(value - most), 0));
}

const kinds: readonly TargetKind[] = [{ kind: "logit" }, { kind: "logprob" }, { kind: "contrast", rivalId: 5 }];

describe("targetSeeds", () => {
  it.each(kinds)("is the derivative of $kind by finite differences", (target) => {
    const seeds = targetSeeds(logits, ids, target);
    const step = 1e-5;
    const expected = Array.from({ length: tokens * vocabulary }, (_, place) => {
      const [token, entry] = [Math.floor(place / vocabulary), place % vocabulary];
      const row = Float64Array.from(logits.data.subarray(token * vocabulary, (token + 1) * vocabulary));
      const at = (by: number) => scalar(row.with(entry, row[entry]! + by), ids[token]!, target);
      return (at(step) - at(-step)) / (2 * step);
    });
    expect(seeds.data).toBeCloseToArray(expected, 1e-6);
  });

  it("of a contrast is the opposite of that of its rival against the token", () => {
    const one = targetSeeds(logits, [2, 2, 2], { kind: "contrast", rivalId: 5 });
    const other = targetSeeds(logits, [5, 5, 5], { kind: "contrast", rivalId: 2 });
    expect(one.data).toEqual(other.data.map((value) => 0 - value));
    const same = targetSeeds(logits, ids, { kind: "contrast", rivalId: 2 });
    expect([...same.data.subarray(0, vocabulary)].every((value) => value === 0)).toBe(true);
  });

  it("of a log-probability sums to zero over the vocabulary, however large the logits", () => {
    const large = floatTensor([1, 3], Float32Array.of(3000, 2999, -3000));
    const seeds = targetSeeds(large, [1], { kind: "logprob" }).data;
    expect(seeds.reduce((a, b) => a + b, 0)).toBeCloseTo(0, 6);
    expect(seeds.every(Number.isFinite)).toBe(true);
  });
});
