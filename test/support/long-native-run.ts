/** @file A program of its own: handles signals as the command line does, and computes a graph that takes minutes in one run. */
import { handleStopSignals } from "../../src/cli/stop-signals.ts";
import { graphBuilder } from "../../src/graph/builder.ts";
import type { Value } from "../../src/graph/graph.ts";
import { floatTensor } from "../../src/tensor/tensor.ts";
import { withoutWeights } from "./run-graph.ts";

const dims = [2000, 2000];
handleStopSignals();
const g = graphBuilder();
const x = g.input("x", "f32", dims);
let product: Value = x;
for (let i = 0; i < 500; i++) product = g.tanh(g.matMul(product, x));
g.output(product);
const session = await withoutWeights.open(g.build());
const numbers = floatTensor(dims, new Float32Array(dims[0]! * dims[1]!).fill(1 / dims[0]!));
process.stdout.write("ready\n");
await session.run(new Map([[x, numbers]]));
process.stdout.write("done\n");
