/**
 * @file What is masked in the language model while it runs: positions that later ones may no longer attend to and single edges of attention
 * (knock-out of attention, Geva et al. 2023, arXiv 2304.14767), and heads whose output is dropped (Michel, Levy, Neubig 2019, arXiv
 * 1905.10650).
 */
import type { LanguageConfig } from "../checkpoint/types.ts";
import { floatTensor, type FloatTensor } from "../tensor/tensor.ts";

interface LanguageHead {
  readonly layer: number;
  readonly head: number;
}

/**
 * Edges of attention: the scores of the queries at the keys become minus infinity before the softmax, so that the rest takes their share. A
 * query that has nothing left to read gets 0 from the head. Edges that the model does not have, from a later position to one that cannot
 * see it, change nothing.
 */
export interface EdgeKnockOut {
  /** Positions that are read, in the layers that read the sequence. A position that reads itself is an edge as well. */
  readonly from: readonly number[];
  /** Memory tokens that are read, in the layers that read memory. */
  readonly fromMemory?: readonly number[];
  /** Positions that read. */
  readonly to: readonly number[];
  /** All if left out. */
  readonly layers?: readonly number[];
  /** All if left out. */
  readonly heads?: readonly number[];
}

export interface Intervention {
  /**
   * Positions that no other position attends to, in any layer or head, while the prompt is read and while the answer is written. A
   * position still attends to itself.
   */
  readonly knockOut?: readonly number[];
  /** Memory tokens that no position reads, in any layer or head. */
  readonly memory?: readonly number[];
  /** Edges that are cut, while the prompt is read and while the answer is written. */
  readonly edges?: readonly EdgeKnockOut[];
  /** Heads whose output, the context before the output projection, is multiplied by 0. */
  readonly heads?: readonly LanguageHead[];
}

/** Takes nothing away. */
export const noIntervention: Intervention = {};

function isIndex(value: number, count: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < count;
}

/** Throws an Error if an edge has no end, or names what does not exist. */
function checkEdge(
  { from, fromMemory = [], to, layers, heads }: EdgeKnockOut,
  { positions, memoryTokens, config }: { positions: number; memoryTokens: number; config: LanguageConfig },
): void {
  const parts = [
    { what: "key", named: [...from, ...fromMemory] },
    { what: "query", named: to },
    { what: "layer", named: layers },
    { what: "head", named: heads },
  ];
  const empty = parts.find(({ named }) => named?.length === 0);
  if (empty !== undefined) {
    const orNone = empty.what === "layer" || empty.what === "head" ? " or leave the list out, which means all" : "";
    throw new Error(`intervention: an edge to cut has no ${empty.what}; name at least one${orNone}.`);
  }
  const check = (what: string, named: readonly number[], count: number) => {
    const wrong = named.find((each) => !isIndex(each, count));
    if (wrong === undefined) return;
    const there = count === 0 ? "there is none" : `there are 0 to ${count - 1}; name one of these`;
    throw new Error(`intervention: an edge cannot be cut ${what} ${wrong}, since ${there}.`);
  };
  check("from position", from, positions);
  check("from memory token", fromMemory, memoryTokens);
  check("to position", to, positions);
  check("in layer", layers ?? [], config.layers);
  check("in head", heads ?? [], config.heads);
}

/**
 * Throws an Error if a position is none of the `positions` of the sequence; if the first one is knocked out, which every later position needs to
 * have something to attend to; if a memory token does not exist; if the model does not have a layer or a head; and if an edge has no end.
 */
export function checkIntervention(
  { knockOut = [], memory = [], edges = [], heads = [] }: Intervention,
  sizes: { positions: number; memoryTokens: number; config: LanguageConfig },
): void {
  const { positions, memoryTokens, config } = sizes;
  for (const token of memory) {
    if (!isIndex(token, memoryTokens)) {
      throw new Error(
        `intervention: memory token ${token} cannot be knocked out, since the pictures have ${memoryTokens}${memoryTokens === 0 ? "" : `; name one of 0 to ${memoryTokens - 1}`}.`,
      );
    }
  }
  for (const position of knockOut) {
    if (!isIndex(position, positions)) {
      throw new Error(
        `intervention: position ${position} cannot be knocked out, since the sequence has the positions 0 to ${positions - 1}; name one of 1 to ${positions - 1}.`,
      );
    }
    if (position === 0) {
      throw new Error(
        "intervention: position 0 cannot be knocked out, since models park the attention that they do not need on it; leave it out of the set.",
      );
    }
  }
  for (const edge of edges) checkEdge(edge, sizes);
  for (const { layer, head } of heads) {
    if (!isIndex(layer, config.layers) || !isIndex(head, config.heads)) {
      throw new Error(
        `intervention: head ${head} of layer ${layer} cannot be ablated, since the model has the layers 0 to ${config.layers - 1} with the heads 0 to ${config.heads - 1}; name one of these.`,
      );
    }
  }
}

/** The part of an intervention that is about the first `length` positions of a sequence; the rest is not written yet. */
export function withinLength(intervention: Intervention, length: number): Intervention {
  const within = (positions: readonly number[]) => positions.filter((position) => position < length);
  const { knockOut = [], edges = [] } = intervention;
  return {
    ...intervention,
    knockOut: within(knockOut),
    edges: edges
      .map((edge) => ({ ...edge, from: within(edge.from), to: within(edge.to) }))
      .filter(({ from, fromMemory = [], to }) => from.length + fromMemory.length > 0 && to.length > 0),
  };
}

/**
 * Hides knocked-out positions from all others in mask [rows, columns], in place: row i stands for position firstRow + i, column j for
 * position j.
 */
export function hideKnockedOut(mask: FloatTensor, { knockOut = [] }: Intervention, firstRow = 0): void {
  const [rows, columns] = mask.dims.slice(-2) as [number, number];
  for (const position of knockOut) {
    if (position >= columns) continue;
    for (let row = 0; row < rows; row++) {
      if (firstRow + row !== position) mask.data[row * columns + position] = -Infinity;
    }
  }
}

/**
 * Hides knocked-out memory tokens in mask [rows, memory tokens], in place. Returns 1 for each row that has something left to read, else 0,
 * [rows, 1]; the mask of a row without anything left is cleared, so that its attention stays finite.
 */
export function hideMemory(mask: FloatTensor, { memory = [] }: Intervention): FloatTensor {
  const [rows, columns] = mask.dims as [number, number];
  const reads = floatTensor([rows, 1]);
  for (let row = 0; row < rows; row++) {
    const keys = mask.data.subarray(row * columns, (row + 1) * columns);
    for (const token of memory) keys[token] = -Infinity;
    reads.data[row] = keys.some((hidden) => hidden === 0) ? 1 : 0;
    if (reads.data[row] === 0) keys.fill(0);
  }
  return reads;
}

/** By layer that loses a head: what the context of each head is multiplied by, 0 or 1, [heads, 1]. */
export function headScales({ heads = [] }: Intervention, config: LanguageConfig): ReadonlyMap<number, FloatTensor> {
  const scales = new Map<number, FloatTensor>();
  for (const { layer, head } of heads) {
    const scale = scales.get(layer) ?? keepAllHeads(config);
    scale.data[head] = 0;
    scales.set(layer, scale);
  }
  return scales;
}

/** What the context of each head is multiplied by if all are kept, [heads, 1]. */
export function keepAllHeads({ heads }: LanguageConfig): FloatTensor {
  const scale = floatTensor([heads, 1]);
  scale.data.fill(1);
  return scale;
}
