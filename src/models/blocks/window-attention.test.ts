/** @file Tests of attention within windows against attention in loops that hides what lies outside of the query's window. */
import { describe, expect, test } from "vitest";
import { plainAttention } from "../../../test/support/plain-attention.ts";
import { runGraph, scatteredTensor } from "../../../test/support/run-graph.ts";
import { indexTensor, type Feed } from "../../runtime/runtime.ts";
import type { Value } from "../../graph/graph.ts";
import { floatTensor } from "../../tensor/tensor.ts";
import { spreadWindows, windowAttention, windowFeeds } from "./window-attention.ts";

const heads = 2;
const width = 4;

describe("windowAttention", () => {
  test.each([
    ["one window", [0, 5]],
    ["windows of one size", [0, 2, 4, 6]],
    ["windows that are cut, and one of a single token", [0, 4, 5, 8, 10]],
  ])("%s", async (_, bounds) => {
    const tokens = bounds.at(-1)!;
    const [query, key, value] = [1, 2, 3].map((seed) => scatteredTensor([tokens, heads, width], seed)) as [
      ReturnType<typeof scatteredTensor>,
      ReturnType<typeof scatteredTensor>,
      ReturnType<typeof scatteredTensor>,
    ];
    const windowOf = (token: number) => bounds.findLastIndex((start) => start <= token);
    const plain = plainAttention({
      ...{ query: query.data, key: key.data, value: value.data },
      ...{ heads, kvHeads: heads, width, causal: false },
      hides: (row, column) => windowOf(row) !== windowOf(column),
    });
    const [context, windows] = await runGraph((g) => {
      const feeds = new Map<Value, Feed>();
      const input = (name: string, tensor: Feed) => {
        const fed = g.input(name, tensor.type, tensor.dims);
        feeds.set(fed, tensor);
        return fed;
      };
      const fed = new Map(
        [...windowFeeds(bounds)].map(([name, tensor]) => [
          name,
          input(name, tensor.type === "i32" ? indexTensor(tensor.data) : tensor),
        ]),
      );
      const parts = { query: input("query", query), key: input("key", key), value: input("value", value) };
      const out = windowAttention(g, { ...parts, feed: (name) => fed.get(name)!, site: "probs" });
      return { outputs: [out, g.siteValue("probs")], feeds };
    });
    expect(context!.data).toBeCloseToArray(plain.context, 1e-6);
    const maps = floatTensor(windows!.dims, Float32Array.from(windows!.data));
    const spread = spreadWindows(maps, bounds);
    expect(spread.dims).toEqual([heads, tokens, tokens]);
    expect(spread.data).toBeCloseToArray(plain.probabilities, 1e-6);
    const rows = [tokens - 1, 0];
    expect(spreadWindows(maps, bounds, rows).data).toEqual(
      Float32Array.from(
        Array.from({ length: heads }, (__, head) =>
          rows.map((row) => [
            ...spread.data.subarray((head * tokens + row) * tokens, (head * tokens + row + 1) * tokens),
          ]),
        ).flat(2),
      ),
    );
  });
});
