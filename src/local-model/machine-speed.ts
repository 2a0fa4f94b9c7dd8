/** @file The speed of this machine, as models are computed on it. */
import { measureSpeed, type MachineSpeed } from "../engine/machine-speed.ts";
import { onnxRuntime } from "../onnx-node/session.ts";

/** Takes about a second. */
export async function machineSpeed(): Promise<MachineSpeed> {
  return measureSpeed(onnxRuntime(new Map()));
}
