import { describe, expect, it } from "vitest";
import { exampleDescription } from "../../test/support/example-run.ts";
import { openRunOf } from "../../test/support/open-run.ts";
import type { NumberTensor } from "../data/data-source.ts";
import { isMissing, type PictureMap } from "../map/picture-map.ts";
import { defaultSelection } from "../selection/selection.ts";
import { lensMap } from "./lens-map.ts";

// Three rows of two layers, 13 positions: the ten image tokens, then the three that predict; a vocabulary of 30 entries.
const rows = 3;
const positions = [1, 2, 3, 4, 9, 10, 11, 12, 13, 14, 16, 17, 18];
const answerIds = [25, 26, 2];
const logit = (row: number, place: number, id: number): number => 4 * Math.sin(row * 5 + place * 3 + id * 7);
const every = Array.from({ length: 30 }, (_, id) => id);
const lines = Array.from({ length: rows * positions.length }, (_, at) =>
  every.map((id) => logit(Math.floor(at / positions.length), at % positions.length, id)),
);
const best = lines.map((line) => line.indexOf(Math.max(...line)));
const probability = (at: number, id: number): number =>
  Math.exp(lines[at]![id]!) / lines[at]!.reduce((sum, value) => sum + Math.exp(value), 0);
const f32 = (dims: number[], values: number[]): NumberTensor => ({ dims, data: Float32Array.from(values) });

const tensors = {
  "lens.positions": { dims: [13], data: Int32Array.from(positions) },
  "lens.ids": { dims: [rows, 13, 1], data: Int32Array.from(best) },
  "lens.logits": f32(
    [rows, 13, 1],
    lines.map((line, at) => line[best[at]!]!),
  ),
  "lens.logsumexp": f32(
    [rows, 13],
    lines.map((line) => Math.log(line.reduce((sum, value) => sum + Math.exp(value), 0))),
  ),
  "lens.answer": f32(
    [rows, 13, 3],
    lines.flatMap((line) => answerIds.map((id) => line[id]!)),
  ),
  "lens.rival": f32([rows, 3], Array<number>(9).fill(0)),
};
const texts = Object.fromEntries(every.map((id) => [id, ` word${id}`]));
const run = openRunOf({ tensors, description: { methods: { lens: { texts } } } });
const shown = { ...defaultSelection, tab: "layers", tokens: [0] } as const;

function mapOf(more: object): PictureMap {
  const map = lensMap(run, { ...shown, ...more });
  if (map === undefined || isMissing(map)) throw new Error("There is no map.");
  return map;
}
const patches = Array.from({ length: 10 }, (_, patch) => patch);

describe("the lens on the picture", () => {
  it("has the best word of each patch and its softmax, on a scale to 1", () => {
    const map = mapOf({ lensLayer: 1 });
    const named = new Map(exampleDescription().tokens.map(({ id, text }) => [id, text.trim()]));
    named.set(3, "é");
    for (const patch of patches) {
      const id = best[13 + patch]!;
      expect(map.words![patch]).toBe(named.get(id) ?? `word${id}`);
      expect(map.values[patch]).toBeCloseTo(probability(13 + patch, id), 5);
    }
    expect(map).toMatchObject({ range: { min: 0, max: 1 }, detail: "what each patch would say after layer 0" });
  });

  it("has the probability of the selected tokens at each patch, their mean, after the last layer by default", () => {
    const map = mapOf({ lens: "token", tokens: [0, 1] });
    for (const patch of patches) {
      const mean = (probability(26 + patch, 25) + probability(26 + patch, 26)) / 2;
      expect(map.values[patch]).toBeCloseTo(mean, 5);
    }
    expect(map.detail).toBe("probability of “t25 t26” at each patch, after layer 1");
    expect(mapOf({ lens: "token", lensLayer: 0 }).detail).toContain("at the input of layer 0");
  });

  it("has no map if image tokens are behind the sequence, which the lens does not read", () => {
    const memory = [{ image: 0, row: 0, col: 0 }];
    const own = { ...tensors, "lens.ids": { dims: [rows, 13, 1], data: Int32Array.from(best) } };
    const behind = openRunOf({ tensors: own, description: { methods: { lens: { texts } }, memory } });
    expect(lensMap(behind, shown)).toEqual({ missing: expect.stringContaining("behind the sequence") as string });
  });

  it("waits for its tensors, and says what is missing or why nothing comes", () => {
    const waiting = { ...tensors, "lens.answer": "on its way" } as const;
    expect(lensMap(openRunOf({ tensors: waiting }), shown)).toBeUndefined();
    const failed = openRunOf({ tensors: waiting, failure: new Error("The server is away.") });
    expect(lensMap(failed, shown)).toEqual({ missing: "The server is away." });
    expect(lensMap(openRunOf(), shown)).toMatchObject({ request: { methods: ["lens"] } });
  });
});
