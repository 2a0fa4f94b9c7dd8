import { beforeAll, describe, expect, it } from "vitest";
import { exampleDescription, exampleTensors, fileBytes } from "../../test/support/example-run.ts";
import { bytesSource, type ByteSource } from "../safetensors/read.ts";
import { attentionBlock, type AttentionBlock } from "./attention-block.ts";
import { attentionGroups, groupsOfPositions } from "./attention-groups.ts";
import { attentionRow } from "./attention-rows.ts";
import { attentionShares } from "./attention-shares.ts";
import { openRun } from "./open.ts";
import type { Run } from "./types.ts";
import { encodeRun } from "./write.ts";

const bytes = fileBytes(encodeRun(exampleDescription(), exampleTensors()));
let run: Run;
beforeAll(async () => {
  run = await openRun(bytesSource(bytes), { file: "example" });
});

/** The block put together row by row. */
async function byRows({ layers, heads, positions, combine }: AttentionBlock): Promise<number[]> {
  const every = (chosen: AttentionBlock["layers"], count: number): number[][] => {
    const all = Array.from({ length: count }, (_, index) => index);
    if (chosen === "mean") return [all];
    return (chosen === "all" ? all : chosen).map((index) => [index]);
  };
  const result: number[] = [];
  for (const layerGroup of every(layers, 2)) {
    for (const headGroup of every(heads, 3)) {
      for (const positionGroup of combine === "mean" ? [positions] : positions.map((position) => [position])) {
        const rows: Float32Array[] = [];
        for (const layer of layerGroup) {
          for (const head of headGroup) {
            for (const query of positionGroup) rows.push((await attentionRow(run, { layer, head, query })).data);
          }
        }
        for (let key = 0; key < 20; key++) result.push(rows.reduce((sum, row) => sum + row[key]!, 0) / rows.length);
      }
    }
  }
  return result;
}

describe("attentionBlock", () => {
  const choices = ["all", "mean", [1], [1, 0]] as const;
  for (const layers of choices) {
    for (const heads of choices) {
      for (const positions of [[16], [18, 5, 16]]) {
        for (const combine of [undefined, "mean"] as const) {
          it(`is the rows of layers ${String(layers)}, heads ${String(heads)}, positions ${positions.join()} ${combine ?? ""}`, async () => {
            const request = { layers, heads, positions, combine };
            const block = await attentionBlock(run, request);
            const size = (chosen: AttentionBlock["layers"], all: number) =>
              chosen === "mean" ? 1 : chosen === "all" ? all : chosen.length;
            const rows = combine === "mean" ? 1 : positions.length;
            expect(block.dims).toEqual([size(layers, 2), size(heads, 3), rows, 20]);
            expect(block.data).toBeCloseToArray(await byRows(request), 1e-4);
          });
        }
      }
    }
  }

  it("says what is not recorded, and what the model does not have", async () => {
    const request = { layers: [0], heads: [0], positions: [3] };
    await expect(attentionBlock(run, request)).rejects.toMatchObject({ name: "NotRecordedError" });
    const without = new Map([...exampleTensors()].filter(([name]) => !name.startsWith("language.attention.0")));
    const less = await openRun(bytesSource(fileBytes(encodeRun(exampleDescription(), without))), { file: "less" });
    await expect(attentionBlock(less, { ...request, positions: [5] })).rejects.toThrow(
      /attention of layer 0; compute it/,
    );
    await expect(attentionBlock(run, { ...request, layers: [2] })).rejects.toThrow("layers 0 to 1, got 2");
    await expect(attentionBlock(run, { ...request, heads: [-1] })).rejects.toThrow("heads 0 to 2, got -1");
    await expect(attentionBlock(run, { ...request, positions: [20] })).rejects.toThrow("positions 0 to 19, got 20");
    expect((await attentionBlock(run, { layers: [], heads: "all", positions: [5] })).data).toHaveLength(0);
  });

  it("reads no more than the rows where they lie far apart", async () => {
    let read = 0;
    const source: ByteSource = {
      size: bytes.length,
      read(start, end) {
        read += end - start;
        return Promise.resolve(bytes.slice(start, end));
      },
    };
    const counted = await openRun(source, { file: "counted" });
    read = 0;
    await attentionBlock(counted, { layers: "all", heads: "all", positions: [16] });
    expect(read).toBe(2 * 3 * 20 * 4);
  });
});

describe("attentionShares", () => {
  it("puts every position into one group by its role, sinks apart", () => {
    const groups = groupsOfPositions(exampleDescription(), [2, 5]);
    const named = Array.from(groups, (group) => attentionGroups[group]);
    expect(named.slice(0, 9)).toEqual([
      "template",
      "image",
      "image-sinks",
      "image",
      "image",
      // A sink is only ever an image token.
      "question",
      "question",
      "earlier-answer",
      "template",
    ]);
  });

  it("is the sum of each row's attention by group, of the whole row", async () => {
    const groups = groupsOfPositions(exampleDescription(), [3]);
    const shares = await attentionShares(run, groups);
    expect(shares.dims).toEqual([3, 2, 3, attentionGroups.length]);
    for (const [token, query] of [16, 17, 18].entries()) {
      for (const layer of [0, 1]) {
        for (const head of [0, 1, 2]) {
          const { data } = await attentionRow(run, { layer, head, query });
          const total = data.reduce((sum, value) => sum + value, 0);
          const expected = attentionGroups.map(
            (_, group) => data.reduce((sum, value, key) => sum + (groups[key] === group ? value : 0), 0) / total,
          );
          const at = ((token * 2 + layer) * 3 + head) * attentionGroups.length;
          expect(shares.data.subarray(at, at + attentionGroups.length)).toBeCloseToArray(expected, 1e-6);
        }
      }
    }
  });
});
