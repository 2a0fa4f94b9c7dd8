/** @file Reads rows of the attention that a run recorded, and no more of the file than they take. */
import { floatTensor, type FloatTensor, type Tensor } from "../tensor/tensor.ts";
import { keyCount } from "./positions.ts";
import type { Run } from "./types.ts";

const remedy = "record attention in full";

/** Layers L with a tensor `prefix`L in the run. */
function layersNamed(run: Run, prefix: string): number[] {
  const pattern = new RegExp(`^${prefix.replaceAll(".", "\\.")}(0|[1-9][0-9]*)$`);
  return [...run.tensors.keys()]
    .flatMap((name) => pattern.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

/** Language layers with recorded attention, ascending. */
export function recordedLayers(run: Run): number[] {
  return layersNamed(run, "language.attention.");
}

/** Vision layers with recorded attention, ascending: its mean over the heads, or head by head. */
export function recordedVisionLayers(run: Run, form: "mean" | "heads"): number[] {
  return layersNamed(run, form === "mean" ? "vision.attention.mean." : "vision.attention.");
}

/** Positions whose attention rows a language layer holds, ascending. Throws an Error if the layer was not recorded. */
export async function recordedQueries(run: Run, layer: number): Promise<Int32Array> {
  const name = `language.attention.${layer}.queries`;
  if (!run.tensors.has(name)) {
    throw new Error(`attention of language layer ${layer} was not recorded; ${remedy}.`);
  }
  const queries = await run.tensor(name);
  return queries.data as Int32Array;
}

interface AttentionRowRequest {
  readonly layer: number;
  readonly head: number | "mean";
  /** Position of the query; for an answer token, the position that predicts it. */
  readonly query: number;
}

/** One row of language attention over the keys, [N]. Throws an Error if the row was not recorded, and says how to record it. */
export async function attentionRow(run: Run, { layer, head, query }: AttentionRowRequest): Promise<FloatTensor> {
  const [start, end] = await rowRange(run, layer, [query]);
  const name = `language.attention.${layer}`;
  return rowOfHeads({ head, heads: run.description.model.languageHeads }, (within) =>
    run.slice(name, { within, start, end }),
  );
}

/** Rows of language attention of every head, [heads, queries, N], in the order of `queries`. Throws as `attentionRow`. */
export async function attentionRows(
  run: Run,
  { layer, queries }: { readonly layer: number; readonly queries: readonly number[] },
): Promise<FloatTensor> {
  const [start, end, indices] = await rowRange(run, layer, queries);
  const heads = run.description.model.languageHeads;
  const length = keyCount(run.description);
  const rows = floatTensor([heads, queries.length, length]);
  const readHead = async (head: number): Promise<void> => {
    const read = await run.slice(`language.attention.${layer}`, { within: [head], start, end });
    for (const [i, index] of indices.entries()) {
      const offset = (index - start) * length;
      rows.data.set(read.data.subarray(offset, offset + length), (head * queries.length + i) * length);
    }
  };
  await Promise.all(Array.from({ length: heads }, (_, head) => readHead(head)));
  return rows;
}

/** The recorded rows [start, end) that hold the queries, and the row of each. */
async function rowRange(
  run: Run,
  layer: number,
  queries: readonly number[],
): Promise<[start: number, end: number, indices: number[]]> {
  const recorded = await recordedQueries(run, layer);
  const indices = queries.map((query) => {
    const index = recorded.indexOf(query);
    if (index < 0) throw new Error(`query position ${query} of layer ${layer} was not recorded; ${remedy}.`);
    return index;
  });
  if (indices.length === 0) return [0, 0, indices];
  const start = indices.reduce((least, index) => Math.min(least, index));
  const end = indices.reduce((most, index) => Math.max(most, index)) + 1;
  return [start, end, indices];
}

interface VisionRowRequest {
  readonly layer: number;
  /** Index of the picture (of the tile, if a picture has several). */
  readonly image: number;
  readonly head: number | "mean";
  /** Vision token, class token included if there is one. */
  readonly query: number;
}

/** One row of vision attention over the vision tokens, [n]. Throws an Error if it was not recorded, and says how to record it. */
export async function visionAttentionRow(run: Run, request: VisionRowRequest): Promise<FloatTensor> {
  const { layer, image, head, query } = request;
  const range = { start: query, end: query + 1 };
  if (head === "mean" && run.tensors.has(`vision.attention.mean.${layer}`)) {
    const row = await run.slice(`vision.attention.mean.${layer}`, { ...range, within: [image] });
    return firstRow(row);
  }
  const name = `vision.attention.${layer}`;
  if (!run.tensors.has(name)) {
    const which = head === "mean" ? "attention" : `attention of head ${head}`;
    throw new Error(`${which} of vision layer ${layer} was not recorded; ${remedy}.`);
  }
  return rowOfHeads({ head, heads: run.description.model.visionHeads }, ([index]) =>
    run.slice(name, { ...range, within: [image, index!] }),
  );
}

/** The row of one head, or the mean of the rows of all. */
async function rowOfHeads(
  { head, heads }: { readonly head: number | "mean"; readonly heads: number },
  read: (within: readonly number[]) => Promise<Tensor>,
): Promise<FloatTensor> {
  if (head !== "mean") return firstRow(await read([head]));
  const rows = await Promise.all(Array.from({ length: heads }, (_, index) => read([index])));
  const length = rows[0]?.data.length ?? 0;
  const mean = Float32Array.from({ length }, (_, key) => rows.reduce((sum, { data }) => sum + data[key]!, 0) / heads);
  return floatTensor([length], mean);
}

function firstRow({ data }: Tensor): FloatTensor {
  return { type: "f32", dims: [data.length], data: data as Float32Array };
}
