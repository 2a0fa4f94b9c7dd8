/** @file Opens a parity fixture: its checkpoint as a model, what PyTorch computed, and its input. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "./temporary-folder.ts";
import { openCheckpoint } from "../../src/checkpoint-folder/open.ts";
import { loadModel } from "../../src/engine/model.ts";
import type { Model, PrecisionChoice } from "../../src/engine/model.ts";
import { bytesSource, openSafetensors, readTensor } from "../../src/safetensors/read.ts";
import { floatTensor } from "../../src/tensor/tensor.ts";
import type { FloatTensor, Tensor } from "../../src/tensor/tensor.ts";

export const parityCases = [
  "llava-clip-llama-f32",
  "llava-clip-llama-f16",
  "llava-clip-llama-bf16-sharded",
  "llava-siglip-llama3-gqa",
  "llava-two-turns",
  "llava-two-images",
  "own-clip-llama-odd-sizes",
] as const;

/** The parts of `expected.json` that tests read. */
interface ExpectedText {
  readonly prompt: string;
  readonly input_ids: number[];
  readonly generated_ids: number[];
  readonly generated_tokens: string[];
  readonly generated_text: string;
  readonly image_positions: number[];
  readonly grid: { rows: number; cols: number }[];
  readonly lens_positions: number[];
  readonly images: { file: string }[];
}

export interface ParityCase {
  readonly name: string;
  readonly folder: string;
  readonly text: ExpectedText;
  /** A tensor of `expected.safetensors`. */
  tensor(name: string): Promise<Tensor>;
  floats(name: string): Promise<FloatTensor>;
  has(name: string): boolean;
}

export const fixturesFolder = join(import.meta.dirname, "../fixtures");

export async function openParityCase(name: string, root = fixturesFolder): Promise<ParityCase> {
  const folder = join(root, name);
  const text = JSON.parse(await readFile(join(folder, "expected.json"), "utf8")) as ExpectedText;
  const source = bytesSource(await readFile(join(folder, "expected.safetensors")));
  const opened = await openSafetensors(source, { file: name });
  const tensor = async (tensorName: string): Promise<Tensor> => {
    const entry = opened.tensors.get(tensorName);
    if (entry === undefined) throw new Error(`${name}: the fixture has no tensor ${tensorName}`);
    return readTensor(source, entry);
  };
  return {
    name,
    folder,
    text,
    tensor,
    has: (tensorName) => opened.tensors.has(tensorName),
    async floats(tensorName) {
      const found = await tensor(tensorName);
      if (found.type !== "f32") throw new Error(`${name}: ${tensorName} is ${found.type}`);
      return found;
    },
  };
}

/** The case's checkpoint as a model, with a cache folder of its own. */
export async function loadParityModel(parityCase: ParityCase, precision: PrecisionChoice = "auto"): Promise<Model> {
  const checkpoint = await openCheckpoint(join(parityCase.folder, "checkpoint"));
  const cacheFolder = temporaryFolder();
  return loadModel(checkpoint, { precision, cacheFolder, maxMemoryBytes: 4 * 2 ** 30 });
}

/** Entry `index` along the first axis, without that axis. */
export function entry(tensor: FloatTensor, index: number): FloatTensor {
  const dims = tensor.dims.slice(1);
  const size = tensor.data.length / tensor.dims[0]!;
  return floatTensor(dims, tensor.data.slice(index * size, (index + 1) * size));
}

/** The largest absolute entry: the scale that relative tolerances refer to. */
export function largest(values: Float32Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
