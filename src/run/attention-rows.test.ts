import { beforeAll, describe, expect, it } from "vitest";
import { exampleDescription, exampleTensors, fileBytes } from "../../test/support/example-run.ts";
import { bytesSource } from "../safetensors/read.ts";
import {
  attentionRow,
  attentionRows,
  recordedLayers,
  recordedQueries,
  recordedVisionLayers,
  visionAttentionRow,
} from "./attention-rows.ts";
import { openRun } from "./open.ts";
import type { Run } from "./types.ts";
import { encodeRun } from "./write.ts";

let run: Run;
beforeAll(async () => {
  const bytes = fileBytes(encodeRun(exampleDescription(), exampleTensors()));
  run = await openRun(bytesSource(bytes), { file: "example" });
});

/** Entries [start, start + length) of a tensor of the example. */
function stretch(name: string, start: number, length: number): number[] {
  return [
    ...exampleTensors()
      .get(name)!
      .data.subarray(start, start + length),
  ];
}

/** Mean of equally long lists. */
function mean(rows: readonly number[][]): number[] {
  return rows[0]!.map((_, i) => rows.reduce((sum, row) => sum + row[i]!, 0) / rows.length);
}

describe("recordedLayers", () => {
  it("lists language and vision layers", () => {
    expect(recordedLayers(run)).toEqual([0, 1]);
    expect(recordedVisionLayers(run, "mean")).toEqual([0]);
    expect(recordedVisionLayers(run, "heads")).toEqual([1]);
  });

  it("sorts by number", () => {
    const names = [10, 9, 2].map((layer) => [`language.attention.${layer}`, { dims: [], type: "f32" }] as const);
    expect(recordedLayers({ ...run, tensors: new Map(names) })).toEqual([2, 9, 10]);
  });
});

describe("attentionRow", () => {
  it("reads the row of one head by the position of its query", async () => {
    // Row 2 of layer 0 is position 15, of 6 rows of 20 keys.
    const row = await attentionRow(run, { layer: 0, head: 1, query: 15 });
    expect(row.dims).toEqual([20]);
    expect([...row.data]).toEqual(stretch("language.attention.0", (6 + 2) * 20, 20));
  });

  it("averages the heads", async () => {
    const row = await attentionRow(run, { layer: 1, head: "mean", query: 4 });
    const rows = [0, 1, 2].map((head) => stretch("language.attention.1", (head * 20 + 4) * 20, 20));
    expect(row.data).toBeCloseToArray(mean(rows), 1e-5);
  });

  it("says which row was not recorded, and how to record it", async () => {
    await expect(attentionRow(run, { layer: 0, head: 0, query: 12 })).rejects.toThrow(
      "query position 12 of layer 0 was not recorded; record attention in full.",
    );
    await expect(attentionRow(run, { layer: 5, head: 0, query: 12 })).rejects.toThrow(
      "attention of language layer 5 was not recorded; record attention in full.",
    );
    await expect(attentionRow(run, { layer: 0, head: 3, query: 15 })).rejects.toThrow(/outside of \[3, 6, 20\]/);
  });
});

describe("attentionRows", () => {
  it("reads rows of every head in the order asked", async () => {
    const rows = await attentionRows(run, { layer: 0, queries: [17, 6] });
    expect(rows.dims).toEqual([3, 2, 20]);
    const expected = [0, 1, 2].flatMap((head) =>
      [4, 1].flatMap((index) => stretch("language.attention.0", (head * 6 + index) * 20, 20)),
    );
    expect([...rows.data]).toEqual(expected);
  });

  it("reads none for no query, and refuses one that was not recorded", async () => {
    expect((await attentionRows(run, { layer: 0, queries: [] })).dims).toEqual([3, 0, 20]);
    await expect(attentionRows(run, { layer: 0, queries: [5, 7] })).rejects.toThrow("query position 7 of layer 0");
  });
});

describe("recordedQueries", () => {
  it("gives the recorded positions", async () => {
    expect([...(await recordedQueries(run, 0))]).toEqual([5, 6, 15, 16, 17, 18]);
  });
});

describe("visionAttentionRow", () => {
  it("reads the recorded mean", async () => {
    const row = await visionAttentionRow(run, { layer: 0, image: 1, head: "mean", query: 3 });
    expect([...row.data]).toEqual(stretch("vision.attention.mean.0", 49 + 21, 7));
  });

  it("reads one head, and averages heads where no mean was recorded", async () => {
    const head = (index: number): number[] => stretch("vision.attention.1", 98 + index * 49 + 21, 7);
    const row = await visionAttentionRow(run, { layer: 1, image: 1, head: 1, query: 3 });
    expect([...row.data]).toEqual(head(1));
    const average = await visionAttentionRow(run, { layer: 1, image: 1, head: "mean", query: 3 });
    expect(average.data).toBeCloseToArray(mean([head(0), head(1)]), 1e-4);
  });

  it("says what was not recorded", async () => {
    await expect(visionAttentionRow(run, { layer: 0, image: 0, head: 1, query: 0 })).rejects.toThrow(
      "attention of head 1 of vision layer 0 was not recorded; record attention in full.",
    );
    await expect(visionAttentionRow(run, { layer: 2, image: 0, head: "mean", query: 0 })).rejects.toThrow(
      "attention of vision layer 2 was not recorded",
    );
    await expect(visionAttentionRow(run, { layer: 1, image: 2, head: 0, query: 0 })).rejects.toThrow(/outside of/);
  });
});
