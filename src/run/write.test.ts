import { describe, expect, it } from "vitest";
import { exampleDescription, exampleTensors, fileBytes } from "../../test/support/example-run.ts";
import { bytesSource, openSafetensors } from "../safetensors/read.ts";
import { byteTensor, floatTensor, intTensor } from "../tensor/tensor.ts";
import { encodeRun } from "./write.ts";

describe("encodeRun", () => {
  it("gives the same bytes whatever the order of tensors and fields", () => {
    const once = fileBytes(encodeRun(exampleDescription(), exampleTensors()));
    const { format, ...rest } = exampleDescription();
    const again = fileBytes(encodeRun({ ...rest, format }, new Map([...exampleTensors()].reverse())));
    expect(Buffer.compare(once, again)).toBe(0);
  });

  it("changes only in the header where only the times differ", () => {
    const a = encodeRun(exampleDescription(), exampleTensors());
    const later = { ...exampleDescription(), timings: { generate: 99.5 }, created: "2026-11-25T02:00:00.000Z" };
    const b = encodeRun(later, exampleTensors());
    expect(Buffer.concat(a.chunks)).toEqual(Buffer.concat(b.chunks));
    const text = ({ header }: typeof a): string => new TextDecoder().decode(header.subarray(8));
    expect(text(b).replace("99.5", "12.5").replace("11-25", "11-24").trim()).toBe(text(a).trim());
  });

  it("puts F32 first, then I32, then U8, aligned to their size", async () => {
    const encoded = encodeRun(exampleDescription(), exampleTensors());
    expect(fileBytes(encoded).length).toBe(encoded.byteLength);
    const { tensors } = await openSafetensors(bytesSource(fileBytes(encoded)), { file: "run" });
    const types = [...tensors.values()].map(({ dtype }) => dtype);
    expect(types).toEqual([...types].sort((a, b) => ["F32", "I32", "U8"].indexOf(a) - ["F32", "I32", "U8"].indexOf(b)));
    expect([...tensors.values()].every(({ dtype, offset }) => dtype === "U8" || offset % 4 === 0)).toBe(true);
  });

  it("refuses what would not open again", () => {
    const tensors = exampleTensors();
    tensors.set("rollout", floatTensor([3, 19]));
    expect(() => encodeRun(exampleDescription(), tensors)).toThrow(
      'run: tensor "rollout" [answer tokens, keys] has 19 for "keys", but the run has 20.',
    );
    const other = exampleTensors().set("input_ids", intTensor([20]));
    expect(() => encodeRun(exampleDescription(), other)).toThrow("has id 0 at position 0, but the description has 1");
    const noise = { ...exampleDescription(), timings: { generate: Number.NaN } };
    expect(() => encodeRun(noise, exampleTensors())).toThrow(/"timings\.generate" is not valid/);
  });

  it("keeps tensors of names that this version does not know", async () => {
    const encoded = encodeRun(exampleDescription(), exampleTensors().set("future.thing", byteTensor([2])));
    const { tensors } = await openSafetensors(bytesSource(fileBytes(encoded)), { file: "run" });
    expect(tensors.get("future.thing")?.dims).toEqual([2]);
  });
});
