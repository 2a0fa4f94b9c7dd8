/** @file Tests of the header: layout, types, and every way in which a file can lie. */
import { describe, expect, it } from "vitest";
import { bitsOfElement } from "./element-types.ts";
import { maxTensors, parseHeader, parseHeaderLength, type SafetensorsHeader } from "./header.ts";

const file = "model.safetensors";

function lengthOf(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value, true);
  return bytes;
}

/** Parses `json` as the header of a file that has `dataBytes` bytes of data. */
function parse(json: unknown, dataBytes: number): SafetensorsHeader {
  return parseText(JSON.stringify(json), dataBytes);
}

function parseText(text: string, dataBytes: number): SafetensorsHeader {
  const bytes = new TextEncoder().encode(text);
  return parseHeader(bytes, { file, fileSize: 8 + bytes.length + dataBytes });
}

/** A header with one tensor, well formed but for what is overridden. */
function oneTensor(override: Record<string, unknown>): unknown {
  return { "a.weight": { dtype: "F32", shape: [2, 3], data_offsets: [0, 24], ...override } };
}

describe("parseHeaderLength", () => {
  it("reads a little-endian length", () => {
    expect(parseHeaderLength(lengthOf(0x0102n), { file, fileSize: 1000 })).toBe(258);
  });

  it("refuses a header of 2 GB, and one of 2^64 - 1 bytes", () => {
    for (const claim of [2_147_483_648n, 2n ** 64n - 1n]) {
      expect(() => parseHeaderLength(lengthOf(claim), { file, fileSize: 5e9 })).toThrow(
        `${file}: the header claims ${claim} bytes, more than the format's limit`,
      );
    }
  });

  it("refuses a header that reaches beyond the file", () => {
    expect(parseHeaderLength(lengthOf(92n), { file, fileSize: 100 })).toBe(92);
    expect(() => parseHeaderLength(lengthOf(93n), { file, fileSize: 100 })).toThrow(
      "the header claims 93 bytes, but the file has only 100",
    );
  });

  it("refuses a file shorter than 8 bytes", () => {
    expect(() => parseHeaderLength(new Uint8Array(3), { file, fileSize: 3 })).toThrow("the file has 3 bytes");
  });
});

describe("parseHeader", () => {
  it("takes metadata of null for none, as the safetensors library does", () => {
    expect(parseText('{"__metadata__":null}', 0).metadata).toEqual({});
  });

  it("gives absolute offsets, sorted by place, and the metadata", () => {
    const json = {
      second: { dtype: "BF16", shape: [3], data_offsets: [8, 14] },
      __metadata__: { format: "pt" },
      first: { dtype: "I64", shape: [], data_offsets: [0, 8] },
    };
    const start = 8 + JSON.stringify(json).length;
    const { tensors, metadata } = parse(json, 14);
    expect([...tensors.values()]).toEqual([
      { name: "first", dtype: "I64", dims: [], offset: start, byteLength: 8 },
      { name: "second", dtype: "BF16", dims: [3], offset: start + 8, byteLength: 6 },
    ]);
    expect(metadata).toEqual({ format: "pt" });
  });

  it("knows every type of the format by its size, packed types included", () => {
    for (const [dtype, bits] of Object.entries(bitsOfElement)) {
      const { tensors } = parse(oneTensor({ dtype, shape: [8], data_offsets: [0, bits] }), bits);
      expect(tensors.get("a.weight")?.byteLength).toBe(bits);
    }
    expect(bitsOfElement).toMatchObject({ F4: 4, F6_E2M3: 6, BOOL: 8, BF16: 16, F32: 32, C64: 64 });
  });

  it("accepts empty tensors, spaces after the JSON, a name __proto__, and a file without tensors", () => {
    const empty = { a: { dtype: "U8", shape: [0, 9e15, 9e15], data_offsets: [0, 0] } };
    expect(parse(empty, 0).tensors.get("a")?.byteLength).toBe(0);
    expect(parseText("{}     ", 0).tensors.size).toBe(0);
    const proto = '{"__metadata__":{"__proto__":"x"},"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}';
    const { tensors, metadata } = parseText(proto, 1);
    expect([...tensors.keys()]).toEqual(["__proto__"]);
    expect(Object.getOwnPropertyDescriptor(metadata, "__proto__")?.value).toBe("x");
  });

  it.each([
    ["an unknown type", { dtype: "F33" }, 'tensor "a.weight" has dtype "F33"'],
    ["a type named like an object's method", { dtype: "toString" }, 'has dtype "toString"'],
    ["a missing type", { dtype: undefined }, "has dtype nothing"],
    ["a negative dimension", { shape: [-2, -3] }, 'tensor "a.weight" has shape [-2,-3]'],
    ["a fractional dimension", { shape: [1.5, 4] }, "has shape [1.5,4]"],
    ["a dimension that is a text", { shape: ["2", 3] }, 'has shape ["2",3]'],
    ["too many dimensions", { shape: Array<number>(65).fill(1) }, "instead of at most 64 whole numbers"],
    [
      "a shape larger than its data",
      { shape: [2, 4] },
      "with shape [2, 4] of F32 needs 32 bytes, but its data_offsets span 24",
    ],
    ["a product beyond 2^53", { shape: [2 ** 40, 2 ** 40] }, "needs an impossible number of bytes"],
    [
      "bits that fill no whole bytes",
      { dtype: "F4", shape: [3], data_offsets: [0, 24] },
      "needs an impossible number of bytes",
    ],
    ["offsets in reverse", { data_offsets: [24, 0] }, "has data_offsets [24,0]"],
    ["a negative offset", { data_offsets: [-24, 0] }, "has data_offsets [-24,0]"],
    ["three offsets", { data_offsets: [0, 24, 24] }, "has data_offsets [0,24,24]"],
    [
      "offsets beyond the file",
      { data_offsets: [1e12, 1e12 + 24] },
      "ends at byte 1000000000024 of the data, but the file holds only 24",
    ],
  ])("refuses %s", (_, override, message) => {
    expect(() => parse(oneTensor(override), 24)).toThrow(message);
  });

  it("refuses a truncated file, naming the tensor that is cut", () => {
    expect(() => parse(oneTensor({}), 23)).toThrow(
      `${file}: tensor "a.weight" ends at byte 24 of the data, but the file holds only 23; the file is truncated`,
    );
  });

  it("refuses overlapping tensors, naming both", () => {
    const json = {
      a: { dtype: "U8", shape: [4], data_offsets: [0, 4] },
      b: { dtype: "U8", shape: [4], data_offsets: [3, 7] },
    };
    expect(() => parse(json, 7)).toThrow(`${file}: tensor "b" overlaps tensor "a"`);
  });

  it("refuses bytes that belong to no tensor: before, between and after", () => {
    const tensorAt = (start: number) => ({ dtype: "U8", shape: [4], data_offsets: [start, start + 4] });
    expect(() => parse({ a: tensorAt(1) }, 5)).toThrow('1 bytes before tensor "a" belong to no tensor');
    expect(() => parse({ a: tensorAt(0), b: tensorAt(6) }, 10)).toThrow('2 bytes before tensor "b"');
    expect(() => parse({ a: tensorAt(0) }, 7)).toThrow('the last 3 bytes after tensor "a"');
  });

  it("refuses two tensors of one name, escaped differently or not", () => {
    const entry = '{"dtype":"U8","shape":[0],"data_offsets":[0,0]}';
    expect(() => parseText(`{"a":${entry},"a":${entry}}`, 0)).toThrow("two tensors of the same name");
    expect(() => parseText(`{"a":${entry},"\\u0061":${entry}}`, 0)).toThrow("two tensors of the same name");
    expect(parseText(`{"a":${entry},"\\"a\\":":${entry}}`, 0).tensors.size).toBe(2);
  });

  it.each([
    ["no JSON", "{", "is not valid JSON"],
    ["a list", "[]", "instead of a JSON object"],
    ["null", "null", "instead of a JSON object"],
    ["a tensor that is a number", '{"a":1}', 'tensor "a" is described by 1'],
    ["metadata that is no text", '{"__metadata__":{"a":1}}', '__metadata__ "a" is 1'],
    ["metadata that is a list", '{"__metadata__":[]}', "__metadata__ is []"],
  ])("refuses %s", (_, text, message) => {
    expect(() => parseText(text, 0)).toThrow(`${file}: `);
    expect(() => parseText(text, 0)).toThrow(message);
  });

  it("refuses bytes that are not UTF-8", () => {
    const bytes = Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d);
    expect(() => parseHeader(bytes, { file, fileSize: 13 })).toThrow("is not valid JSON in UTF-8");
  });

  it("refuses deep nesting and too many tensors before it parses them", () => {
    expect(() => parseText("[".repeat(1_000_000), 0)).toThrow("nested 1000000 levels deep");
    expect(() => parseText(`{${'"":0,'.repeat(maxTensors + 2)}`, 0)).toThrow(`more than ${maxTensors} tensors`);
    expect(() => parseText(`[${"[],".repeat(3 * maxTensors + 2)}`, 0)).toThrow(`more than ${maxTensors} tensors`);
  });

  it("shows only the beginning of a very long name", () => {
    const json = { ["x".repeat(100_000)]: 1 };
    expect(() => parse(json, 0)).toThrow(/^model\.safetensors: tensor "x{50,130}…/);
    try {
      parse(json, 0);
    } catch (error) {
      expect((error as Error).message.length).toBeLessThan(300);
    }
  });
});
