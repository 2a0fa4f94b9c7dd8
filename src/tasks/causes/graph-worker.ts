/** @file The worker thread of `graph-pool.ts`: learns one graph after the other. */
import { parentPort } from "node:worker_threads";
import { learnGraph } from "./graph-work.ts";
import type { GraphWork } from "./graph-work.ts";

parentPort?.on("message", (work: GraphWork) => {
  try {
    parentPort?.postMessage({ found: learnGraph(work) });
  } catch (error) {
    parentPort?.postMessage({ error: error instanceof Error ? error.message : String(error) });
  }
});
