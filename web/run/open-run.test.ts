import { describe, expect, it } from "vitest";
import { exampleDescription, exampleTensors } from "../../test/support/example-run.ts";
import type { RunDescription } from "../../src/run/types.ts";
import type { RunDocument } from "../../src/server/api.ts";
import { createApiClient } from "../data/api-client.ts";
import { openRunDocument } from "./open-run.svelte.ts";

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** A run whose server answers every request with as many numbers as `dims` says, each the number of the request; and what it was asked. */
function served(tensors: RunDocument["tensors"], dims: readonly number[] = [1], memory: RunDescription["memory"] = []) {
  const asked: string[] = [];
  const server = { isAway: false };
  const api = createApiClient("", (address) => {
    asked.push(decodeURIComponent((address as string).replace(/^\/api\/runs\/r-1\//, "")));
    if (server.isAway) return Promise.reject(new TypeError("away"));
    const size = dims.reduce((product, dim) => product * dim, 1);
    const data = Float32Array.from({ length: size }, (_, i) => i);
    const headers = { "x-tensor-dims": dims.join(","), "x-tensor-type": "f32" };
    return Promise.resolve(new Response(data, { headers }));
  });
  const description = { ...exampleDescription(), memory };
  const document = { summary: { id: "r-1" }, description, tensors, sinks: [{ token: 3 }] };
  return { run: openRunDocument(api, document as unknown as RunDocument), asked, server };
}
const listed = [...exampleTensors()].map(([name, { dims, type }]) => ({ name, dims, type }));

describe("tensors of an open run", () => {
  it("come whole where they are small, so that each row is asked for once", async () => {
    const { run, asked } = served([{ name: "rollout", dims: [3, 2], type: "f32" }], [3, 2]);
    expect(run.row("rollout", 2)).toBeUndefined();
    await settled();
    expect([...run.row("rollout", 2)!]).toEqual([4, 5]);
    expect([...run.row("rollout", 0)!]).toEqual([0, 1]);
    expect(asked).toEqual(["tensors/rollout?"]);
  });

  it("come row by row where they are large", async () => {
    const dims = [3000, 1000];
    const { run, asked } = served([{ name: "rollout", dims, type: "f32" }], [1, 1000]);
    run.row("rollout", 7);
    await settled();
    expect(run.row("rollout", 7)).toHaveLength(1000);
    expect(asked).toEqual(["tensors/rollout?start=7&end=8"]);
  });

  it("are not asked for where the run does not have them", () => {
    const { run, asked } = served([{ name: "rollout", dims: [3, 2], type: "f32" }]);
    expect([run.tensor("lens.ids"), run.row("rollout", 3), run.row("rollout", -1)]).toEqual([
      ...[undefined, undefined, undefined],
    ]);
    expect([run.has("rollout"), run.has("lens.ids"), run.dims("rollout")]).toEqual([true, false, [3, 2]]);
    expect(asked).toEqual([]);
  });

  it("that failed say why, and are fetched again after a retry", async () => {
    const { run, asked, server } = served([{ name: "rollout", dims: [1], type: "f32" }]);
    server.isAway = true;
    run.tensor("rollout");
    await settled();
    expect(run.failure()?.message).toBe("The server does not answer; it may have been stopped.");
    server.isAway = false;
    run.retry();
    expect(run.tensor("rollout")).toBeUndefined();
    await settled();
    expect(run.tensor("rollout")?.dims).toEqual([1]);
    expect(run.failure()).toBeUndefined();
    expect(asked).toHaveLength(2);
  });
});

describe("attention of an open run", () => {
  it("is asked for by its recorded layers, and shaped by layers, heads and the sequence", async () => {
    const { run, asked } = served(listed, [2, 3, 1, 20]);
    expect(run.attentionLayers).toEqual([0, 1]);
    expect(run.holdsAttention([16])).toBe(false);
    run.attention(16);
    await settled();
    expect(run.attention(16)?.dims).toEqual([2, 3, 20]);
    expect(run.holdsAttention([16])).toBe(true);
    run.meanAttention([16, 17]);
    expect(asked).toEqual([
      "attention?layers=all&heads=all&positions=16",
      "attention?layers=all&heads=all&positions=16,17&combine=mean",
    ]);
  });

  it("names the layers where some were not recorded", () => {
    const { run, asked } = served(listed.filter(({ name }) => !name.startsWith("language.attention.0")));
    expect(run.attentionLayers).toEqual([1]);
    run.attention(5);
    expect(asked).toEqual(["attention?layers=1&heads=all&positions=5"]);
  });

  it("of the answer is that of the positions that predict its tokens", async () => {
    const { run, asked } = served(listed, [1, 3, 3, 20]);
    run.answerAttention(null, null);
    run.answerAttention(1, 0);
    run.answerAttentionByHead(null);
    await settled();
    expect(run.answerAttentionByHead(null)?.dims).toEqual([3, 3, 20]);
    expect(asked).toEqual([
      "attention?layers=mean&heads=mean&positions=16,17,18",
      "attention?layers=1&heads=0&positions=16,17,18",
      "attention?layers=mean&heads=all&positions=16,17,18",
    ]);
  });

  it("reaches over the memory tokens behind the sequence", async () => {
    const memory = [{ image: 0 }, { image: 0 }];
    const { run } = served(listed, [1, 3, 3, 22], memory);
    run.answerAttentionByHead(null);
    await settled();
    expect(run.answerAttentionByHead(null)?.dims).toEqual([3, 3, 22]);
  });

  it("is nothing where none was recorded, nor for no positions", () => {
    const { run, asked } = served([]);
    expect([run.attention(5), run.answerAttention(null, null), run.answerAttentionByHead(0)]).toEqual([
      ...[undefined, undefined, undefined],
    ]);
    expect(served(listed).run.meanAttention([])).toBeUndefined();
    expect(asked).toEqual([]);
    expect([...run.sinks]).toEqual([3]);
  });
});
