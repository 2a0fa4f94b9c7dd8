/** @file Safetensors files: names, types, shapes and offsets of the header, its length, and the bytes after it. */
import { elementBits } from "../../../src/safetensors/element-types.ts";
import { bytesSource, openSafetensors, readTensor } from "../../../src/safetensors/read.ts";
import { elementCount } from "../../../src/tensor/tensor.ts";
import { joined, mutateBytes } from "../byte-mutations.ts";
import { mutateJson, mutateJsonText, type Json } from "../json-mutations.ts";
import type { FuzzKind } from "../kind.ts";
import { PropertyFault } from "../outcome.ts";
import type { Random } from "../random.ts";
import { hostileText } from "../text-mutations.ts";

const dtypes = ["F32", "F16", "BF16", "I32", "U8", "BOOL", "F64", "I64", "F8_E4M3", "F4", "F6_E2M3", "f32", "F128"];

/** A header of up to six tensors that is right, with the number of bytes of its data. */
function rightHeader(random: Random): { header: Record<string, Json>; dataBytes: number } {
  const header: Record<string, Json> = {};
  if (random.chance(0.3)) header.__metadata__ = { format: "pt", [hostileText(random)]: hostileText(random) };
  let offset = 0;
  for (let count = random.below(7); count > 0; count--) {
    const dtype = random.pick(dtypes);
    const shape = Array.from({ length: random.below(4) }, () => random.below(5));
    const bytes = Math.ceil((elementCount(shape) * (elementBits(dtype) ?? 32)) / 8);
    const name = random.chance(0.9) ? `layer.${count}.weight` : hostileText(random);
    if (Object.hasOwn(header, name) || name === "__proto__") continue;
    header[name] = { dtype, shape, data_offsets: [offset, offset + bytes] };
    offset += bytes;
  }
  return { header, dataBytes: offset };
}

function lengthBytes(length: number | bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  return bytes;
}

/** The bytes of a safetensors file; most have something wrong in them. */
export function makeFile(random: Random, { header, dataBytes }: { header: Json; dataBytes: number }): Uint8Array {
  const changed = random.chance(0.7) ? mutateJson(header, random) : header;
  const written = JSON.stringify(changed);
  const text = new TextEncoder().encode(random.chance(0.15) ? mutateJsonText(written, random) : written);
  const length = random.chance(0.93)
    ? text.length
    : random.pick([0, text.length + 1, text.length - 1, 100_000_001, 2n ** 63n, 2n ** 64n - 1n]);
  const data = Uint8Array.from({ length: dataBytes + (random.chance(0.05) ? random.below(9) : 0) }, () =>
    random.below(256),
  );
  const file = joined(lengthBytes(typeof length === "number" ? Math.max(0, length) : length), text, data);
  return random.chance(0.15) ? mutateBytes(file, random) : file;
}

export const safetensorsKind: FuzzKind = {
  name: "safetensors",
  label: "safetensors file",
  share: 240,
  open: () => ({
    async tryInput(random, show) {
      const bytes = makeFile(random, rightHeader(random));
      show(Buffer.from(bytes).toString("latin1"));
      const source = bytesSource(bytes);
      const { tensors } = await openSafetensors(source, { file: "model.safetensors" });
      let covered = 0;
      let refused: Error | undefined;
      for (const entry of tensors.values()) {
        covered += entry.byteLength;
        try {
          const { dims, data } = await readTensor(source, entry);
          if (data.length !== elementCount(dims)) throw new PropertyFault(`${entry.name} has ${data.length} numbers.`);
        } catch (error) {
          refused = error as Error;
        }
      }
      if (refused !== undefined) throw refused;
      if (covered > bytes.length) throw new PropertyFault("The tensors are larger than their file.");
    },
  }),
};
