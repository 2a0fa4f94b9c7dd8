/** @file Tests of reading tensors, whole and in part. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { TensorEntry } from "./header.ts";
import { bytesSource, decodeTensor, openSafetensors, readTensor, type ByteSource } from "./read.ts";
import { encodeSafetensors } from "./write.ts";

const file = "a.safetensors";

function entryOf(dtype: string, dims: number[], byteLength: number): TensorEntry {
  return { name: "a", dtype, dims, offset: 0, byteLength };
}

/** A whole file in memory, as a writer would stream it to disk. */
function fileOf(...parameters: Parameters<typeof encodeSafetensors>): Uint8Array {
  const { header, chunks, byteLength } = encodeSafetensors(...parameters);
  const bytes = new Uint8Array(byteLength);
  let position = 0;
  for (const chunk of [header, ...chunks]) {
    bytes.set(chunk, position);
    position += chunk.length;
  }
  return bytes;
}

describe("openSafetensors", () => {
  it("reads the header of a real file without touching its data", async () => {
    const bytes = readFileSync("test/fixtures/llava-clip-llama-f32/expected.safetensors");
    const expected = JSON.parse(readFileSync("test/fixtures/llava-clip-llama-f32/expected.json", "utf8")) as {
      tensors: Record<string, { shape: number[] }>;
    };
    let furthest = 0;
    const source: ByteSource = {
      size: bytes.length,
      read: (start, end) => {
        furthest = Math.max(furthest, end);
        return Promise.resolve(bytes.subarray(start, end));
      },
    };
    const { tensors, headerBytes } = await openSafetensors(source, { file });
    expect(furthest).toBe(8 + headerBytes.length);
    const shapes = Object.fromEntries([...tensors.values()].map(({ name, dims }) => [name, { shape: dims }]));
    expect(expected.tensors).toMatchObject(shapes);
    expect(tensors.size).toBe(Object.keys(expected.tensors).length);
  });

  it("refuses a file cut anywhere", async () => {
    const bytes = fileOf([{ name: "a", tensor: { type: "f32", dims: [2], data: Float32Array.of(1, 2) } }]);
    for (let size = 0; size < bytes.length; size++) {
      await expect(openSafetensors(bytesSource(bytes.subarray(0, size)), { file })).rejects.toThrow(`${file}: `);
    }
    await expect(openSafetensors(bytesSource(bytes), { file })).resolves.toBeDefined();
  });
});

describe("readTensor", () => {
  it("reads what was written, type by type", async () => {
    const written = [
      { name: "0", tensor: { type: "f32", dims: [2, 2], data: Float32Array.of(0.1, -0, Infinity, 1e-40) } },
      { name: "i", tensor: { type: "i32", dims: [2], data: Int32Array.of(-(2 ** 31), 7) } },
      { name: "u", tensor: { type: "u8", dims: [3], data: Uint8Array.of(0, 128, 255) } },
      { name: "scalar", tensor: { type: "u8", dims: [], data: Uint8Array.of(9) } },
    ] as const;
    const source = bytesSource(fileOf(written, { run: "{}" }));
    const { tensors, metadata } = await openSafetensors(source, { file });
    expect(metadata).toEqual({ run: "{}" });
    for (const { name, tensor } of written) {
      expect(await readTensor(source, tensors.get(name)!)).toEqual(tensor);
    }
  });

  it("reads data at an odd place in memory", async () => {
    const bytes = fileOf([
      { name: "u", tensor: { type: "u8", dims: [1], data: Uint8Array.of(1) } },
      { name: "f", tensor: { type: "f32", dims: [2], data: Float32Array.of(1.5, -2.25) } },
    ]);
    const source = bytesSource(bytes);
    const { tensors } = await openSafetensors(source, { file });
    expect([...(await readTensor(source, tensors.get("f")!)).data]).toEqual([1.5, -2.25]);
  });

  it("reads only the bytes of a range", async () => {
    const reads: [number, number][] = [];
    const data = Float32Array.of(0, 1, 2, 3, 4, 5);
    const source: ByteSource = {
      size: 24,
      read: (start, end) => {
        reads.push([start, end]);
        return Promise.resolve(new Uint8Array(data.buffer, start, end - start));
      },
    };
    const tensor = await readTensor(source, entryOf("F32", [2, 3], 24), { start: 2, end: 5 });
    expect(tensor).toEqual({ type: "f32", dims: [3], data: Float32Array.of(2, 3, 4) });
    expect(reads).toEqual([[8, 20]]);
  });

  it("refuses ranges beyond the tensor", async () => {
    const source = bytesSource(new Uint8Array(24));
    for (const range of [
      { start: -1, end: 2 },
      { start: 3, end: 2 },
      { start: 0, end: 7 },
      { start: Number.NaN, end: 2 },
    ]) {
      await expect(readTensor(source, entryOf("F32", [2, 3], 24), range)).rejects.toThrow(/are outside of \[2, 3\]/);
    }
  });

  it("says so when the source gives fewer bytes than the tensor has", async () => {
    await expect(readTensor(bytesSource(new Uint8Array(20)), entryOf("F32", [2, 3], 24))).rejects.toThrow(
      'tensor "a" has 24 bytes, but 20 could be read',
    );
  });
});

describe("decodeTensor", () => {
  it("widens F16 and BF16", () => {
    const bytes = Uint8Array.of(0x00, 0x3c, 0x00, 0xc0);
    expect(decodeTensor(entryOf("F16", [2], 4), bytes)).toEqual({
      type: "f32",
      dims: [2],
      data: Float32Array.of(1, -2),
    });
    expect([...decodeTensor(entryOf("BF16", [2], 4), bytes).data]).toEqual([0.0078125, -2]);
  });

  it("views aligned data in place", () => {
    const bytes = new Uint8Array(Float32Array.of(1, 2).buffer);
    expect(decodeTensor(entryOf("F32", [2], 8), bytes).data.buffer).toBe(bytes.buffer);
  });

  it("refuses types that the project has no tensor for", () => {
    expect(() => decodeTensor(entryOf("F64", [1], 8), new Uint8Array(8))).toThrow('tensor "a" has type F64');
  });
});
