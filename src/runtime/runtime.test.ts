/** @file The contract of every `Runtime`: ONNX Runtime for Node, and the interpreter that graphs are held against. */
import { describe, expect, it } from "vitest";
import { referenceRuntime } from "../../test/support/reference-runtime.ts";
import { withoutWeights } from "../../test/support/run-graph.ts";
import { graphBuilder } from "../graph/builder.ts";
import { floatTensor } from "../tensor/tensor.ts";
import { withSession, type Runtime } from "./runtime.ts";

const runtimes: readonly [string, Runtime][] = [
  ["ONNX Runtime for Node", withoutWeights],
  ["the reference interpreter", referenceRuntime],
];

/** x [2, 3] times y [3, 2], and that plus 1. */
function smallGraph() {
  const g = graphBuilder();
  const [x, y] = [g.input("x", "f32", [2, 3]), g.input("y", "f32", [3, 2])];
  const product = g.matMul(x, y);
  const sum = g.add(product, g.constant([1]));
  g.output(sum);
  return { graph: g.build(), x, y, product, sum };
}

const left = floatTensor([2, 3], Float32Array.from([1, 2, 3, 4, 5, 6]));
const right = floatTensor([3, 2], Float32Array.from([1, 0, 0, 1, 1, 1]));

describe.each(runtimes)("%s", (_, runtime) => {
  it("computes the outputs of a graph, again and again", async () => {
    const { graph, x, y, sum } = smallGraph();
    const session = await runtime.open(graph);
    const first = (
      await session.run(
        new Map([
          [x, left],
          [y, right],
        ]),
      )
    ).floats(sum);
    expect([first.dims, [...first.data]]).toEqual([
      [2, 2],
      [5, 6, 11, 12],
    ]);
    const zeros = floatTensor([3, 2]);
    expect([
      ...(
        await session.run(
          new Map([
            [x, left],
            [y, zeros],
          ]),
        )
      ).floats(sum).data,
    ]).toEqual([1, 1, 1, 1]);
    await session.release();
  });

  it("refuses to give what is no output", async () => {
    const { graph, x, y, product } = smallGraph();
    await withSession(runtime, graph, async (session) => {
      const results = await session.run(
        new Map([
          [x, left],
          [y, right],
        ]),
      );
      expect(() => results.floats(product)).toThrow("is not an output of this graph");
    });
  });

  it("writes outputs into memory of the caller", async () => {
    const { graph, x, y, sum } = smallGraph();
    const target = floatTensor([2, 2]);
    await withSession(runtime, graph, (session) =>
      session.run(
        new Map([
          [x, left],
          [y, right],
        ]),
        new Map([[sum, target]]),
      ),
    );
    expect([...target.data]).toEqual([5, 6, 11, 12]);
  });
});

describe("withSession", () => {
  it("releases the session if the work fails", async () => {
    let open = 0;
    const counting: Runtime = {
      open: async (graph) => {
        const session = await referenceRuntime.open(graph);
        open++;
        return {
          ...session,
          release: () => {
            open--;
            return Promise.resolve();
          },
        };
      },
    };
    const failing = withSession(counting, smallGraph().graph, () => Promise.reject(new Error("failed")));
    await expect(failing).rejects.toThrow("failed");
    expect(open).toBe(0);
  });
});
