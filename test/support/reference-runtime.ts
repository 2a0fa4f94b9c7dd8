/** @file The reference interpreter as `Runtime`: graphs without weights, in plain JavaScript. */
import type { Value } from "../../src/graph/graph.ts";
import type { Runtime } from "../../src/runtime/runtime.ts";
import { floatTensor, intTensor } from "../../src/tensor/tensor.ts";
import { array64, type Array64 } from "./array64.ts";
import { constantsOf, evaluate } from "./reference-interpreter.ts";

export const referenceRuntime: Runtime = {
  open: (graph) =>
    Promise.resolve({
      run(feeds, into = new Map()) {
        const given = new Map<string, Array64>(constantsOf(graph.constants));
        for (const [value, { dims, data }] of feeds) given.set(value.name, array64(dims, Array.from(data, Number)));
        const values = evaluate(graph.nodes, given);
        const found = (value: Value): Array64 => {
          const array = graph.outputs.includes(value) ? values.get(value.name) : undefined;
          if (array === undefined) throw new Error(`internal: "${value.name}" is not an output of this graph`);
          return array;
        };
        for (const [value, target] of into) target.data.set(found(value).data);
        return Promise.resolve({
          floats: (value) => into.get(value) ?? floatTensor(found(value).dims, Float32Array.from(found(value).data)),
          integers: (value) => intTensor(found(value).dims, Int32Array.from(found(value).data)),
        });
      },
      release: () => Promise.resolve(),
    }),
};
