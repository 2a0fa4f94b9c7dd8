/** @file One contract of a run, wherever it lies: in memory, in a file, in a browser's file, and rounded in a report. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { exampleDescription, exampleTensors, fileBytes } from "../../test/support/example-run.ts";
import { openBytes } from "../../test/support/open-bytes.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { openRecorded } from "../explain/recorded-run.ts";
import { bytesSource, blobSource } from "../safetensors/read.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { openRunFile, type OpenedRun } from "../workbench/run-files.ts";
import { compactRun } from "./compact-run.ts";
import { openRun } from "./open.ts";
import type { Run } from "./types.ts";
import { encodeRun } from "./write.ts";

const description = exampleDescription();
const tensors = exampleTensors();
const bytes = fileBytes(encodeRun(description, tensors)) as Uint8Array<ArrayBuffer>;

const opened: OpenedRun[] = [];
afterAll(() => Promise.all(opened.map((file) => file.close())));

async function fromFile(): Promise<Run> {
  const path = join(temporaryFolder(), "example.run.safetensors");
  writeFileSync(path, bytes);
  const file = await openRunFile(path);
  opened.push(file);
  return file.run;
}

/** Tensors that a report holds as they are. */
const exact = (name: string): boolean => !/^(language|vision)\.attention|^logits$/.test(name);
const every = (): boolean => true;

const places: readonly { place: string; open: () => Promise<Run>; holds: (name: string) => boolean }[] = [
  { place: "recorded in memory", open: () => openRecorded({ description, tensors }), holds: every },
  { place: "bytes", open: () => openRun(bytesSource(bytes), { file: "run" }), holds: every },
  { place: "a file", open: fromFile, holds: every },
  { place: "a browser's file", open: () => openRun(blobSource(new Blob([bytes])), { file: "run" }), holds: every },
  {
    place: "a report",
    open: async () => openBytes(await compactRun(await openRun(bytesSource(bytes), { file: "run" }))),
    holds: exact,
  },
];

describe.each(places)("a run: $place", ({ open, holds }) => {
  it("describes itself", async () => {
    const described = (await open()).description;
    expect({ ...described, rounded: undefined }).toEqual({ ...description, rounded: undefined });
  });

  it("reads whole tensors and slices of them alike", async () => {
    const run = await open();
    for (const [name, expected] of tensors) {
      if (!holds(name)) continue;
      const tensor: Tensor = await run.tensor(name);
      expect(tensor, name).toEqual({ ...expected });
      expect(run.tensors.get(name)).toEqual({ dims: expected.dims, type: expected.type });
      const rest = expected.dims.slice(1).reduce((product, size) => product * size, 1);
      const end = expected.dims[0]!;
      const slice = await run.slice(name, { start: end - 1, end });
      expect([...slice.data], name).toEqual([...expected.data.slice((end - 1) * rest)]);
      expect(slice.dims).toEqual([1, ...expected.dims.slice(1)]);
    }
  });

  it("reads rows of attention as it reads the whole of it", async () => {
    const run = await open();
    const name = "language.attention.0";
    const [heads, queries, keys] = run.tensors.get(name)!.dims as [number, number, number];
    const whole = await run.tensor(name);
    for (let head = 0; head < heads; head++) {
      for (let query = 0; query < queries; query++) {
        const row = await run.slice(name, { within: [head], start: query, end: query + 1 });
        const at = (head * queries + query) * keys;
        expect([...row.data]).toEqual([...whole.data.slice(at, at + keys)]);
      }
    }
    const part = await run.slice(name, { within: [1, 2], start: 3, end: 9 });
    expect([...part.data]).toEqual([...whole.data.slice((queries + 2) * keys + 3, (queries + 2) * keys + 9)]);
  });

  it("says in one sentence what it does not hold", async () => {
    const run = await open();
    await expect(run.tensor("absent")).rejects.toThrow(/the run has no tensor "absent"\.$/);
    await expect(run.slice("rollout", { start: 2, end: 9 })).rejects.toThrow(
      'tensor "rollout": entries 2-9 are outside of [3, 20].',
    );
  });
});
