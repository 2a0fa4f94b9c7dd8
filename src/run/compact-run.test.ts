import { describe, expect, it } from "vitest";
import { exampleDescription, exampleTensors } from "../../test/support/example-run.ts";
import { runInMemory } from "../../test/support/in-memory-run.ts";
import { openBytes } from "../../test/support/open-bytes.ts";
import { bytesSource } from "../safetensors/read.ts";
import { encodeSafetensors } from "../safetensors/write.ts";
import { seededRandom } from "../tensor/random.ts";
import { byteTensor, floatTensor, intTensor, type Tensor } from "../tensor/tensor.ts";
import { attentionRows, recordedQueries } from "./attention-rows.ts";
import { compactRun, strongestOf, type CompactOptions } from "./compact-run.ts";
import { openRun } from "./open.ts";
import { originalPicture } from "./pictures.ts";
import { predictingPositions, questionPositions } from "./positions.ts";
import type { Run } from "./types.ts";

const length = 20;
const kept = [5, 6, 15, 16, 17, 18];

/** The example with attention whose rows are causal and sum to 1. */
async function attentiveRun(): Promise<Run> {
  const random = seededRandom(5);
  const tensors = exampleTensors();
  for (const layer of [0, 1]) {
    const queries = tensors.get(`language.attention.${layer}.queries`)!.data;
    const attention = floatTensor([3, queries.length, length]);
    for (let row = 0; row < 3 * queries.length; row++) {
      const weights = Array.from({ length: queries[row % queries.length]! + 1 }, () => random() ** 4);
      const sum = weights.reduce((total, weight) => total + weight, 0);
      for (const [key, weight] of weights.entries()) attention.data[row * length + key] = weight / sum;
    }
    tensors.set(`language.attention.${layer}`, attention);
  }
  return runInMemory({ tensors });
}

const compacted = async (run: Run, options?: CompactOptions): Promise<Run> => openBytes(await compactRun(run, options));

describe("a compact run", () => {
  it("keeps the rows of answer and question in every layer and head, within the error of rounding", async () => {
    const run = await attentiveRun();
    const compact = await compacted(run);
    expect(new Set(kept)).toEqual(
      new Set([...questionPositions(run.description), ...predictingPositions(run.description)]),
    );
    for (const layer of [0, 1]) {
      expect([...(await recordedQueries(compact, layer))]).toEqual(kept);
      const before = (await attentionRows(run, { layer, queries: kept })).data;
      const after = (await attentionRows(compact, { layer, queries: kept })).data;
      for (let at = 0; at < before.length; at += length) {
        const row = before.subarray(at, at + length);
        expect(after.subarray(at, at + length)).toBeCloseToArray(row, Math.max(...row) / 255);
      }
    }
  });

  it("keeps every other tensor that a view reads as it is, and says that attention is rounded", async () => {
    const compact = await compacted(await attentiveRun());
    const before = exampleTensors();
    const attention = /^(language|vision)\.attention|^logits$/;
    for (const [name, tensor] of before) {
      if (attention.test(name)) continue;
      expect(await compact.tensor(name), name).toEqual({ ...tensor });
    }
    expect([...compact.tensors.keys()].filter((name) => /^vision\.attention|^logits|scales$/.test(name))).toEqual([]);
    expect(compact.tensors.get("language.attention.1")).toEqual({ dims: [3, kept.length, length], type: "f32" });
    expect(compact.description).toEqual({ ...exampleDescription(), rounded: true });
  });

  it("takes other pictures in place of the run's", async () => {
    const picture = (image: number) => Promise.resolve({ bytes: Uint8Array.of(7, image), mediaType: "image/jpeg" });
    const compact = await compacted(await attentiveRun(), { picture });
    expect(await originalPicture(compact, 1)).toEqual({ bytes: Uint8Array.of(7, 1), mediaType: "image/jpeg" });
    expect(compact.description.images[1]).toEqual({ ...exampleDescription().images[1], mediaType: "image/jpeg" });
  });

  it("keeps every layer and head beyond the budget: the strongest entries, the shares and the means", async () => {
    const run = await attentiveRun();
    const rows = 2 * 3 * kept.length;
    const compact = await compacted(run, { attentionEntries: rows * 4 });
    const isImage = run.description.tokens.map(({ role }) => role === "image");
    for (const layer of [0, 1]) {
      const before = (await attentionRows(run, { layer, queries: kept })).data;
      const after = (await attentionRows(compact, { layer, queries: kept })).data;
      for (let at = 0; at < before.length; at += length) {
        const row = before.subarray(at, at + length);
        const read = after.subarray(at, at + length);
        const error = Math.max(...row) / 255;
        const strongest = [...row.keys()].sort((a, b) => row[b]! - row[a]!).slice(0, 4);
        for (const i of strongest) expect(Math.abs(read[i]! - row[i]!)).toBeLessThanOrEqual(error);
        const share = (values: Float32Array) => values.reduce((sum, value, i) => sum + (isImage[i]! ? value : 0), 0);
        expect(Math.abs(share(read) - share(row))).toBeLessThanOrEqual(10 * error);
        // Two groups of positions and the strongest: no more values than that, beside the zeros after the token itself.
        expect(new Set([...read].filter((value) => value > 0)).size).toBeLessThanOrEqual(4 + 2);
      }
    }
  });

  it("is refused if scales do not fit their codes", async () => {
    const description = { ...exampleDescription(), rounded: true };
    const queries = exampleTensors().get("language.attention.0.queries")!;
    const tensors = new Map<string, Tensor>([
      ["input_ids", exampleTensors().get("input_ids")!],
      ["language.attention.0.scales", floatTensor([2, 6])],
      ["language.attention.0.queries", intTensor(queries.dims, queries.data as Int32Array<ArrayBuffer>)],
      ["language.attention.0", byteTensor([3, 6, 20])],
    ]);
    const { header, chunks } = encodeSafetensors(
      [...tensors].map(([name, tensor]) => ({ name, tensor })),
      { run: JSON.stringify(description) },
    );
    const bytes = new Uint8Array(Buffer.concat([header, ...chunks]));
    await expect(openRun(bytesSource(bytes), { file: "x" })).rejects.toThrow(
      'x: tensor "language.attention.0.scales" is F32 [2, 6]; F32 [3, 6] is needed.',
    );
  });
});

describe("strongestOf()", () => {
  it("puts the others of each group at their mean, and leaves zeros alone", () => {
    const row = Float32Array.of(0.5, 0.1, 0.3, 0.02, 0.08, 0, 0);
    const groups = Uint8Array.of(0, 1, 0, 1, 1, 1, 0);
    const mean = (0.1 + 0.02 + 0.08) / 3;
    expect([...strongestOf(row, { kept: 2, groups })]).toBeCloseToArray([0.5, mean, 0.3, mean, mean, 0, 0], 1e-6);
  });
});
