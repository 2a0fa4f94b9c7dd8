/** @file Run files: the description, its tensors, and what is drawn and written from a run that opens. */
import { encodeRun } from "../../../src/run/write.ts";
import { openRun } from "../../../src/run/open.ts";
import { bytesSource } from "../../../src/safetensors/read.ts";
import { elementCount } from "../../../src/tensor/tensor.ts";
import { exportMainFile } from "../../../src/export/export.ts";
import { exampleDescription, exampleTensors, fileBytes } from "../../../test/support/example-run.ts";
import { joined, mutateBytes } from "../byte-mutations.ts";
import { mutateJson, type Json } from "../json-mutations.ts";
import type { FuzzKind } from "../kind.ts";
import { PropertyFault } from "../outcome.ts";
import type { Random } from "../random.ts";

/** A run file in its parts. */
interface RunParts {
  readonly header: Record<string, Json>;
  readonly description: Json;
  readonly data: Uint8Array;
}

function partsOf(file: Uint8Array): RunParts {
  const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length))) as Record<string, Json>;
  const metadata = header.__metadata__ as { run: string };
  return { header, description: JSON.parse(metadata.run) as Json, data: file.subarray(8 + length) };
}

function assemble({ header, description, data }: RunParts): Uint8Array {
  const whole = { ...header, __metadata__: { run: JSON.stringify(description) } };
  const text = new TextEncoder().encode(JSON.stringify(whole));
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(text.length), true);
  return joined(length, text, data);
}

function mutateRun(parts: RunParts, random: Random): Uint8Array {
  switch (random.below(10)) {
    case 0:
      return mutateBytes(assemble(parts), random);
    case 1:
      return assemble({ ...parts, header: mutateJson(parts.header, random) as Record<string, Json> });
    case 2:
      return assemble({ ...parts, data: mutateBytes(parts.data, random) });
    default:
      return assemble({ ...parts, description: mutateJson(parts.description, random) });
  }
}

export const runFileKind: FuzzKind = {
  name: "run",
  label: "run file",
  share: 50,
  open() {
    const example = partsOf(fileBytes(encodeRun(exampleDescription(), exampleTensors())));
    return {
      async tryInput(random, show) {
        const bytes = mutateRun(example, random);
        show(Buffer.from(bytes).toString("latin1"));
        const run = await openRun(bytesSource(bytes), { file: "a.run.safetensors" });
        for (const [name, { dims }] of run.tensors) {
          const { data } = await run.tensor(name);
          if (data.length !== elementCount(dims)) throw new PropertyFault(`${name} has ${data.length} numbers.`);
        }
        const format = random.pick(["csv", "json", "svg", "html"] as const);
        if (random.chance(0.5)) await exportMainFile(run, { format, selection: {}, runName: "a" });
      },
    };
  },
};
