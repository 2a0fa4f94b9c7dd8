/** @file Maps that others made of the benchmark's questions: one file a question, as text, NumPy's or safetensors. */
import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { z } from "zod";
import { openSafetensors, bytesSource, readTensor } from "../../src/safetensors/read.ts";
import type { TruthQuestion } from "./questions.ts";

/** A map over the whole picture, and what the method gives to words. */
export interface SubmittedMap {
  readonly rows: number;
  readonly cols: number;
  /** Row by row, [rows x cols]. */
  readonly values: Float64Array;
  readonly rest: number;
}

/** What the file of a question is called, without its ending. */
export function fileStem({ name }: Pick<TruthQuestion, "name">): string {
  return name.replaceAll(/[^A-Za-z0-9]+/g, "-");
}

function mapOf(values: ArrayLike<number>, { rows, cols, file }: { rows: number; cols: number; file: string }) {
  if (values.length !== rows * cols || values.length === 0) {
    throw new Error(`${file}: a map has rows of one length, got ${values.length} numbers for ${rows} x ${cols} cells.`);
  }
  if (!Array.from(values).every(Number.isFinite)) throw new Error(`${file}: the map has a cell that is not a number.`);
  return { rows, cols, values: Float64Array.from(values) };
}

function fromText(text: string, file: string) {
  const rows = text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "")
    .map((line) =>
      line
        .trim()
        .split(/[,;\s]+/)
        .map(Number),
    );
  return mapOf(rows.flat(), { rows: rows.length, cols: rows[0]?.length ?? 0, file });
}

const npyTypes: Readonly<Record<string, (bytes: ArrayBuffer) => ArrayLike<number>>> = {
  "<f4": (bytes) => new Float32Array(bytes),
  "<f8": (bytes) => new Float64Array(bytes),
};

/** Reads a two-dimensional array of NumPy's format (versions 1 to 3), row by row. */
function fromNumpy(bytes: Uint8Array, file: string) {
  const isNumpy = bytes.length > 12 && new TextDecoder("latin1").decode(bytes.subarray(1, 6)) === "NUMPY";
  if (!isNumpy) throw new Error(`${file} is not a NumPy file; write it with numpy.save.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const [start, length] = bytes[6]! === 1 ? [10, view.getUint16(8, true)] : [12, view.getUint32(8, true)];
  const header = new TextDecoder("latin1").decode(bytes.subarray(start, start + length));
  const type = /'descr': *'([^']*)'/.exec(header)?.[1] ?? "";
  const shape = /'shape': *\((\d+), *(\d+)\)/.exec(header);
  const read = npyTypes[type];
  if (read === undefined || shape === null || !/'fortran_order': *False/.test(header)) {
    throw new Error(
      `${file}: an array of float32 or float64 with two axes, row by row, is needed, got ${header.trim()}; write numpy.ascontiguousarray(map, numpy.float32).`,
    );
  }
  // A copy, since numbers must begin at a multiple of their size.
  const data = Uint8Array.from(bytes.subarray(start + length));
  const size = type === "<f4" ? 4 : 8;
  return mapOf(read(data.buffer.slice(0, data.length - (data.length % size))), {
    rows: Number(shape[1]),
    cols: Number(shape[2]),
    file,
  });
}

/** Reads the tensor "map", [rows, cols], of a safetensors file; a run file may have it beside its own. */
async function fromSafetensors(bytes: Uint8Array, file: string) {
  const source = bytesSource(bytes);
  const { tensors } = await openSafetensors(source, { file });
  const entry = tensors.get("map");
  const [rows, cols] = entry?.dims ?? [];
  if (entry?.dims.length !== 2 || rows === undefined || cols === undefined) {
    throw new Error(`${file} has no tensor "map" with two axes (rows, columns); add it.`);
  }
  return mapOf((await readTensor(source, entry)).data, { rows, cols, file });
}

const readers: Readonly<
  Record<string, (bytes: Uint8Array, file: string) => Omit<SubmittedMap, "rest"> | Promise<Omit<SubmittedMap, "rest">>>
> = {
  ".csv": (bytes, file) => fromText(new TextDecoder().decode(bytes), file),
  ".npy": fromNumpy,
  ".safetensors": fromSafetensors,
};

const restSchema = z.record(z.string(), z.number().min(0));

/** Reads `rest.json`: by stem, what the method gives to words; none if there is no such file. */
async function readRest(folder: string): Promise<Readonly<Record<string, number>>> {
  const path = join(folder, "rest.json");
  const text = await readFile(path, "utf8").catch(() => "{}");
  const { data, error } = restSchema.safeParse(JSON.parse(text));
  if (error !== undefined) throw new Error(`${path} holds a number from 0 on by name of the map's file; correct it.`);
  return data;
}

/**
 * The maps in a folder by the stem of their file. A folder that is not there has none. Throws an Error that names the file if it cannot be read
 * as a map.
 */
export async function readMaps(folder: string): Promise<Map<string, SubmittedMap>> {
  const names = (await readdir(folder).catch(() => [])).sort();
  const rest = await readRest(folder);
  const maps = new Map<string, SubmittedMap>();
  for (const name of names) {
    const ending = extname(name);
    const read = readers[ending];
    if (read === undefined) continue;
    const file = join(folder, name);
    const stem = name.slice(0, -ending.length).replace(/\.run$/, "");
    maps.set(stem, { ...(await read(await readFile(file), file)), rest: rest[stem] ?? 0 });
  }
  return maps;
}
