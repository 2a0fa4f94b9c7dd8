/**
 * @file Edges of attention that an intervention cuts, as layers are fed them: blocks of queries and keys with a row and a column each, so
 * that what is fed grows with the sequence and not with its square.
 */
import { hiddenScore } from "../models/blocks/cut-edges.ts";
import type { SequencePlan } from "../models/plan.ts";
import { floatTensor, type FloatTensor } from "../tensor/tensor.ts";
import type { EdgeKnockOut, Intervention } from "./intervention.ts";

/** All edges between these queries and keys, in some heads or in all. */
interface Block {
  readonly heads: ReadonlySet<number> | undefined;
  readonly queries: ReadonlySet<number>;
  readonly keys: ReadonlySet<number>;
}

/** What a layer that loses edges is fed, as `CutEdges` says. */
export interface EdgeFeeds {
  readonly queries: FloatTensor;
  readonly keys: FloatTensor;
  readonly reads: FloatTensor;
}

/** Rows of a layer before it loses edges. */
export interface UncutRows {
  /** Their positions, one after the other. */
  readonly rows: readonly number[];
  /** [rows, keys] */
  readonly mask: FloatTensor;
  /** 0 for rows that have nothing to read without that, [rows, 1]; left out if every row has. */
  readonly reads?: FloatTensor;
}

function nameOf(members: ReadonlySet<number> | undefined): string {
  return members === undefined ? "all" : [...members].sort((a, b) => a - b).join();
}

/** Joins blocks that differ in one side alone. */
function joined(blocks: readonly Block[], side: "queries" | "keys"): Block[] {
  const other = side === "queries" ? "keys" : "queries";
  const found = new Map<string, Block>();
  for (const block of blocks) {
    const name = `${nameOf(block.heads)} ${nameOf(block[other])}`;
    const known = found.get(name);
    found.set(name, known === undefined ? block : { ...known, [side]: new Set([...known[side], ...block[side]]) });
  }
  return [...found.values()];
}

/** The edges that each layer loses, in as few blocks as sets of queries or of keys; none for most layers. */
export interface CutLayers {
  /** The same text for layers of a kind that lose the same; undefined for those that lose nothing. */
  readonly nameOf: (layer: number) => string | undefined;
  /** `mask` and `reads` are those of the layer's kind. */
  readonly feeds: (layer: number, rows: UncutRows) => EdgeFeeds;
}

/** Reads the edges of an intervention. `heads` are those of a layer. */
export function cutLayers(plan: SequencePlan, { edges = [] }: Intervention, heads: number): CutLayers {
  const keysOf = (edge: EdgeKnockOut, layer: number) =>
    plan.readsMemory(plan.kindOf(layer)) ? (edge.fromMemory ?? []) : edge.from;
  const cutIn = (layer: number) =>
    edges.filter((edge) => (edge.layers?.includes(layer) ?? true) && keysOf(edge, layer).length > 0);
  const made = new Map<string, readonly Block[]>();
  const name = (layer: number) => {
    const cut = cutIn(layer);
    return cut.length === 0 ? undefined : `${plan.kindOf(layer)}: ${cut.map((edge) => edges.indexOf(edge)).join()}`;
  };
  function blocksOf(layer: number): readonly Block[] {
    const key = name(layer);
    if (key === undefined) return [];
    const known = made.get(key);
    if (known !== undefined) return known;
    const blocks = cutIn(layer).map((edge) => ({
      heads: edge.heads === undefined ? undefined : new Set(edge.heads),
      queries: new Set(edge.to),
      keys: new Set(keysOf(edge, layer)),
    }));
    made.set(key, joined(joined(blocks, "queries"), "keys"));
    return made.get(key)!;
  }
  return { nameOf: name, feeds: (layer, rows) => edgeFeeds(blocksOf(layer), { ...rows, heads }) };
}

/** Makes what each layer that loses edges is fed, once for layers of a kind that lose the same. */
export function edgesPerLayer(
  cut: CutLayers,
  rowsOf: (layer: number) => UncutRows,
): (layer: number) => EdgeFeeds | undefined {
  const made = new Map<string, EdgeFeeds>();
  return (layer) => {
    const name = cut.nameOf(layer);
    if (name === undefined) return undefined;
    if (!made.has(name)) made.set(name, cut.feeds(layer, rowsOf(layer)));
    return made.get(name);
  };
}

/** What a layer is fed that has room for edges to lose, but loses none. */
export function uncutEdges(rows: UncutRows): EdgeFeeds {
  return edgeFeeds([], { ...rows, heads: 1 });
}

function edgeFeeds(
  blocks: readonly Block[],
  { rows, mask, reads: before, heads }: UncutRows & { readonly heads: number },
): EdgeFeeds {
  const [rowCount, keyCount] = mask.dims as [number, number];
  const first = rows[0] ?? 0;
  const headCount = blocks.some((block) => block.heads !== undefined) ? heads : 1;
  // The runtime takes no product over nothing.
  const count = Math.max(1, blocks.length);
  const queries = floatTensor([headCount, rowCount, count]);
  const keys = floatTensor([count, keyCount]);
  const reads = floatTensor([headCount, rowCount, 1]);
  const hasHead = (block: Block, head: number) => block.heads?.has(head) ?? true;

  for (const [index, block] of blocks.entries()) {
    for (const key of block.keys) if (key < keyCount) keys.data[index * keyCount + key] = hiddenScore;
    for (const query of block.queries) {
      const row = query - first;
      if (row < 0 || row >= rowCount) continue;
      for (let head = 0; head < headCount; head++) {
        if (hasHead(block, head)) queries.data[(head * rowCount + row) * count + index] = 1;
      }
    }
  }
  for (let head = 0; head < headCount; head++) {
    for (let row = 0; row < rowCount; row++) {
      const own = queries.data.subarray((head * rowCount + row) * count, (head * rowCount + row + 1) * count);
      const hiding = blocks.filter((_, index) => own[index] === 1);
      const sees = mask.data.subarray(row * keyCount, (row + 1) * keyCount);
      const hasAny = before?.data[row] !== 0;
      const isLeft = (hidden: number, key: number) => hidden === 0 && !hiding.some((block) => block.keys.has(key));
      reads.data[head * rowCount + row] = hasAny && (hiding.length === 0 || sees.some(isLeft)) ? 1 : 0;
    }
  }
  return { queries, keys, reads };
}
