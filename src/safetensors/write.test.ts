/** @file Tests of writing: exact bytes, order, padding and views. */
import { describe, expect, it } from "vitest";
import type { Tensor } from "../tensor/tensor.ts";
import { encodeSafetensors } from "./write.ts";

const byte: Tensor = { type: "u8", dims: [1], data: Uint8Array.of(1) };

describe("encodeSafetensors", () => {
  it("writes exactly the bytes that the format asks for", () => {
    const { header, chunks, byteLength } = encodeSafetensors(
      [{ name: "é", tensor: { type: "f32", dims: [1], data: Float32Array.of(1) } }],
      { k: "v" },
    );
    const json = '{"__metadata__":{"k":"v"},"é":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}';
    const jsonBytes = Buffer.byteLength(json);
    const padded = Math.ceil(jsonBytes / 8) * 8;
    expect(Buffer.from(header.buffer).readBigUInt64LE()).toBe(BigInt(padded));
    expect(Buffer.from(header).subarray(8).toString()).toBe(json + " ".repeat(padded - jsonBytes));
    expect(chunks.map((chunk) => [...chunk])).toEqual([[0, 0, 128, 63]]);
    expect(byteLength).toBe(8 + padded + 4);
  });

  it("keeps the order given, also of names that look like numbers", () => {
    const { header } = encodeSafetensors(["b", "10", "a", "2"].map((name) => ({ name, tensor: byte })));
    expect(
      [
        ...Buffer.from(header)
          .toString()
          .matchAll(/"(\w+)":\{/g),
      ].map(([, name]) => name),
    ).toEqual(["b", "10", "a", "2"]);
  });

  it("starts the data at a multiple of 8 whatever the length of the names", () => {
    for (let length = 0; length < 16; length++) {
      const { header } = encodeSafetensors([{ name: "x".repeat(length), tensor: byte }]);
      expect(header.length % 8).toBe(0);
    }
  });

  it("gives views, not copies, of tensors that are themselves views", () => {
    const data = Float32Array.of(1, 2, 3, 4).subarray(1, 3);
    const { chunks } = encodeSafetensors([{ name: "a", tensor: { type: "f32", dims: [2], data } }]);
    expect(chunks[0]!.buffer).toBe(data.buffer);
    expect([chunks[0]!.byteOffset, chunks[0]!.length]).toEqual([4, 8]);
  });

  it("refuses a name that is taken", () => {
    const twice = [
      { name: "a", tensor: byte },
      { name: "a", tensor: byte },
    ];
    expect(() => encodeSafetensors(twice)).toThrow('The tensor name "a" is already taken');
    expect(() => encodeSafetensors([{ name: "__metadata__", tensor: byte }])).toThrow("already taken");
  });

  it("writes an empty file of no tensors", () => {
    expect(Buffer.from(encodeSafetensors([]).header).subarray(8).toString()).toBe("{}      ");
  });
});
