/** @file ONNX Runtime with its telemetry off; the only module that imports the library. */
import "./telemetry-off.ts";

export { InferenceSession, Tensor } from "onnxruntime-node";
