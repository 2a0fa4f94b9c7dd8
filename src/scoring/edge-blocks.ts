/**
 * @file Attention of one layer in blocks of queries, forward and backward, with the scores of its edges: memory holds the maps of one block,
 * whatever the length of the sequence.
 */
import { graphBuilder, type GraphBuilder } from "../graph/builder.ts";
import { addGradients } from "../graph/gradient.ts";
import type { Value } from "../graph/graph.ts";
import { attention, type AttentionParts } from "../models/blocks/attention.ts";
import { floatTensor, type FloatTensor } from "../tensor/tensor.ts";
import { withSession, type Feed } from "../runtime/runtime.ts";
import type { Model } from "../engine/model.ts";

/** What attention computes from, as tensors. */
export interface AttentionTensors {
  /** [rows, heads, width] */
  readonly query: FloatTensor;
  /** [keys, kvHeads, width] */
  readonly key: FloatTensor;
  readonly value: FloatTensor;
  /** [rows, keys] */
  readonly mask: FloatTensor;
  /** [rows, 1], of layers that read memory. */
  readonly reads: FloatTensor | undefined;
  readonly form: Pick<AttentionParts, "scale" | "cap">;
}

/** Falls of the score when edges of one layer are blocked, summed over its heads, to first order. */
export interface LayerEdges {
  /** By key: the sum over all queries but its own position, each edge blocked alone. */
  readonly nodes: Float64Array;
  /** [groups of queries, groups of keys]: all edges from a group to another blocked together; the diagonal means nothing. */
  readonly groups: Float64Array;
}

/** The group of each query and of each key; -1 of those in none. */
interface EdgeGroups {
  readonly count: number;
  readonly queries: ArrayLike<number>;
  readonly keys: ArrayLike<number>;
}

/** Numbers of one attention map of a block: 64 MiB. */
const blockNumbers = 2 ** 24;

/** What is left of a row of attention that loses nearly all is no less than this, which the precision of its numbers allows. */
const leastRest = 1e-6;

interface Block {
  readonly first: number;
  readonly count: number;
}

function blocksOf({ query, key }: AttentionTensors, most: number): Block[] {
  const [rows, heads] = query.dims as [number, number, number];
  const size = Math.max(1, Math.floor(most / (heads * key.dims[0]!)));
  return Array.from({ length: Math.ceil(rows / size) }, (_, i) => ({
    first: i * size,
    count: Math.min(size, rows - i * size),
  }));
}

/** Rows of a tensor, whatever its other axes; the same memory. */
function rowsOf({ dims, data }: FloatTensor, { first, count }: Block): FloatTensor {
  const width = data.length / dims[0]!;
  return floatTensor([count, ...dims.slice(1)], data.subarray(first * width, (first + count) * width));
}

/** Adds attention over inputs of any number of rows, and how a block feeds them. */
function blockAttention(g: GraphBuilder, tensors: AttentionTensors) {
  const { query, key, value, mask, reads, form } = tensors;
  const rowInput = (name: string, { dims }: FloatTensor) => g.input(name, "f32", ["rows", ...dims.slice(1)]);
  const parts = {
    query: rowInput("query", query),
    key: g.input("key", "f32", key.dims),
    value: g.input("value", "f32", value.dims),
    mask: rowInput("mask", mask),
    ...(reads === undefined ? {} : { reads: rowInput("reads", reads) }),
  };
  const context = attention(g, { ...parts, ...form, site: "probs" });
  const feeds = (block: Block): [Value, Feed][] =>
    [
      [parts.query, rowsOf(query, block)],
      [parts.key, key],
      [parts.value, value],
      [parts.mask, rowsOf(mask, block)],
      ...(reads === undefined || parts.reads === undefined ? [] : [[parts.reads, rowsOf(reads, block)] as const]),
    ] as [Value, Feed][];
  return { parts, context, feeds };
}

/** The context [rows, heads * width]. */
export async function contextInBlocks(
  model: Model,
  tensors: AttentionTensors,
  most = blockNumbers,
): Promise<FloatTensor> {
  const g = graphBuilder();
  const { context, feeds } = blockAttention(g, tensors);
  g.output(context);
  const [rows, heads, width] = tensors.query.dims as [number, number, number];
  const whole = floatTensor([rows, heads * width]);
  await withSession(model.runtime, g.build(), async (session) => {
    for (const block of blocksOf(tensors, most)) {
      const found = (await session.run(new Map(feeds(block)))).floats(context);
      whole.data.set(found.data, block.first * heads * width);
    }
  });
  return whole;
}

/** One in the column of each member's group, [members, groups]. */
function membership(groups: ArrayLike<number>, count: number): FloatTensor {
  const member = floatTensor([groups.length, count]);
  for (let i = 0; i < groups.length; i++) if (groups[i]! >= 0) member.data[i * count + groups[i]!] = 1;
  return member;
}

/**
 * Adds the scores of edges. A head gives z = sum a_k v_k; without the keys K it gives z' = (z - sum_K a_k v_k) / (1 - a_K), so that its output
 * changes by exactly (a_K z - sum_K a_k v_k) / (1 - a_K). With the derivative g of the score at z, the score falls to first order by
 * (sum_K a_k (g v_k) - a_K (g z)) / (1 - a_K), where g v_k is the derivative of the score at the probability a_k.
 */
function edgeFalls(g: GraphBuilder, probabilities: Value, derivative: Value) {
  const product = g.mul(probabilities, derivative);
  const ofOutput = g.reduceSum(product, { axes: [2], keep: true });
  const fall = (share: Value, part: Value) => {
    const rest = g.sub(g.constant([1]), share);
    const bounded = g.add(g.relu(g.sub(rest, g.constant([leastRest]))), g.constant([leastRest]));
    return g.div(g.sub(part, g.mul(share, ofOutput)), bounded);
  };
  return {
    /** Of each edge alone, [heads, rows, keys]. */
    single: () => fall(probabilities, product),
    /** Of groups of keys, [heads, rows, groups], by their members [keys, groups]. */
    joint: (members: Value) => fall(g.matMul(probabilities, members), g.matMul(product, members)),
  };
}

export interface EdgeBackward extends AttentionTensors {
  /** Derivative of the score with respect to the context, [rows, heads * width]. */
  readonly derivative: FloatTensor;
  readonly groups: EdgeGroups;
  /** True if key i is position i; false of memory. */
  readonly ownKeys: boolean;
  /** Gets every edge, [heads, rows of the block, keys]; left out if sums are enough. */
  readonly onEdges?: ((firstRow: number, falls: FloatTensor) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Derivatives with respect to what attention computes from. */
export interface AttentionDerivatives {
  readonly query: FloatTensor;
  readonly key: FloatTensor;
  readonly value: FloatTensor;
}

/** Takes the score back through attention, and scores its edges. */
export async function edgesInBlocks(
  model: Model,
  backward: EdgeBackward,
  most = blockNumbers,
): Promise<LayerEdges & { readonly derivatives: AttentionDerivatives }> {
  const { query, key, value, derivative, groups, ownKeys, onEdges, signal } = backward;
  const g = graphBuilder();
  const { parts, context, feeds } = blockAttention(g, backward);
  const seed = g.input("derivative", "f32", ["rows", derivative.dims[1]!]);
  const probabilities = g.siteValue("probs");
  const asked = [parts.query, parts.key, parts.value, probabilities];
  const gradients = addGradients(g, { seeds: new Map([[context, seed]]), of: asked });
  const [ofQuery, ofKey, ofValue, ofProbabilities] = asked.map((of) => gradients.get(of)!) as [
    Value,
    Value,
    Value,
    Value,
  ];
  const falls = edgeFalls(g, probabilities, ofProbabilities);
  const keys = key.dims[0]!;
  const others = g.input("others", "f32", ["rows", keys]);
  const single = g.mul(falls.single(), others);
  const nodes = g.reduceSum(single, { axes: [0, 1] });
  const ofGroups = groups.count > 0 ? addGroupSums(g, { falls, keys, count: groups.count }) : undefined;
  const outputs = [ofQuery, ofKey, ofValue, nodes];
  for (const output of [...outputs, ...(ofGroups === undefined ? [] : [ofGroups.sums]), ...(onEdges ? [single] : [])])
    g.output(output);

  const sums = { nodes: new Float64Array(keys), groups: new Float64Array(groups.count ** 2) };
  const derivatives = { query: floatTensor(query.dims), key: floatTensor(key.dims), value: floatTensor(value.dims) };
  const keyMembers = membership(groups.keys, groups.count);
  await withSession(model.runtime, g.build(), async (session) => {
    for (const block of blocksOf(backward, most)) {
      signal?.throwIfAborted();
      const { first, count } = block;
      const fed = new Map<Value, Feed>([
        ...feeds(block),
        [seed, rowsOf(derivative, block)],
        [others, otherKeys(block, { keys, ownKeys })],
      ]);
      if (ofGroups !== undefined) {
        const rows = Array.from({ length: count }, (_, i) => groups.queries[first + i]!);
        fed.set(ofGroups.keyMembers, keyMembers).set(ofGroups.queryMembers, membership(rows, groups.count));
      }
      const results = await session.run(fed);
      rowsOf(derivatives.query, block).data.set(results.floats(ofQuery).data);
      addTo(derivatives.key.data, results.floats(ofKey).data);
      addTo(derivatives.value.data, results.floats(ofValue).data);
      addTo(sums.nodes, results.floats(nodes).data);
      if (ofGroups !== undefined) addTo(sums.groups, results.floats(ofGroups.sums).data);
      onEdges?.(first, results.floats(single));
    }
  });
  return { ...sums, derivatives };
}

function addTo(sum: Float64Array | Float32Array, more: Float32Array): void {
  for (let i = 0; i < more.length; i++) sum[i]! += more[i]!;
}

/** Sums over heads and over the queries of each group, [groups, groups]. */
function addGroupSums(
  g: GraphBuilder,
  { falls, keys, count }: { falls: ReturnType<typeof edgeFalls>; keys: number; count: number },
) {
  const keyMembers = g.input("keyMembers", "f32", [keys, count]);
  const queryMembers = g.input("queryMembers", "f32", ["rows", count]);
  const perRow = g.reduceSum(falls.joint(keyMembers), { axes: [0] });
  return { keyMembers, queryMembers, sums: g.matMul(g.transpose(queryMembers, [1, 0]), perRow) };
}

/** 0 where the key is the query's own position, else 1, [rows, keys]. */
function otherKeys({ first, count }: Block, { keys, ownKeys }: { keys: number; ownKeys: boolean }): FloatTensor {
  const others = floatTensor([count, keys]);
  others.data.fill(1);
  if (ownKeys) for (let i = 0; i < count; i++) others.data[i * keys + first + i] = 0;
  return others;
}
