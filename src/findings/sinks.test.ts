import { describe, expect, it } from "vitest";
import { exampleDescription, numbered } from "../../test/support/example-run.ts";
import { runInMemory } from "../../test/support/in-memory-run.ts";
import { seededRandom } from "../tensor/random.ts";
import type { RunToken } from "../run/types.ts";
import { byteTensor, floatTensor, intTensor, type Tensor } from "../tensor/tensor.ts";
import { hiddenTokens, imageSinks, recordsSinks } from "./sinks.ts";

const [rows, cols] = [5, 6];
const cells = rows * cols;
const heads = 3;
const layers = 2;

/** BOS, picture 0, a question, picture 1, a question, an answer of four; `planted` are positions that draw attention. */
async function runWith(planted: readonly number[], more: { norms?: readonly number[] } = {}) {
  const example = exampleDescription();
  const text = (role: RunToken["role"], count: number): RunToken[] =>
    Array.from({ length: count }, (_, i) => ({ id: 20 + i, text: ` w${i}`, role, turn: 0 }));
  const picture = (image: number): RunToken[] =>
    Array.from({ length: cells }, (_, i) => ({
      ...{ id: 9, text: "<image>", role: "image" as const, turn: 0, image },
      ...{ row: Math.floor(i / cols), col: i % cols },
    }));
  const tokens = [
    ...text("bos", 1),
    ...picture(0),
    ...text("question", 4),
    ...picture(1),
    ...text("question", 4),
    ...text("answer", 4),
  ];
  const start = tokens.length - 4;
  const queries = tokens
    .flatMap(({ role }, i) => (role === "question" ? [i] : []))
    .concat([start, start + 1, start + 2]);
  const random = seededRandom(5);
  const near = () => Math.exp(0.6 * random());
  const tensors = new Map<string, Tensor>();
  for (let layer = 0; layer < layers; layer++) {
    const attention = floatTensor([heads, queries.length, tokens.length]);
    for (let row = 0; row < heads * queries.length; row++) {
      for (let key = 0; key <= queries[row % queries.length]!; key++) {
        attention.data[row * tokens.length + key] = near() * (planted.includes(key) ? 40 : 1) * 1e-3;
      }
    }
    tensors.set(`language.attention.${layer}`, attention);
    tensors.set(`language.attention.${layer}.queries`, intTensor([queries.length], Int32Array.from(queries)));
  }
  const norms = floatTensor([layers + 1, tokens.length]);
  for (let i = 0; i < norms.data.length; i++) {
    norms.data[i] = near() * ((more.norms ?? planted).includes(i % tokens.length) ? 40 : 1);
  }
  tensors.set("language.norms", norms);
  tensors.set(
    "input_ids",
    intTensor(
      [tokens.length],
      Int32Array.from(tokens, ({ id }) => id),
    ),
  );
  for (const image of [0, 1]) tensors.set(`image.${image}`, byteTensor([1], Uint8Array.of(image)));
  const images = example.images.map((each) => ({ ...each, grids: [{ ...each.grids[0]!, rows, cols }] }));
  const answer = { start, end: tokens.length };
  const answerTokens = tokens.slice(start).map(() => example.answerTokens[0]!);
  return runInMemory({ description: { tokens, images, answer, answerTokens, causes: [], measures: [] }, tensors });
}

describe("imageSinks", () => {
  it("finds planted sinks in each picture, with their place", async () => {
    const second = 1 + cells + 4 + 8;
    const run = await runWith([3, second]);
    const found = await imageSinks(run);
    expect(found).toMatchObject([
      { imageToken: 2, position: 3, image: 0, row: 0, col: 2 },
      { imageToken: cells + 8, position: second, image: 1, row: 1, col: 2 },
    ]);
    expect(found.every(({ shareRatio, normRatio }) => shareRatio > 10 && normRatio > 10)).toBe(true);
    expect([...hiddenTokens(found)]).toEqual([2, cells + 8]);
  });

  it("finds none where the evidence does not agree", async () => {
    expect(await imageSinks(await runWith([3], { norms: [4] }))).toEqual([]);
    expect(await imageSinks(await runWith([]))).toEqual([]);
  });

  it("finds none where attention or norms were not recorded", async () => {
    const tensors = new Map<string, Tensor>([
      [
        "input_ids",
        intTensor(
          [20],
          Int32Array.from(exampleDescription().tokens, ({ id }) => id),
        ),
      ],
      ["image.0", byteTensor([1], Uint8Array.of(1))],
      ["image.1", byteTensor([1], Uint8Array.of(2))],
    ]);
    const bare = await runInMemory({ tensors });
    expect(recordsSinks(bare)).toBe(false);
    expect(await imageSinks(bare)).toEqual([]);
    const normsOnly = await runInMemory({ tensors: new Map(tensors).set("language.norms", numbered([3, 20], 1)) });
    expect(recordsSinks(normsOnly)).toBe(false);
  });
});
