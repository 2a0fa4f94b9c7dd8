/** @file Opens a parity fixture: its checkpoint as a model, what PyTorch computed, and its input. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fixturesFolder, parityCases } from "./parity-cases.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { openCheckpoint } from "../../src/checkpoint-folder/open.ts";
import { loadModel } from "../../src/local-model/load-model.ts";
import type { PrecisionChoice } from "../../src/engine/model.ts";
import type { HostedModel } from "../../src/explain/host.ts";
import type { Tap } from "../../src/engine/taps.ts";
import type { PlannedPicture } from "../../src/engine/tower-inputs.ts";
import { encodeImage, type EncodedImage } from "../../src/engine/vision.ts";
import { plansOfPictures } from "../../src/explain/pictures.ts";
import { promptImageTokens, type TowerInput } from "../../src/models/plan.ts";
import { bytesSource, openSafetensors, readTensor } from "../../src/safetensors/read.ts";
import { elementCount, floatTensor, type FloatTensor, type Tensor } from "../../src/tensor/tensor.ts";

export { fixturesFolder, parityCases };

/** The parts of `expected.json` that tests read. */
interface ExpectedText {
  readonly prompt: string;
  readonly input_ids: number[];
  readonly generated_ids: number[];
  readonly generated_tokens: string[];
  readonly generated_text: string;
  readonly image_positions: number[];
  readonly lens_positions: number[];
  readonly images: { file: string; width: number; height: number }[];
  /** Of models that read pictures by cross-attention. */
  readonly self_attention_layers?: number[];
  readonly cross_attention_layers?: number[];
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
export async function loadParityModel(
  parityCase: ParityCase,
  precision: PrecisionChoice = "auto",
): Promise<HostedModel> {
  const checkpoint = await openCheckpoint(join(parityCase.folder, "checkpoint"));
  const cacheFolder = temporaryFolder();
  return loadModel(checkpoint, { precision, cacheFolder, maxMemoryBytes: 4 * 2 ** 30 });
}

/** The pictures of a case as its model takes them: plans of their sizes, with PyTorch's pixel values. */
async function parityPictures(parityCase: ParityCase, model: HostedModel): Promise<PlannedPicture[]> {
  const pixels = await parityCase.floats("pixel_values");
  const { checkpoint, definition } = model;
  const { images } = parityCase.text;
  const fitted = images.map((size) => ({ ...size, fit: "default" as const }));
  const plans = plansOfPictures({ checkpoint, vision: definition.vision }, fitted);
  const counts = plans.map(({ inputs }) => inputs.reduce((sum, { dims }) => sum + elementCount(dims), 0));
  // What fills the tensor follows one another; else pictures have a place of one size each.
  const isFull = counts.reduce((sum, count) => sum + count) === pixels.data.length;
  let next = 0;
  return plans.map((plan, picture) => {
    const count = counts[picture]!;
    const start = isFull ? next : (picture * pixels.data.length) / images.length;
    next += count;
    const place = pixels.data.slice(start, isFull ? next : start + pixels.data.length / images.length);
    const isPadded = pixels.dims.length === 4 && place.length > count;
    const data = isPadded ? cutOut(place, pixels.dims, plan.inputs[0]!) : place.subarray(0, count);
    return { plan, pixelValues: floatTensor([count], data) };
  });
}

/** What is not padding of a picture of [.., channels, height, width] that lies in the top left corner of its place. */
function cutOut(place: Float32Array, [, , height, across]: readonly number[], { dims }: TowerInput): Float32Array {
  const [channels, rows, cols] = dims as [number, number, number];
  const data = new Float32Array(channels * rows * cols);
  for (let row = 0; row < channels * rows; row++) {
    const at = (Math.floor(row / rows) * height! + (row % rows)) * across!;
    data.set(place.subarray(at, at + cols), row * cols);
  }
  return data;
}

/** Encodes every picture of a case. */
export async function encodeParity(
  parityCase: ParityCase,
  model: HostedModel,
  taps: readonly Tap[] = [],
): Promise<EncodedImage[]> {
  const encoded: EncodedImage[] = [];
  for (const picture of await parityPictures(parityCase, model)) {
    encoded.push(await encodeImage(model, picture, { taps }));
  }
  return encoded;
}

/** Positions of the image tokens of each picture in the prompt. */
export function parityPositions({ text }: ParityCase, encoded: readonly EncodedImage[]): number[][] {
  let first = 0;
  return encoded.map(({ plan }) => text.image_positions.slice(first, (first += promptImageTokens(plan))));
}

/**
 * Maps of one input of the vision tower, [heads, n, n], of PyTorch's for all pictures: an entry for each input, or one map with a block for
 * each.
 */
export function visionBlock(maps: FloatTensor, inputs: readonly TowerInput[], index: number): FloatTensor {
  const [entries, heads, size] = maps.dims as [number, number, number, number];
  const n = inputs[index]!.tokens;
  if (entries === inputs.length && size === n) return entry(maps, index);
  const start = inputs.slice(0, index).reduce((sum, { tokens }) => sum + tokens, 0);
  const block = floatTensor([heads, n, n]);
  for (let row = 0; row < heads * n; row++) {
    const at = (Math.floor(row / n) * size + start + (row % n)) * size + start;
    block.data.set(maps.data.subarray(at, at + n), row * n);
  }
  return block;
}

/**
 * The map of a layer of the language model out of `lm.attn` or `grad.lm.attn.T`; those of cross-attention stand in a tensor of their own.
 */
export async function languageMap(parity: ParityCase, name: string, layer: number): Promise<FloatTensor> {
  const { self_attention_layers: own, cross_attention_layers: cross = [] } = parity.text;
  if (own === undefined) return entry(await parity.floats(name), layer);
  if (own.includes(layer)) return entry(await parity.floats(name), own.indexOf(layer));
  return entry(await parity.floats(name.replace(".attn", ".cross_attn")), cross.indexOf(layer));
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
