/** @file Writes the safetensors format: a header, then the data of the tensors as they lie in memory. */
import type { ElementType, Tensor } from "../tensor/tensor.ts";
import { maxHeaderBytes, lengthBytes } from "./header.ts";
import { quote } from "./quote.ts";

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

const dtypeOf: Readonly<Record<ElementType, string>> = { f32: "F32", i32: "I32", u8: "U8" };

/** Data start at a multiple of 8 bytes, so that a reader can view numbers in place. */
const alignment = 8;

/**
 * Encodes `tensors` in the order given (put wider types first to keep all data aligned). Throws where two tensors have the same
 * name, a name is "__metadata__", or the header would exceed the format's limit.
 */
export function encodeSafetensors(
  tensors: Iterable<NamedTensor>,
  metadata: Readonly<Record<string, string>> = {},
): EncodedSafetensors {
  const names = new Set(["__metadata__"]);
  // The JSON is put together by hand: an object would move names that look like numbers to the front.
  const fields = Object.keys(metadata).length > 0 ? [`"__metadata__":${JSON.stringify(metadata)}`] : [];
  const chunks: Uint8Array[] = [];
  let dataBytes = 0;
  for (const { name, tensor } of tensors) {
    if (names.has(name))
      throw new Error(`The tensor name ${quote(name)} is already taken; names in a file must differ.`);
    names.add(name);
    const chunk = new Uint8Array(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength);
    const description = {
      dtype: dtypeOf[tensor.type],
      shape: tensor.dims,
      data_offsets: [dataBytes, dataBytes + chunk.length],
    };
    fields.push(`${JSON.stringify(name)}:${JSON.stringify(description)}`);
    chunks.push(chunk);
    dataBytes += chunk.length;
  }
  const header = encodeHeader(`{${fields.join(",")}}`);
  return { header, chunks, byteLength: header.length + dataBytes };
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
