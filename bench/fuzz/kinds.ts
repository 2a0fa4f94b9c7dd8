/** @file Every kind of input, in the order of the table that is printed. */
import type { FuzzKind } from "./kind.ts";
import { addressKind } from "./kinds/address.ts";
import { commandLineKind } from "./kinds/command-line.ts";
import { configurationKind } from "./kinds/configuration.ts";
import { httpKind } from "./kinds/http.ts";
import { matrixKind } from "./kinds/matrix.ts";
import { messagesKind } from "./kinds/messages.ts";
import { pictureKind } from "./kinds/picture.ts";
import { processorKind } from "./kinds/processor.ts";
import { runFileKind } from "./kinds/run-file.ts";
import { safetensorsKind } from "./kinds/safetensors.ts";
import { templateKind } from "./kinds/template.ts";
import { tokenizerKind } from "./kinds/tokenizer.ts";

export const fuzzKinds: readonly FuzzKind[] = [
  safetensorsKind,
  runFileKind,
  configurationKind,
  processorKind,
  tokenizerKind,
  templateKind,
  pictureKind,
  messagesKind,
  matrixKind,
  commandLineKind,
  httpKind,
  addressKind,
];

/** How many of `inputs` are of each kind. */
export function plannedInputs(inputs: number): ReadonlyMap<FuzzKind, number> {
  const shares = fuzzKinds.reduce((sum, { share }) => sum + share, 0);
  return new Map(fuzzKinds.map((kind) => [kind, Math.round((inputs * kind.share) / shares)]));
}
