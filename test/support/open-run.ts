/** @file A run that is open in the page, with every tensor in memory, for tests. */
import type { RunDescription } from "../../src/run/types.ts";
import { elementCount, floatTensor, type Tensor } from "../../src/tensor/tensor.ts";
import type { NumberTensor } from "../../web/data/data-source.ts";
import { layoutOf } from "../../web/run/layout.ts";
import type { RunFindings } from "../../web/run/run-findings.ts";
import type { OpenRun } from "../../web/run/open-run.svelte.ts";
import { exampleDescription } from "./example-run.ts";

export interface OpenRunParts {
  readonly description?: Partial<RunDescription>;
  /** Every tensor that the run holds; those that are undefined are on their way. */
  readonly tensors?: Readonly<Record<string, NumberTensor | Tensor | "on its way">>;
  /** Attention of every answer token, mean of heads and layers, [T, N]; not recorded if it is left out. */
  readonly attention?: Float32Array<ArrayBuffer> | "on its way";
  readonly failure?: Error;
  /** What the server finds when it is asked; nothing has arrived of what is left out. */
  readonly findings?: Partial<RunFindings>;
}

/** Rows [rows, width] by a function of row and column. */
export function rowsOf(rows: number, width: number, value: (row: number, column: number) => number): NumberTensor {
  const data = Float32Array.from({ length: rows * width }, (_, i) => value(Math.floor(i / width), i % width));
  return { dims: [rows, width], data };
}

/** The example run, or another one, as a view reads it. */
export function openRunOf({
  description: changes,
  tensors = {},
  attention,
  failure,
  findings,
}: OpenRunParts = {}): OpenRun {
  const description = { ...exampleDescription(), ...changes };
  const layout = layoutOf(description);
  const held = new Map(Object.entries(tensors));
  const tensor = (name: string): NumberTensor | undefined => {
    const found = held.get(name);
    return found === "on its way" ? undefined : (found as NumberTensor | undefined);
  };
  const { languageLayers, languageHeads } = description.model;
  const length = description.tokens.length;
  const attentionDims = (name: string): readonly number[] | undefined =>
    attention !== undefined &&
    Array.from({ length: languageLayers }, (_, layer) => layer).some((layer) => name === `language.attention.${layer}`)
      ? [languageHeads, length, length]
      : undefined;
  return {
    id: "r-1",
    document: { description } as OpenRun["document"],
    layout,
    sinks: new Set(),
    has: (name) => held.has(name),
    dims: (name) => (held.has(name) ? (tensor(name)?.dims ?? []) : attentionDims(name)),
    findings: {
      causes: () => undefined,
      stability: () => undefined,
      headImportance: () => undefined,
      failureOfCauses: () => undefined,
      failureOfStability: () => undefined,
      failureOfHeads: () => undefined,
      retry: () => undefined,
      ...findings,
    },
    attentionLayers: attention === undefined ? [] : [0, 1],
    tensor,
    row(name, index) {
      const found = tensor(name);
      const size = elementCount(found?.dims.slice(1) ?? []);
      return found?.data.subarray(index * size, (index + 1) * size) as Float32Array | undefined;
    },
    attention: () => undefined,
    meanAttention: () => undefined,
    holdsAttention: () => false,
    answerAttention: (layer, head) =>
      attention === undefined || attention === "on its way" || layer !== null || head !== null
        ? undefined
        : floatTensor([layout.answerLength, description.tokens.length], attention),
    answerAttentionByHead: () => undefined,
    picture: () => undefined,
    failure: () => failure,
    retry: () => undefined,
  };
}
