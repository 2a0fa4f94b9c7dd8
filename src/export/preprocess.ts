/** @file Writes what the model would get of pictures: the pixel values, and the 8-bit picture before scaling. */
import { basename, dirname, extname, join } from "node:path";
import type { Checkpoint } from "../checkpoint/types.ts";
import { nodeHost } from "../local-model/node-host.ts";
import { encodePng } from "../picture-work/encode-png.ts";
import { finestView } from "../image/geometry.ts";
import type { FitMode } from "../image/types.ts";
import { defineModel } from "../models/registry.ts";
import type { RunImage } from "../run/types.ts";
import { encodeSafetensors } from "../safetensors/write.ts";
import { checkPictureCount } from "../explain/conversation.ts";
import { loadPictures } from "../explain/pictures.ts";
import { processorOutputs } from "./processor-outputs.ts";
import { checkOutput, plainRule, type OutputRule } from "./outputs/check-output.ts";
import { writeOutputs, type Output } from "./outputs/write-output.ts";
import { programMark } from "../program/program-mark.ts";

export interface PreprocessRequest {
  /** Paths of picture files, at least one. */
  readonly pictures: readonly string[];
  readonly fit: FitMode;
  /** Whether samples of files of more than 8 bits are spread over all levels. @default false */
  readonly stretch?: boolean;
  /** The safetensors file to write. */
  readonly out: string;
  /** Whether to write the picture that the model sees as PNG beside it. */
  readonly levels: boolean;
  /** Files that are read, and whether files that others made may be replaced; by default none of either. */
  readonly rule?: Omit<OutputRule, "kind">;
  readonly signal?: AbortSignal;
}

export interface Preprocessed {
  /** Shape of the pixel values, as `processorOutputs` says. */
  readonly dims: readonly number[];
  readonly images: readonly RunImage[];
  /** One sentence for each picture that lost what it shows on its way to 8 bits. */
  readonly warnings: readonly string[];
  /** Paths of the files written, the pixel values first. */
  readonly files: readonly string[];
}

/** Writes `pixel_values` as the model gets it, and the sizes that go with it. Throws as `loadPictures`, and if a file cannot be written. */
export async function preprocess(checkpoint: Checkpoint, request: PreprocessRequest): Promise<Preprocessed> {
  checkPictureCount(request.pictures.length);
  const { rule = plainRule } = request;
  const stem = join(dirname(request.out), basename(request.out, extname(request.out)));
  const levelsPaths = request.levels ? request.pictures.map((_, i) => `${stem}.${i}.png`) : [];
  await checkOutput(request.out, { ...rule, kind: "pixel-values" });
  for (const path of levelsPaths) await checkOutput(path, { ...rule, kind: "png" });
  const { vision } = defineModel(checkpoint.config);
  const pictures = await loadPictures(request.pictures, { ...request, checkpoint, vision, reader: nodeHost.pictures });
  if (pictures.length === 0) throw new Error("There is no picture to prepare; give one with --image.");
  const tensors = processorOutputs(pictures, checkpoint.processor);
  const { header, chunks } = encodeSafetensors(tensors);
  const outputs: Output[] = [{ path: request.out, kind: "pixel-values", chunks: [header, ...chunks] }];
  for (const [i, path] of levelsPaths.entries()) {
    outputs.push({
      path,
      kind: "png",
      chunks: [await encodePng(finestView(pictures[i]!.levels), { mark: programMark })],
    });
  }
  await writeOutputs(outputs, rule, request);
  return {
    dims: tensors[0].tensor.dims,
    images: pictures.map(({ runImage }) => runImage),
    warnings: pictures.flatMap(({ warning }) => (warning === undefined ? [] : [warning])),
    files: outputs.map(({ path }) => path),
  };
}
