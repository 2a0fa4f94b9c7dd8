/** @file Tests of both forms of attention against loops in double precision, over group sizes and head widths. */
import { describe, expect, test } from "vitest";
import { plainAttention } from "../../../test/support/plain-attention.ts";
import { runGraph, scatteredTensor } from "../../../test/support/run-graph.ts";
import { causalMask } from "../../../test/support/causal-mask.ts";
import type { Feed } from "../../runtime/runtime.ts";
import type { GraphBuilder } from "../../graph/builder.ts";
import type { Value } from "../../graph/graph.ts";
import { floatTensor, intTensor, type FloatTensor } from "../../tensor/tensor.ts";
import { attention } from "./attention.ts";
import { cachedAttention, cachedHeadWidth } from "./cached-attention.ts";

const shapes = [
  { heads: 2, kvHeads: 2, width: 8 },
  { heads: 6, kvHeads: 3, width: 12 },
  { heads: 4, kvHeads: 1, width: 6 },
  { heads: 3, kvHeads: 3, width: 10 },
  { heads: 1, kvHeads: 1, width: 2 },
  { heads: 8, kvHeads: 2, width: 16 },
];

function tensors({ heads, kvHeads, width }: (typeof shapes)[number], rows: number) {
  return {
    query: scatteredTensor([rows, heads, width], 1),
    key: scatteredTensor([rows, kvHeads, width], 2),
    value: scatteredTensor([rows, kvHeads, width], 3),
  };
}

describe("attention", () => {
  test.each(shapes)("$heads heads on $kvHeads key-value heads of width $width, causal", async (shape) => {
    const rows = 5;
    const parts = tensors(shape, rows);
    const plain = plainAttention({
      query: parts.query.data,
      key: parts.key.data,
      value: parts.value.data,
      ...shape,
      causal: true,
    });
    const [context, probabilities] = await runGraph((g) => {
      const feeds = new Map<Value, Feed>();
      const input = (name: string, tensor: FloatTensor, dims: readonly (number | string)[]) => {
        const value = g.input(name, "f32", dims);
        feeds.set(value, tensor);
        return value;
      };
      const mask = input("mask", causalMask(rows), ["rows", "rows"]);
      const named = (name: "query" | "key" | "value") =>
        input(name, parts[name], ["rows", ...parts[name].dims.slice(1)]);
      const out = attention(g, {
        query: named("query"),
        key: named("key"),
        value: named("value"),
        mask,
        site: "probs",
      });
      return { outputs: [out, g.siteValue("probs")], feeds };
    });
    expect(probabilities!.dims).toEqual([shape.heads, rows, rows]);
    expect(probabilities!.data).toBeCloseToArray(plain.probabilities, 1e-6);
    expect(context!.dims).toEqual([rows, shape.heads * shape.width]);
    expect(context!.data).toBeCloseToArray(plain.context, 1e-6);
  });

  test("without a mask every query sees every key", async () => {
    const shape = { heads: 2, kvHeads: 2, width: 4 };
    const parts = tensors(shape, 3);
    const plain = plainAttention({
      query: parts.query.data,
      key: parts.key.data,
      value: parts.value.data,
      ...shape,
      causal: false,
    });
    const [context] = await runGraph((g) => {
      const value = (tensor: FloatTensor) => g.constant([...tensor.data], tensor.dims);
      const { query, key, value: values } = parts;
      return { outputs: [attention(g, { query: value(query), key: value(key), value: value(values), site: "p" })] };
    });
    expect(context!.data).toBeCloseToArray(plain.context, 1e-6);
  });
});

describe("cachedAttention", () => {
  test("heads are padded to a multiple of 8", () => {
    expect([2, 8, 9, 12, 16, 128].map(cachedHeadWidth)).toEqual([8, 8, 16, 16, 16, 128]);
  });

  test.each(shapes)("$heads heads on $kvHeads of width $width, four rows and then one by one", async (shape) => {
    const { heads, kvHeads, width } = shape;
    const rows = 7;
    const capacity = 9;
    const parts = tensors(shape, rows);
    const plain = plainAttention({
      query: parts.query.data,
      key: parts.key.data,
      value: parts.value.data,
      ...shape,
      causal: true,
    });
    const cacheDims = [1, kvHeads, capacity, cachedHeadWidth(width)];
    let caches: [FloatTensor, FloatTensor] = [floatTensor(cacheDims), floatTensor(cacheDims)];
    const contexts: number[] = [];
    for (const [start, end] of [
      [0, 4],
      [4, 5],
      [5, 6],
      [6, 7],
    ] as const) {
      const build = (g: GraphBuilder) => {
        const feeds = new Map<Value, Feed>();
        const input = (name: string, tensor: FloatTensor) => {
          const value = g.input(name, "f32", tensor.dims);
          feeds.set(value, tensor);
          return value;
        };
        const piece = (name: "query" | "key" | "value") => {
          const { dims, data } = parts[name];
          const size = dims[1]! * width;
          return input(name, floatTensor([end - start, dims[1]!, width], data.slice(start * size, end * size)));
        };
        const position = { lastPosition: g.input("last", "i32", [1]), totalLength: g.input("total", "i32", []) };
        feeds.set(position.lastPosition, intTensor([1], Int32Array.of(end - 1)));
        feeds.set(position.totalLength, intTensor([], Int32Array.of(end)));
        const { context, presentKey, presentValue } = cachedAttention(g, {
          query: piece("query"),
          key: piece("key"),
          value: piece("value"),
          pastKey: input("pastKey", caches[0]),
          pastValue: input("pastValue", caches[1]),
          position,
        });
        return { outputs: [context, presentKey, presentValue], feeds };
      };
      const [context, keys, values] = await runGraph(build);
      expect(context!.dims).toEqual([end - start, heads * width]);
      contexts.push(...Array.from(context!.data));
      caches = [keys, values].map((cache) => floatTensor(cacheDims, Float32Array.from(cache!.data))) as typeof caches;
    }
    expect(contexts).toBeCloseToArray(plain.context, 1e-6);
  });
});
