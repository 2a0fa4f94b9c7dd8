/** @file Writes the safetensors format: a header, then the data of the tensors as they lie in memory. */
import { elementCount, type ElementType, type Tensor } from "../tensor/tensor.ts";
import { maxHeaderBytes, lengthBytes } from "./header.ts";
import { quote } from "../json/quote.ts";

export interface NamedTensor {
  readonly name: string;
  readonly tensor: Tensor;
}

export interface EncodedSafetensors {
  /** The length and the JSON header: the beginning of the file. */
  readonly header: Uint8Array;
  /** The data of each tensor, views on the tensors' own memory, to be written after the header in this order. */
  readonly chunks: readonly Uint8Array[];
  /** Size of the whole file. */
  readonly byteLength: number;
}

/** A tensor without its data. */
export interface TensorShape {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly number[];
}

const dtypeOf: Readonly<Record<ElementType, string>> = { f32: "F32", i32: "I32", u8: "U8" };

/** Data start at a multiple of 8 bytes, so that a reader can view numbers in place. */
const alignment = 8;

const bytesOf: Readonly<Record<ElementType, number>> = { f32: 4, i32: 4, u8: 1 };

/**
 * The beginning of a file whose data follow in the order given (put wider types first to keep all data aligned). Throws an Error if two
 * tensors have the same name, a name is "__metadata__", or the header would exceed the format's limit.
 */
export function encodeSafetensorsHeader(
  tensors: Iterable<TensorShape>,
  metadata: Readonly<Record<string, string>> = {},
): Pick<EncodedSafetensors, "header" | "byteLength"> {
  const names = new Set(["__metadata__"]);
  // The JSON is put together by hand: an object would move names that look like numbers to the front.
  const fields = Object.keys(metadata).length > 0 ? [`"__metadata__":${JSON.stringify(metadata)}`] : [];
  let dataBytes = 0;
  for (const { name, type, dims } of tensors) {
    if (names.has(name))
      throw new Error(`The tensor name ${quote(name)} is already taken; names in a file must differ.`);
    names.add(name);
    const byteLength = elementCount(dims) * bytesOf[type];
    const description = {
      dtype: dtypeOf[type],
      shape: dims,
      data_offsets: [dataBytes, dataBytes + byteLength],
    };
    fields.push(`${JSON.stringify(name)}:${JSON.stringify(description)}`);
    dataBytes += byteLength;
  }
  const header = encodeHeader(`{${fields.join(",")}}`);
  return { header, byteLength: header.length + dataBytes };
}

/** The data of a tensor as a file holds them, a view on its memory. */
export function tensorBytes({ data }: Tensor): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** Encodes `tensors` in the order given. Throws as `encodeSafetensorsHeader`. */
export function encodeSafetensors(
  tensors: Iterable<NamedTensor>,
  metadata: Readonly<Record<string, string>> = {},
): EncodedSafetensors {
  const named = [...tensors];
  const shapes = named.map(({ name, tensor: { type, dims } }) => ({ name, type, dims }));
  return {
    ...encodeSafetensorsHeader(shapes, metadata),
    chunks: named.map(({ tensor }) => tensorBytes(tensor)),
  };
}

function encodeHeader(json: string): Uint8Array {
  const text = new TextEncoder().encode(json);
  const length = Math.ceil(text.length / alignment) * alignment;
  if (length > maxHeaderBytes) {
    throw new Error(`The header would have ${length} bytes, more than the format's limit of ${maxHeaderBytes}.`);
  }
  const header = new Uint8Array(lengthBytes + length).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(length), true);
  header.set(text, lengthBytes);
  return header;
}
