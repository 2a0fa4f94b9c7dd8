import { describe, expect, it } from "vitest";
import { floatTensor, intTensor } from "../tensor/tensor.ts";
import { lensIndexOf, lensProbability, lensTopTokens } from "./lens.ts";

// Two rows of the layer axis, three positions, a vocabulary of four, answer tokens 2 and 0 predicted at positions 1 and 2.
const layers = 2;
const positions = 3;
const vocabulary = 4;
const answerIds = [2, 0];

function logit(layer: number, position: number, id: number): number {
  return Math.sin(1 + 7 * layer + 3 * position + 2 * id) * 4;
}

function row(layer: number, position: number): number[] {
  return Array.from({ length: vocabulary }, (_, id) => logit(layer, position, id));
}

function softmax(logits: readonly number[]): number[] {
  const exponentials = logits.map(Math.exp);
  const sum = exponentials.reduce((a, b) => a + b, 0);
  return exponentials.map((value) => value / sum);
}

function everywhere(values: (layer: number, position: number) => readonly number[]): number[] {
  return Array.from({ length: layers * positions }, (_, i) => values(Math.floor(i / positions), i % positions)).flat();
}

function best(layer: number, position: number): number[] {
  const logits = row(layer, position);
  return [0, 1, 2, 3].sort((a, b) => logits[b]! - logits[a]!).slice(0, 2);
}

const logsumexp = floatTensor(
  [layers, positions],
  Float32Array.from(everywhere((l, p) => [Math.log(row(l, p).reduce((sum, value) => sum + Math.exp(value), 0))])),
);
const answer = floatTensor(
  [layers, positions, 2],
  Float32Array.from(everywhere((l, p) => answerIds.map((id) => logit(l, p, id)))),
);

describe("lensProbability", () => {
  it.each([0, 1])("is the softmax of the logits at the answer token %i", (token) => {
    const expected = everywhere((l, p) => [softmax(row(l, p))[answerIds[token]!]!]);
    const probability = lensProbability({ answer, logsumexp }, token);
    expect(probability.dims).toEqual([layers, positions]);
    expect(probability.data).toBeCloseToArray(expected, 1e-6);
  });

  it("refuses a token beyond the answer and shapes that do not fit", () => {
    expect(() => lensProbability({ answer, logsumexp }, 2)).toThrow("0 to 1, got 2");
    expect(() => lensProbability({ answer, logsumexp: floatTensor([2, 2]) }, 0)).toThrow(
      '"lens.logsumexp" must be [2, 3], got [2, 2]',
    );
    expect(() => lensProbability({ answer: floatTensor([2, 2]), logsumexp }, 0)).toThrow(/must have 3 axes/);
  });
});

describe("lensTopTokens", () => {
  const ids = intTensor([layers, positions, 2], Int32Array.from(everywhere(best)));
  const logits = floatTensor(
    [layers, positions, 2],
    Float32Array.from(everywhere((l, p) => best(l, p).map((id) => logit(l, p, id)))),
  );

  it("lists the best tokens of each layer with their probability", () => {
    const table = lensTopTokens({ ids, logits, logsumexp }, 2);
    expect(table).toHaveLength(layers);
    for (const [l, tokens] of table.entries()) {
      expect(tokens.map(({ id }) => id)).toEqual(best(l, 2));
      expect(tokens.map((token) => token.logit)).toBeCloseToArray(
        best(l, 2).map((id) => logit(l, 2, id)),
        1e-6,
      );
      expect(tokens.map(({ probability }) => probability)).toBeCloseToArray(
        best(l, 2).map((id) => softmax(row(l, 2))[id]!),
        1e-6,
      );
    }
  });

  it("refuses an index beyond the positions", () => {
    expect(() => lensTopTokens({ ids, logits, logsumexp }, 3)).toThrow("0 to 2, got 3");
  });
});

describe("lensIndexOf", () => {
  it("finds a position and names one that was not read", () => {
    const read = intTensor([3], Int32Array.of(4, 5, 9));
    expect(lensIndexOf(read, 9)).toBe(2);
    expect(() => lensIndexOf(read, 6)).toThrow("position 6 was not read");
  });
});
