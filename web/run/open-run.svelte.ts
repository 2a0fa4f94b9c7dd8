/** @file A run that is open in the page: its description, and its tensors as they arrive. */
import { keyCount } from "../../src/run/positions.ts";
import type { RunDocument } from "../../src/server/api.ts";
import { floatTensor, type FloatTensor } from "../../src/tensor/tensor.ts";
import type { DataSource, NumberTensor } from "../data/data-source.ts";
import { createResourceCache } from "../data/resource-cache.svelte.ts";
import type { RunExtent } from "../selection/possible.ts";
import { layoutOf, type RunLayout } from "./layout.ts";
import { createRunFindings, type RunFindings } from "./run-findings.ts";

/** Tensors of this size and less are fetched whole at the first need, larger ones row by row. */
const wholeTensorBytes = 8 * 1024 * 1024;
const cacheBytes = 256 * 1024 * 1024;

export interface OpenRun {
  readonly id: string;
  readonly document: RunDocument;
  readonly layout: RunLayout;
  /** Attention sinks by their index among the image tokens. */
  readonly sinks: ReadonlySet<number>;
  has(tensor: string): boolean;
  dims(tensor: string): readonly number[] | undefined;
  /** Layers of the language model with recorded attention, ascending. */
  readonly attentionLayers: readonly number[];
  /** Everything below gives undefined until it has arrived; a view that reads it is run again then. */
  tensor(name: string): NumberTensor | undefined;
  /** Entry `index` along the first axis of a tensor. */
  row(name: string, index: number): Float32Array | undefined;
  /** Attention of one query position by every recorded layer and head, [layers, heads, N], layers as in `attentionLayers`. */
  attention(position: number): FloatTensor | undefined;
  /** The same as the mean over several query positions. */
  meanAttention(positions: readonly number[]): FloatTensor | undefined;
  /** Whether `meanAttention` of these positions is in memory; asks for nothing. */
  holdsAttention(positions: readonly number[]): boolean;
  /** Attention of every answer token (from the position that predicts it) at one layer and head or their mean, [T, N]. */
  answerAttention(layer: number | null, head: number | null): FloatTensor | undefined;
  /** Attention of every answer token by each head of one layer, or by each head's mean over the layers, [heads, T, N]. */
  answerAttentionByHead(layer: number | null): FloatTensor | undefined;
  /** Causal graphs, as the server finds them in the recorded attention. */
  readonly findings: RunFindings;
  /** A picture of the run, decoded; the edited one where it was edited, unless the original is asked for. */
  picture(index: number, which?: "original"): ImageBitmap | undefined;
  /** Why something that was read is not coming: the first failure. */
  failure(): Error | undefined;
  /** Fetches again what failed, after the server was away. */
  retry(): void;
}

const attentionKey = (positions: readonly number[]): string => `attention@${positions.join(",")}`;

function layersOf(document: RunDocument): number[] {
  return document.tensors
    .flatMap(({ name }) => /^language\.attention\.(\d+)$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

/** How much of everything a run has, for a selection to be held against. */
export function extentOf({ layout, document }: Pick<OpenRun, "layout" | "document">): RunExtent {
  const { model, images } = document.description;
  return {
    layers: model.languageLayers,
    heads: model.languageHeads,
    pictures: images.length,
    imageTokens: layout.imageTokens.length,
    answerTokens: layout.answerLength,
    questionPositions: layout.allQuestionWords.flatMap(({ positions }) => positions),
  };
}

/**
 * Opens a run: asks the server for its description. Tensors follow when they are read; those of the same run `before` a measurement that
 * keeps none stay as they are, so that no figure is drawn anew.
 */
export async function openRun(api: DataSource, id: string, before?: OpenRun): Promise<OpenRun> {
  const document = await api.openRun(id);
  return before === undefined ? openRunDocument(api, document) : { ...before, document };
}

/** A run of which the description is here. */
export function openRunDocument(api: DataSource, document: RunDocument): OpenRun {
  const { id } = document.summary;
  const shapes = new Map(document.tensors.map(({ name, dims }) => [name, dims]));
  const layout = layoutOf(document.description);
  const length = keyCount(document.description);
  const tensors = createResourceCache<NumberTensor>({ maxBytes: cacheBytes, sizeOf: ({ data }) => data.byteLength });
  const pictures = createResourceCache<ImageBitmap>({
    maxBytes: cacheBytes,
    sizeOf: ({ width, height }) => width * height * 4,
  });
  const asked = new Set<string>();

  function read(key: string, load: () => Promise<NumberTensor>): NumberTensor | undefined {
    asked.add(key);
    return tensors.read(key, load);
  }

  function tensor(name: string): NumberTensor | undefined {
    return shapes.has(name) ? read(name, () => api.tensor(id, name)) : undefined;
  }

  async function fetchPicture(index: number, form: "original" | "edited"): Promise<ImageBitmap> {
    const response = await fetch(api.urls.shown(api.urls.runPicture(id, index, form)));
    if (!response.ok) throw new Error(`Picture ${index + 1} of the run cannot be read; open the run again.`);
    return createImageBitmap(await response.blob());
  }

  const findings = createRunFindings(api, id);
  const attentionLayers = layersOf(document);
  const layerCount = document.description.model.languageLayers;

  function meanAttention(positions: readonly number[]): FloatTensor | undefined {
    if (attentionLayers.length === 0 || positions.length === 0) return undefined;
    const layers = attentionLayers.length === layerCount ? "all" : attentionLayers;
    const combine = positions.length > 1 ? ({ combine: "mean" } as const) : {};
    const query = { layers, heads: "all", positions, ...combine } as const;
    const found = read(attentionKey(positions), () => api.attention(id, query));
    if (found === undefined) return undefined;
    const [layersRead, heads] = found.dims as [number, number];
    return floatTensor([layersRead, heads, length], found.data as Float32Array<ArrayBuffer>);
  }

  return {
    id,
    document,
    layout,
    sinks: new Set(document.sinks?.map(({ token }) => token) ?? []),
    has: (name) => shapes.has(name),
    dims: (name) => shapes.get(name),
    attentionLayers,
    findings,
    tensor,
    row(name, index) {
      const dims = shapes.get(name);
      if (dims === undefined || index < 0 || index >= (dims[0] ?? 0)) return undefined;
      const size = dims.slice(1).reduce((product, dim) => product * dim, 1);
      if (dims[0]! * size * 4 <= wholeTensorBytes) {
        return tensor(name)?.data.subarray(index * size, (index + 1) * size) as Float32Array | undefined;
      }
      const range = { start: index, end: index + 1 };
      return read(`${name}[${index}]`, () => api.tensor(id, name, range))?.data as Float32Array | undefined;
    },
    attention: (position) => meanAttention([position]),
    meanAttention,
    holdsAttention: (positions) => tensors.peek(attentionKey(positions)) !== undefined,
    answerAttention(layer, head) {
      if (attentionLayers.length === 0 || layout.answerLength === 0) return undefined;
      const query = {
        layers: layer === null ? "mean" : [layer],
        heads: head === null ? "mean" : [head],
        positions: layout.predicting,
      } as const;
      const found = read(`answer-attention@${layer}.${head}`, () => api.attention(id, query));
      return found && floatTensor([layout.answerLength, length], found.data as Float32Array<ArrayBuffer>);
    },
    answerAttentionByHead(layer) {
      if (attentionLayers.length === 0 || layout.answerLength === 0) return undefined;
      const query = {
        layers: layer === null ? "mean" : [layer],
        heads: "all",
        positions: layout.predicting,
      } as const;
      const found = read(`answer-attention@${layer}.all`, () => api.attention(id, query));
      if (found === undefined) return undefined;
      const dims = [found.dims[1]!, layout.answerLength, length];
      return floatTensor(dims, found.data as Float32Array<ArrayBuffer>);
    },
    picture(index, which) {
      const isEdited = which !== "original" && document.description.images[index]?.edits !== undefined;
      const form = isEdited ? "edited" : "original";
      return pictures.read(`${index}.${form}`, () => fetchPicture(index, form));
    },
    failure() {
      for (const key of asked) {
        const failed = tensors.failure(key);
        if (failed) return failed;
      }
      return undefined;
    },
    retry() {
      tensors.retry();
      pictures.retry();
      findings.retry();
    },
  };
}
