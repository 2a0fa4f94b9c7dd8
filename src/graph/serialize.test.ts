/** @file Tests of weights as external data: types, places in files, and the places at which 16-bit numbers are widened. */
import { fromBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema, type ModelProto } from "onnx-buf";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { runGraph, scattered } from "../../test/support/run-graph.ts";
import {
  brainPattern,
  brainValue,
  halfPattern,
  halfValue,
  writeStoredSafetensors,
  type StoredType,
} from "../../test/support/stored-safetensors.ts";
import { openFileSource } from "../files/regular-file.ts";
import type { WeightLocation } from "../checkpoint/types.ts";
import { weightStore } from "../engine/weight-store.ts";
import { mappedWeights } from "../onnx-node/mapped-weights.ts";
import { onnxRuntime } from "../onnx-node/session.ts";
import { openSafetensors } from "../safetensors/read.ts";
import { graphBuilder, type GraphBuilder } from "./builder.ts";
import type { Value } from "./graph.ts";
import { serializeGraph } from "./serialize.ts";

const folder = temporaryFolder();

const numbers = [...scattered(10, 5), 0, -0, 2 ** -24, -(2 ** -20), 65504];

const patternsOf: { readonly [T in StoredType]: (x: number) => number } = {
  F32: (x) => x,
  F16: (x) => halfValue(halfPattern(x)),
  BF16: (x) => brainValue(brainPattern(x)),
};

/** Writes tensors into a file of their own and gives their places. */
async function stored(path: string, type: StoredType, names: readonly string[]): Promise<WeightLocation[]> {
  const file = join(folder, path);
  await mkdir(join(file, ".."), { recursive: true });
  // One odd number of 16-bit elements first, so that offsets are no multiples of 4.
  const padding = { name: "padding", type, dims: [1], values: Float32Array.of(7) };
  const dims = [3, 5];
  await writeStoredSafetensors(file, [
    padding,
    ...names.map((name, i) => ({ name, type, dims, values: Float32Array.from(numbers, (x) => x / 2 ** i) })),
  ]);
  const source = await openFileSource(file);
  const { tensors } = await openSafetensors(source, { file });
  await source.close();
  return names.map((name) => {
    const { offset, byteLength } = tensors.get(name)!;
    return { name, type, dims, file, offset, byteLength };
  });
}

const indexOf = (weights: readonly WeightLocation[]) => new Map(weights.map((weight) => [weight.name, weight]));

describe("serializeGraph", () => {
  test.each(["F32", "F16", "BF16"] as const)("%s weights are read as their exact values", async (type) => {
    const store = onnxRuntime(indexOf(await stored(`exact-${type}.safetensors`, type, ["w", "v"])));
    const [sum, row] = await runGraph((g) => {
      const zero = g.constant([0]);
      const rows = g.input("rows", "i64", ["count"]);
      return {
        outputs: [g.add(g.weight(["w"], [3, 5]), zero), g.gather(g.weight(["v"], [3, 5]), rows, 0)],
        feeds: new Map([[rows, { type: "i64" as const, dims: [1], data: BigInt64Array.of(2n) }]]),
      };
    }, store);
    expect(sum!.data).toBeCloseToArray(numbers.map(patternsOf[type]), 0);
    expect(row!.data).toBeCloseToArray(
      numbers.slice(10).map((x) => patternsOf[type](x / 2)),
      0,
    );
  });

  test("a weight can be viewed in another shape than it is stored in", async () => {
    const store = onnxRuntime(indexOf(await stored("view.safetensors", "F32", ["w"])));
    const build = (g: GraphBuilder) => ({ outputs: [g.neg(g.weight(["w"], [3, 5], [5, 3]))] });
    const [turned] = await runGraph(build, store);
    expect(turned!.dims).toEqual([5, 3]);
    expect(turned!.data).toBeCloseToArray(
      numbers.map((x) => -Math.fround(x)),
      0,
    );
  });

  test("files of several folders are reached from their common parent, from any working directory", async () => {
    const weights = [
      ...(await stored("blobs/a/one.safetensors", "F16", ["one"])),
      ...(await stored("blobs/b/c/two.safetensors", "BF16", ["two"])),
    ];
    const index = indexOf(weights);
    const store = mappedWeights(index);
    expect(store.folder).toBe(join(folder, "blobs"));
    expect(weightStore(index).bytes).toBe(60);
    const located = (name: string) => store.locate({ names: [name], dims: [3, 5], value: unused });
    expect(located("one").location).toBe(join("a", "one.safetensors"));
    expect(located("two").location).toBe(join("b", "c", "two.safetensors"));

    const before = process.cwd();
    process.chdir(tmpdir());
    try {
      const [sum] = await runGraph(
        (g) => ({ outputs: [g.add(g.weight(["one"], [3, 5]), g.weight(["two"], [3, 5]))] }),
        onnxRuntime(index),
      );
      const expected = numbers.map((x) => Math.fround(patternsOf.F16(x) + patternsOf.BF16(x)));
      expect(sum!.data).toBeCloseToArray(expected, 0);
    } finally {
      process.chdir(before);
    }
  });

  test("older names are tried after newer ones, and a missing tensor is named", async () => {
    const store = onnxRuntime(indexOf(await stored("names.safetensors", "F32", ["old.w"])));
    const [same] = await runGraph((g) => ({ outputs: [g.neg(g.weight(["new.w", "old.w"], [3, 5]))] }), store);
    expect(same!.dims).toEqual([3, 5]);
    const missing = runGraph((g) => ({ outputs: [g.neg(g.weight(["x.w", "y.w"], [3, 5]))] }), store);
    await expect(missing).rejects.toThrow(/no tensor named "x\.w" or "y\.w"/);
    const wrong = runGraph((g) => ({ outputs: [g.neg(g.weight(["old.w"], [5, 3]))] }), store);
    await expect(wrong).rejects.toThrow(/"old\.w" has shape \[3, 5\], but config\.json asks for \[5, 3\]/);
  });
});

const unused: Value = { name: "w", type: "f32", dims: [3, 5] };

/** The written model of a graph over one weight "w" [3, 5]. */
function written(type: StoredType, build: (g: GraphBuilder, weight: Value, rows: Value) => Value): ModelProto {
  const g = graphBuilder();
  const output = build(g, g.weight(["w"], [3, 5]), g.input("rows", "i64", ["count"]));
  g.output(output);
  const place = { type, location: "deep/model.safetensors", offset: 1234567890123, byteLength: 30 };
  return fromBinary(
    ModelProtoSchema,
    serializeGraph(g.build(), () => place),
  );
}

const operators = ({ graph }: ModelProto) => graph!.node.map(({ opType }) => opType);

describe("the written model", () => {
  test("holds no weight, but its file, offset and length", () => {
    const model = written("F32", (g, w) => g.neg(w));
    const tensor = model.graph!.initializer.find(({ name }) => name === "w")!;
    expect(Object.fromEntries(tensor.externalData.map(({ key, value }) => [key, value]))).toEqual({
      location: "deep/model.safetensors",
      offset: "1234567890123",
      length: "30",
    });
    expect(tensor.rawData).toHaveLength(0);
    expect(operators(model)).toEqual(["Neg"]);
  });

  test("widens a 16-bit weight before it is computed with", () => {
    expect(operators(written("F16", (g, w) => g.neg(w)))).toEqual(["Cast", "Neg"]);
  });

  test("gathers rows of a table first and widens only these", () => {
    const model = written("BF16", (g, w, rows) => g.neg(g.gather(w, rows, 0)));
    expect(operators(model)).toEqual(["Gather", "Cast", "Neg"]);
    const [gather, cast] = model.graph!.node;
    expect(gather!.input[0]).toBe("w");
    expect(cast!.input).toEqual(gather!.output);
  });

  test("widens a table that is also computed with as a whole before both uses", () => {
    const model = written("F16", (g, w, rows) => g.matMul(g.gather(w, rows, 0), g.transpose(w, [1, 0])));
    expect(operators(model)).toEqual(["Cast", "Gather", "Transpose", "MatMul"]);
  });

  test("names the sizes that are not known", () => {
    const model = written("F32", (g, w, rows) => g.gather(w, rows, 0));
    const dims = (values: { type?: { value: unknown } }[]) =>
      JSON.stringify(values[0]!.type, (_, v: unknown) => (typeof v === "bigint" ? Number(v) : v));
    expect(dims(model.graph!.input)).toContain('"value":"count"');
    expect(dims(model.graph!.output)).toContain('"value":5');
  });
});
