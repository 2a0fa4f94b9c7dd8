/** @file Tests of finding weights: single files, shards, links, and everything that can be wrong with them. */
import { createHash } from "node:crypto";
import { readFileSync, realpathSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readWeightIndex, requireWeight } from "./weights.ts";
import { diskFolder } from "../files/disk-folder.ts";

const fixture = (name: string) => `test/fixtures/${name}/checkpoint`;

const warnings: string[] = [];
const warn = (sentence: string) => void warnings.push(sentence);

let folder: string;
beforeEach(async () => {
  warnings.length = 0;
  folder = realpathSync(await mkdtemp(join(tmpdir(), "weights-")));
});
afterEach(() => rm(folder, { recursive: true }));

/** Writes a safetensors file byte by byte, so that it can be wrong in any way. */
async function writeSafetensors(name: string, header: unknown, dataBytes: number): Promise<void> {
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  await writeFile(join(folder, name), Buffer.concat([length, json, Buffer.alloc(dataBytes)]));
}

const tensor = (dtype: string, shape: number[], range: readonly [number, number]) => ({
  dtype,
  shape,
  data_offsets: range,
});
const twoFloats = { a: tensor("F32", [2], [0, 8]) };

const writeIndex = (weightMap: unknown) =>
  writeFile(join(folder, "model.safetensors.index.json"), JSON.stringify({ weight_map: weightMap }));

describe("readWeightIndex", () => {
  it("finds each weight of a single file at its bytes", async () => {
    const { weights, weightType, headersSha256 } = await readWeightIndex(
      diskFolder(fixture("llava-clip-llama-f32")),
      warn,
    );
    const file = realpathSync(join(fixture("llava-clip-llama-f32"), "model.safetensors"));
    const bytes = readFileSync(file);
    const headerLength = Number(bytes.readBigUInt64LE(0));
    const header = bytes.subarray(8, 8 + headerLength);
    const parsed = JSON.parse(header.toString()) as Record<string, ReturnType<typeof tensor>>;
    const expected = Object.entries(parsed)
      .filter(([name]) => name !== "__metadata__")
      .map(
        ([
          name,
          {
            dtype,
            shape,
            data_offsets: [start, end],
          },
        ]) => ({
          name,
          type: dtype,
          dims: shape,
          file,
          offset: 8 + headerLength + start,
          byteLength: end - start,
        }),
      );
    expect([...weights.values()]).toEqual(expect.arrayContaining(expected));
    expect(weights.size).toBe(expected.length);
    expect(weightType).toBe("F32");
    expect(headersSha256).toBe(createHash("sha256").update(header).digest("hex"));
  });

  it("finds the weights of shards, each in its file", async () => {
    const path = fixture("llava-clip-llama-bf16-sharded");
    const { weights, weightType } = await readWeightIndex(diskFolder(path), warn);
    const index = JSON.parse(readFileSync(join(path, "model.safetensors.index.json"), "utf8")) as {
      weight_map: Record<string, string>;
      metadata: { total_size: number };
    };
    const found = Object.fromEntries([...weights].map(([name, { file }]) => [name, file]));
    const expected = Object.fromEntries(
      Object.entries(index.weight_map).map(([name, shard]) => [name, realpathSync(join(path, shard))]),
    );
    expect(found).toEqual(expected);
    expect([...weights.values()].reduce((total, { byteLength }) => total + byteLength, 0)).toBe(
      index.metadata.total_size,
    );
    expect(weightType).toBe("BF16");
  });

  it("hashes the headers of shards in the order of their names, whatever the order of the index", async () => {
    await writeSafetensors("a.safetensors", { a: tensor("F16", [1], [0, 2]) }, 2);
    await writeSafetensors("b.safetensors", { b: tensor("F16", [1], [0, 2]) }, 2);
    await writeIndex({ b: "b.safetensors", a: "a.safetensors" });
    const headers =
      JSON.stringify({ a: tensor("F16", [1], [0, 2]) }) + JSON.stringify({ b: tensor("F16", [1], [0, 2]) });
    const { headersSha256 } = await readWeightIndex(diskFolder(folder), warn);
    expect(headersSha256).toBe(createHash("sha256").update(headers).digest("hex"));
  });

  it("resolves the links of a Hugging Face cache", async () => {
    await writeSafetensors("model.safetensors", twoFloats, 8);
    await mkdir(join(folder, "blobs"));
    await mkdir(join(folder, "snapshots", "rev"), { recursive: true });
    await rename(join(folder, "model.safetensors"), join(folder, "blobs", "0a1b"));
    await symlink("../../blobs/0a1b", join(folder, "snapshots", "rev", "model.safetensors"));
    const { weights } = await readWeightIndex(diskFolder(join(folder, "snapshots", "rev")), warn);
    expect(weights.get("a")?.file).toBe(join(folder, "blobs", "0a1b"));
  });

  it("takes the type of most bytes, and leaves out buffers of other types", async () => {
    const header = {
      small: tensor("F32", [1], [0, 4]),
      large: tensor("F16", [4], [4, 12]),
      position_ids: tensor("I64", [1], [12, 20]),
    };
    await writeSafetensors("model.safetensors", header, 20);
    const { weights, weightType } = await readWeightIndex(diskFolder(folder), warn);
    expect([...weights.keys()]).toEqual(["small", "large"]);
    expect(weightType).toBe("F16");
  });

  it("says what is missing in an empty folder, and why pickles are not read", async () => {
    await expect(readWeightIndex(diskFolder(folder), warn)).rejects.toThrow(
      `${folder}: found neither model.safetensors nor`,
    );
    await writeFile(join(folder, "pytorch_model.bin"), "");
    await expect(readWeightIndex(diskFolder(folder), warn)).rejects.toThrow("convert it to safetensors");
  });

  it("refuses a file without any weight", async () => {
    await writeSafetensors("model.safetensors", { a: tensor("I8", [1], [0, 1]) }, 1);
    await expect(readWeightIndex(diskFolder(folder), warn)).rejects.toThrow("hold no tensor of type F32, F16, BF16");
  });

  it.each([
    ["truncated", twoFloats, 7, 'tensor "a" ends at byte 8 of the data, but the file holds only 7'],
    ["with overlapping tensors", { ...twoFloats, b: tensor("F32", [1], [4, 8]) }, 8, 'tensor "b" overlaps tensor "a"'],
    ["with offsets out of range", { a: tensor("F32", [2], [800, 808]) }, 8, 'tensor "a" ends at byte 808'],
    ["with a wrong product", { a: tensor("F32", [3], [0, 8]) }, 8, 'tensor "a" with shape [3] of F32 needs 12 bytes'],
  ])("refuses a file %s, naming file and tensor", async (_, header, dataBytes, message) => {
    await writeSafetensors("model.safetensors", header, dataBytes);
    await expect(readWeightIndex(diskFolder(folder), warn)).rejects.toThrow(
      `${join(folder, "model.safetensors")}: ${message}`,
    );
  });

  it("refuses a header of 2 GB without reading it", async () => {
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(2n ** 31n);
    await writeFile(join(folder, "model.safetensors"), Buffer.concat([length, Buffer.from("{}")]));
    await expect(readWeightIndex(diskFolder(folder), warn)).rejects.toThrow("the header claims 2147483648 bytes");
  });

  it("names a shard that is missing, and a tensor that is not in its shard", async () => {
    await writeSafetensors("a.safetensors", twoFloats, 8);
    await writeIndex({ a: "a.safetensors", b: "b.safetensors" });
    await expect(readWeightIndex(diskFolder(folder), warn)).rejects.toThrow(
      `${join(folder, "b.safetensors")}: the file is missing`,
    );
    await writeIndex({ a: "a.safetensors", b: "a.safetensors" });
    await expect(readWeightIndex(diskFolder(folder), warn)).rejects.toThrow(
      'tensor "b" is missing, but the index says',
    );
  });

  it("takes what a shard holds, and names what the index leaves out", async () => {
    // As transformers 5.24, which reads every tensor of the files that the index names.
    await writeSafetensors("a.safetensors", { ...twoFloats, b: tensor("F32", [1], [8, 12]) }, 12);
    await writeIndex({ a: "a.safetensors" });
    const { weights } = await readWeightIndex(diskFolder(folder), warn);
    expect([...weights.keys()]).toEqual(["a", "b"]);
    expect(warnings).toEqual(['a.safetensors holds "b", which the index does not name; what the file holds is used.']);
  });

  it("refuses a tensor that two shards hold with other numbers", async () => {
    await writeSafetensors("a.safetensors", twoFloats, 8);
    await writeSafetensors("b.safetensors", { ...twoFloats, b: tensor("F32", [1], [8, 12]) }, 12);
    await writeIndex({ a: "a.safetensors", b: "b.safetensors" });
    expect((await readWeightIndex(diskFolder(folder), warn)).weights.size).toBe(2);
    const bytes = readFileSync(join(folder, "b.safetensors"));
    await writeFile(join(folder, "b.safetensors"), bytes.fill(1, bytes.length - 12));
    await expect(readWeightIndex(diskFolder(folder), warn)).rejects.toThrow(
      `${join(folder, "b.safetensors")}: tensor "a" is also in a.safetensors, with other numbers`,
    );
  });

  it("says which is used where the folder holds one file and shards", async () => {
    await writeSafetensors("model.safetensors", twoFloats, 8);
    await writeIndex({ b: "b.safetensors" });
    expect([...(await readWeightIndex(diskFolder(folder), warn)).weights.keys()]).toEqual(["a"]);
    expect(warnings).toEqual([expect.stringContaining("model.safetensors is used, the shards are not")]);
  });

  it("says of 64-bit weights what to do about them", async () => {
    await writeSafetensors("model.safetensors", { a: tensor("F64", [1], [0, 8]) }, 8);
    await expect(readWeightIndex(diskFolder(folder), warn)).rejects.toThrow(
      "hold no tensor of type F32, F16, BF16, but F64; save the checkpoint in f32, f16 or bf16.",
    );
  });

  it.each(["../a.safetensors", "/etc/passwd", "x/../../a", "C:\\a", "..\\a", "C:a", "", "./a", "a//b", "a\0b"])(
    "refuses the shard name %j",
    async (shard) => {
      await writeIndex({ a: shard });
      await expect(readWeightIndex(diskFolder(folder), warn)).rejects.toThrow(
        "which is not a file name inside the checkpoint's folder",
      );
    },
  );

  it.each([{}, [], "a", { a: 1 }, undefined])("refuses the weight map %j", async (weightMap) => {
    await writeIndex(weightMap);
    await expect(readWeightIndex(diskFolder(folder), warn)).rejects.toThrow(
      /model\.safetensors\.index\.json: weight_map .*damaged/,
    );
  });
});

describe("requireWeight", () => {
  async function weightsOf(header: unknown, dataBytes: number) {
    await writeSafetensors("model.safetensors", header, dataBytes);
    return (await readWeightIndex(diskFolder(folder), warn)).weights;
  }

  it("gives the first of the names that is there", async () => {
    const weights = await weightsOf({ ...twoFloats, b: tensor("F32", [2], [8, 16]) }, 16);
    expect(requireWeight(weights, { names: ["none", "b", "a"], dims: [2] }).name).toBe("b");
  });

  it("lists the names where none is there", async () => {
    const weights = await weightsOf(twoFloats, 8);
    expect(() => requireWeight(weights, { names: ["x", "y"], dims: [2] })).toThrow('no tensor named "x" or "y"');
  });

  it.each([[[3]], [[2, 1]], [[]]])("refuses a shape other than %j", async (dims) => {
    const weights = await weightsOf(twoFloats, 8);
    expect(() => requireWeight(weights, { names: ["a"], dims })).toThrow(
      `${join(folder, "model.safetensors")}: tensor "a" has shape [2], but config.json asks for [${dims.join(", ")}]`,
    );
  });

  it("says which type a tensor has that is no weight", async () => {
    const weights = await weightsOf({ ...twoFloats, q: tensor("I8", [2], [8, 10]) }, 10);
    expect(() => requireWeight(weights, { names: ["q"], dims: [2] })).toThrow('tensor "q" has type I8');
  });
});
