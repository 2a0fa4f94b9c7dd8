/** @file Reads the header of a safetensors file and trusts none of it (format: github.com/huggingface/safetensors). */
import { elementBits, bitsOfElement, tensorBytes } from "./element-types.ts";
import { measureJson } from "../json/json-structure.ts";
import { quote } from "../json/quote.ts";

/** The header's length stands in the first 8 bytes, as a little-endian integer. */
export const lengthBytes = 8;

/** The format's own limit. A header is read into memory whole; those of real models stay below 20 MB. */
export const maxHeaderBytes = 100_000_000;

/** Tensors in one file. The largest published models have about 100,000 over all their shards. */
export const maxTensors = 500_000;

/** Dimensions of one tensor. Frameworks stop at 8 to 64; more is a sign of a damaged file. */
const maxRank = 64;

/** A header is an object of tensors, each an object with two arrays. */
const headerDepth = 3;

/** Which file is being read: its name for messages, and its size in bytes. */
export interface FileFacts {
  readonly file: string;
  readonly fileSize: number;
}

export interface TensorEntry {
  readonly name: string;
  /** Element type as the file writes it, such as "BF16". */
  readonly dtype: string;
  readonly dims: readonly number[];
  /** Byte offset of the first element from the start of the file. */
  readonly offset: number;
  readonly byteLength: number;
}

export interface SafetensorsHeader {
  /** Every tensor by name, in the order of their data. */
  readonly tensors: ReadonlyMap<string, TensorEntry>;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Length in bytes of the JSON header, from the first 8 bytes of the file. Throws an Error if the file is too short, the header would
 * reach beyond it, or the header is larger than `maxHeaderBytes`.
 */
export function parseHeaderLength(first8Bytes: Uint8Array, { file, fileSize }: FileFacts): number {
  if (first8Bytes.length < lengthBytes || fileSize < lengthBytes) {
    throw new Error(
      `${file}: a safetensors file begins with 8 bytes of header length, but the file has ${fileSize} bytes.`,
    );
  }
  const length = new DataView(first8Bytes.buffer, first8Bytes.byteOffset, lengthBytes).getBigUint64(0, true);
  if (length > BigInt(maxHeaderBytes)) {
    throw new Error(
      `${file}: the header claims ${length.toString()} bytes, more than the format's limit of ${maxHeaderBytes}; the file is damaged or not safetensors.`,
    );
  }
  if (Number(length) > fileSize - lengthBytes) {
    throw new Error(
      `${file}: the header claims ${length.toString()} bytes, but the file has only ${fileSize}; it is truncated or not safetensors.`,
    );
  }
  return Number(length);
}

/**
 * Parses the JSON header (`headerBytes` without the 8 bytes of its length) and checks that its tensors fill the data of the file
 * exactly: no overlap, no hole, nothing out of range. Throws an Error that names the file and the tensor.
 */
export function parseHeader(headerBytes: Uint8Array, { file, fileSize }: FileFacts): SafetensorsHeader {
  const json = parseHeaderJson(headerBytes, file);
  const dataStart = lengthBytes + headerBytes.length;
  const entries: TensorEntry[] = [];
  let metadata: Readonly<Record<string, string>> = {};
  for (const [name, value] of Object.entries(json)) {
    if (name === "__metadata__") metadata = parseMetadata(value, file);
    else entries.push(parseEntry(name, value, { file, fileSize, dataStart }));
  }
  entries.sort((a, b) => a.offset - b.offset || a.byteLength - b.byteLength);
  checkLayout(entries, { file, fileSize, dataStart });
  return { tensors: new Map(entries.map((entry) => [entry.name, entry])), metadata };
}

function parseHeaderJson(headerBytes: Uint8Array, file: string): Record<string, unknown> {
  const { depth, containers, outerNames } = measureJson(headerBytes);
  // Each tensor is three containers, and the metadata and the header itself are one more each.
  if (outerNames > maxTensors + 1 || containers > 3 * maxTensors + 2) {
    throw new Error(`${file}: the header lists more than ${maxTensors} tensors, the limit for one file.`);
  }
  if (depth > headerDepth) {
    throw new Error(
      `${file}: the header is nested ${depth} levels deep instead of ${headerDepth}; it is not safetensors.`,
    );
  }
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(headerBytes));
  } catch (cause) {
    throw new Error(`${file}: the header is not valid JSON in UTF-8; the file is damaged or not safetensors.`, {
      cause,
    });
  }
  if (!isRecord(json)) throw new Error(`${file}: the header is ${quote(json)} instead of a JSON object.`);
  if (Object.keys(json).length !== outerNames) {
    throw new Error(`${file}: the header lists two tensors of the same name; write the file again.`);
  }
  return json;
}

/** Metadata left out and metadata of null are the same to the safetensors library. */
function parseMetadata(value: unknown, file: string): Record<string, string> {
  if (value === null) return {};
  if (!isRecord(value)) throw new Error(`${file}: __metadata__ is ${quote(value)} instead of an object of texts.`);
  const metadata: Record<string, string> = {};
  for (const [name, text] of Object.entries(value)) {
    if (typeof text !== "string") {
      throw new Error(`${file}: __metadata__ ${quote(name)} is ${quote(text)} instead of a text.`);
    }
    // A plain assignment to "__proto__" would change the object's prototype instead.
    Object.defineProperty(metadata, name, { value: text, enumerable: true });
  }
  return metadata;
}

interface DataFacts extends FileFacts {
  /** Byte offset of the data, right after the header. */
  readonly dataStart: number;
}

function parseEntry(name: string, value: unknown, { file, fileSize, dataStart }: DataFacts): TensorEntry {
  const tensor = `${file}: tensor ${quote(name)}`;
  if (!isRecord(value)) throw new Error(`${tensor} is described by ${quote(value)} instead of an object.`);
  const { dtype, shape, data_offsets: range } = value;
  const bits = typeof dtype === "string" ? elementBits(dtype) : undefined;
  if (typeof dtype !== "string" || bits === undefined) {
    throw new Error(`${tensor} has dtype ${quote(dtype)}; the format knows ${Object.keys(bitsOfElement).join(", ")}.`);
  }
  if (!isSizes(shape) || shape.length > maxRank) {
    throw new Error(`${tensor} has shape ${quote(shape)} instead of at most ${maxRank} whole numbers from 0.`);
  }
  if (!isSizes(range) || range.length !== 2 || range[0]! > range[1]!) {
    throw new Error(`${tensor} has data_offsets ${quote(range)} instead of two whole numbers, start and end.`);
  }
  const [start, end] = range as [number, number];
  const dataBytes = fileSize - dataStart;
  if (end > dataBytes) {
    throw new Error(
      `${tensor} ends at byte ${end} of the data, but the file holds only ${dataBytes}; the file is truncated or damaged, so download it again.`,
    );
  }
  const byteLength = tensorBytes(shape, bits);
  if (byteLength !== end - start) {
    throw new Error(
      `${tensor} with shape [${shape.join(", ")}] of ${dtype} needs ${byteLength ?? "an impossible number of"} bytes, but its data_offsets span ${end - start}.`,
    );
  }
  return { name, dtype, dims: shape, offset: dataStart + start, byteLength };
}

/** `entries` sorted by offset must follow each other without overlap or hole and end with the file. */
function checkLayout(entries: readonly TensorEntry[], { file, fileSize, dataStart }: DataFacts): void {
  let position = dataStart;
  let previous: TensorEntry | undefined;
  for (const entry of entries) {
    if (entry.offset < position) {
      throw new Error(
        `${file}: tensor ${quote(entry.name)} overlaps tensor ${quote(previous?.name)}; the file is damaged.`,
      );
    }
    if (entry.offset > position) {
      throw new Error(
        `${file}: ${entry.offset - position} bytes before tensor ${quote(entry.name)} belong to no tensor; the file is damaged.`,
      );
    }
    position += entry.byteLength;
    previous = entry;
  }
  if (position !== fileSize) {
    throw new Error(
      `${file}: the last ${fileSize - position} bytes after tensor ${quote(previous?.name ?? "")} belong to no tensor; the file is damaged.`,
    );
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && (size as number) >= 0);
}
