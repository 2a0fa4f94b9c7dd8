/** @file The worker thread of `graph-pool.ts`: does one task after the other. */
import { parentPort } from "node:worker_threads";
import { doGraphTask, type GraphTask } from "./graph-task.ts";

parentPort?.on("message", (task: GraphTask) => {
  try {
    parentPort?.postMessage({ found: doGraphTask(task) });
  } catch (error) {
    parentPort?.postMessage({ error: error instanceof Error ? error.message : String(error) });
  }
});
