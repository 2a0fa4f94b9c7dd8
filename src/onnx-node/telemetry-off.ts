/**
 * @file Switches off what ONNX Runtime sends to its makers; `onnx-runtime.ts` imports this before the library. Its builds for Linux
 * and macOS otherwise write a device id and a database of events below the user's folder, and send them.
 */
import { isMainThread } from "node:worker_threads";

const variable = "ORT_DISABLE_TELEMETRY";

// A thread has a copy of the variables, while the library reads those of the process.
if (!isMainThread && process.env[variable] !== "1") {
  throw new Error(`internal: load the engine in the main thread first, which sets ${variable} for the process.`);
}
process.env[variable] = "1";
