/** @file Maps that others made: every form of file, and what is wrong with one. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { fileStem, readMaps } from "./submission.ts";

/** A file of numpy.save, version 1, with its header padded to 64 bytes as NumPy does. */
function numpyFile(dict: string, data: Float32Array | Float64Array): Uint8Array {
  const header = `${dict.padEnd(128 - 11)}\n`;
  const start = Buffer.from([0x93, ...Buffer.from("NUMPY"), 1, 0, header.length & 0xff, header.length >> 8]);
  return Buffer.concat([start, Buffer.from(header, "latin1"), Buffer.from(data.buffer)]);
}

function safetensorsFile(name: string, shape: readonly number[], data: Float32Array): Uint8Array {
  const header = JSON.stringify({ [name]: { dtype: "F32", shape, data_offsets: [0, data.byteLength] } });
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, Buffer.from(header), Buffer.from(data.buffer)]);
}

async function folderOf(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  return folder;
}

const map = [1, 2, 3, 4, 5, 6];
const f4 = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";

it("calls a file after its question", () => {
  expect(fileStem({ name: "benchmark/12 restated" })).toBe("benchmark-12-restated");
  expect(fileStem({ name: "examples/banana-blue-0" })).toBe("examples-banana-blue-0");
});

describe("readMaps()", () => {
  it("reads text, NumPy and safetensors alike", async () => {
    const maps = await readMaps(
      await folderOf({
        "text.csv": "1,2,3\r\n4, 5, 6\n",
        "spaces.csv": "1 2 3\n4 5 6e0",
        "single.npy": numpyFile(f4, Float32Array.from(map)),
        "double.npy": numpyFile(f4.replace("<f4", "<f8"), Float64Array.from(map)),
        "tensor.safetensors": safetensorsFile("map", [2, 3], Float32Array.from(map)),
        "kept.run.safetensors": safetensorsFile("map", [2, 3], Float32Array.from(map)),
        "notes.txt": "not a map",
        "rest.json": '{"text": 2.5}',
      }),
    );
    expect([...maps.keys()]).toEqual(["double", "kept", "single", "spaces", "tensor", "text"]);
    for (const [stem, { rows, cols, values, rest }] of maps) {
      expect({ rows, cols, values: [...values] }).toEqual({ rows: 2, cols: 3, values: map });
      expect(rest).toBe(stem === "text" ? 2.5 : 0);
    }
  });

  it("finds none in a folder that is not there", async () => {
    expect((await readMaps(join(temporaryFolder(), "none"))).size).toBe(0);
  });

  it.each([
    ["a.csv", "1,2\n3", "a map has rows of one length"],
    ["a.csv", "1,x", "not a number"],
    ["a.csv", "", "0 numbers"],
    ["a.npy", "1,2", "is not a NumPy file"],
    ["a.npy", numpyFile(f4.replace("False", "True"), Float32Array.from(map)), "row by row"],
    ["a.npy", numpyFile(f4.replace("<f4", "<i8"), Float64Array.from(map)), "float32 or float64"],
    ["a.npy", numpyFile(f4, Float32Array.from([1, 2])), "2 numbers for 2 x 3 cells"],
    ["a.safetensors", safetensorsFile("other", [2, 3], Float32Array.from(map)), 'no tensor "map"'],
    ["rest.json", '{"a": -1}', "from 0 on"],
  ])("refuses %s with %j", async (name, content, message) => {
    await expect(readMaps(await folderOf({ [name]: content }))).rejects.toThrow(message);
  });
});
