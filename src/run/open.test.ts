import { describe, expect, it } from "vitest";
import { exampleDescription, exampleTensors, fileBytes } from "../../test/support/example-run.ts";
import { bytesSource, type ByteSource } from "../safetensors/read.ts";
import { encodeSafetensors } from "../safetensors/write.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { openRun } from "./open.ts";
import type { Run } from "./types.ts";
import { encodeRun } from "./write.ts";

function exampleBytes(): Uint8Array {
  return fileBytes(encodeRun(exampleDescription(), exampleTensors()));
}

/** A file that no writer of ours would make. */
function forged(json: string, tensors: ReadonlyMap<string, Tensor> = exampleTensors()): Promise<Run> {
  const named = [...tensors].map(([name, tensor]) => ({ name, tensor }));
  return openRun(bytesSource(fileBytes(encodeSafetensors(named, { run: json }))), { file: "a.run.safetensors" });
}

/** Counts the bytes that are read. */
function counted(bytes: Uint8Array): ByteSource & { total: number } {
  const source = {
    size: bytes.length,
    total: 0,
    read(start: number, end: number) {
      source.total += end - start;
      return Promise.resolve(bytes.slice(start, end));
    },
  };
  return source;
}

describe("openRun", () => {
  it("gives back the description and every tensor that was written", async () => {
    const run = await openRun(bytesSource(exampleBytes()), { file: "a" });
    expect(run.description).toEqual(exampleDescription());
    expect([...run.tensors.keys()].sort()).toEqual([...exampleTensors().keys()].sort());
    for (const [name, tensor] of exampleTensors()) {
      expect(run.tensors.get(name)).toEqual({ dims: tensor.dims, type: tensor.type });
      const read = await run.tensor(name);
      expect({ ...read, data: [...read.data] }).toEqual({ ...tensor, data: [...tensor.data] });
    }
  });

  it("reads only the header and the small tensors on opening, and then only what is asked", async () => {
    const bytes = exampleBytes();
    const source = counted(bytes);
    const run = await openRun(source, { file: "a" });
    const headerBytes = 8 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
    const indexBytes = 4 * (20 + 6 + 20 + 13);
    expect(source.total).toBe(headerBytes + indexBytes);
    await run.slice("language.attention.1", { within: [2], start: 5, end: 6 });
    expect(source.total).toBe(headerBytes + indexBytes + 20 * 4);
    await run.tensor("language.attention.1.queries");
    expect(source.total).toBe(headerBytes + indexBytes + 20 * 4);
  });

  it("slices along the first axis, or along the axis after those fixed", async () => {
    const run = await openRun(bytesSource(exampleBytes()), { file: "a" });
    const whole = exampleTensors().get("vision.attention.1")!;
    const second = await run.slice("vision.attention.1", { start: 1, end: 2 });
    expect(second.dims).toEqual([1, 2, 7, 7]);
    expect([...second.data]).toEqual([...whole.data.subarray(98)]);
    const rows = await run.slice("vision.attention.1", { within: [1, 0], start: 3, end: 5 });
    expect(rows.dims).toEqual([2, 7]);
    expect([...rows.data]).toEqual([...whole.data.subarray(98 + 21, 98 + 35)]);
    const entry = await run.slice("vision.attention.1", { within: [1, 0, 3], start: 6, end: 7 });
    expect([...entry.data]).toEqual([whole.data[98 + 27]]);
    expect((await run.slice("rollout", { start: 2, end: 2 })).dims).toEqual([0, 20]);
  });

  it("refuses slices outside of the tensor and names that it does not have", async () => {
    const run = await openRun(bytesSource(exampleBytes()), { file: "a" });
    for (const range of [
      { start: 0, end: 4 },
      { start: -1, end: 1 },
      { start: 2, end: 1 },
      { start: 0.5, end: 1 },
      { within: [3], start: 0, end: 1 },
      { within: [0, 0], start: 0, end: 1 },
    ]) {
      await expect(run.slice("rollout", range)).rejects.toThrow(/outside of \[3, 20\]/);
    }
    await expect(run.tensor("nothing")).rejects.toThrow('a: the run has no tensor "nothing".');
    await expect(run.slice("nothing", { start: 0, end: 0 })).rejects.toThrow("has no tensor");
  });

  it("says of a newer format what to do, whatever else is in it", async () => {
    await expect(forged(JSON.stringify({ format: 3, everything: "else" }), new Map())).rejects.toThrow(
      "a.run.safetensors was written by a newer version (format 3); this version reads formats 1 and 2; update lvlm-interpret.",
    );
  });

  it("refuses files that are not runs", async () => {
    const source = bytesSource(fileBytes(encodeSafetensors([], { format: "pt" })));
    await expect(openRun(source, { file: "model.safetensors" })).rejects.toThrow(/not a run/);
    await expect(openRun(bytesSource(new Uint8Array(3)), { file: "x" })).rejects.toThrow(/^x: /);
  });

  it("refuses a run cut short at any place, with the file in the message", async () => {
    const bytes = exampleBytes();
    for (let length = 0; length < bytes.length; length += 997) {
      await expect(openRun(bytesSource(bytes.subarray(0, length)), { file: "cut" })).rejects.toThrow(/^cut/);
    }
  });

  it("opens or refuses with one sentence a run with any byte of its header changed", async () => {
    const bytes = exampleBytes();
    const headerEnd = 8 + new DataView(bytes.buffer).getUint32(0, true);
    for (let place = 0; place < headerEnd; place += 13) {
      const changed = bytes.slice();
      changed[place]! ^= 1 << (place % 7);
      const outcome = await openRun(bytesSource(changed), { file: "changed" }).catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome.message).toMatch(/^changed[: ].*\.$/s);
    }
  });

  it("refuses positions outside of the run and queries out of order", async () => {
    const json = JSON.stringify(exampleDescription());
    const outside = exampleTensors();
    outside.get("lens.positions")!.data[12] = 20;
    await expect(forged(json, outside)).rejects.toThrow('tensor "lens.positions" names position 20');
    const negative = exampleTensors();
    negative.get("language.attention.0.queries")!.data[0] = -1;
    await expect(forged(json, negative)).rejects.toThrow("names position -1");
    const twice = exampleTensors();
    twice.get("language.attention.0.queries")!.data[1] = 5;
    await expect(forged(json, twice)).rejects.toThrow("must be ascending, but 5 follows 5");
  });
});
