/** @file Scores rows of several variants of one sequence in one run of the language model. */
import type { Value } from "../graph/graph.ts";
import type { SequencePlan } from "../models/plan.ts";
import { floatTensor, type FloatTensor } from "../tensor/tensor.ts";
import { indexTensor, type Feed, type GraphSession } from "../runtime/runtime.ts";
import { cutLayers, uncutEdges, type EdgeFeeds } from "../engine/edges.ts";
import { headScales, keepAllHeads, type Intervention } from "../engine/intervention.ts";
import { fedEdges, fedMemoryRows, maskedRows, memoryOfKind } from "../engine/layer-feeds.ts";
import { additionRows } from "../engine/layer-additions.ts";
import type { Model } from "../engine/model.ts";
import type { RecordedSequence } from "./recorded-sequence.ts";
import { stackedGraph, type Room, type StackedGraph } from "./stacked-graph.ts";
import type { ScoredSequence } from "../engine/variant-rows.ts";

/** The rows of a variant that are computed: from `first` up to `end`. */
export interface PartOfVariant {
  /** Of the variant among all. */
  readonly index: number;
  readonly sequence: ScoredSequence;
  readonly intervention: Intervention;
  readonly first: number;
  readonly end: number;
}

/** A part, and where it stands. */
interface PlacedPart extends PartOfVariant {
  /** Positions of its rows. */
  readonly rows: readonly number[];
  /** Index of its first row among all rows. */
  readonly offset: number;
}

/** The rows of all parts: recorded positions up to `past` are keys of all of them. */
interface Stack {
  readonly parts: readonly PlacedPart[];
  readonly past: number;
  readonly rowCount: number;
}

function stackOf(parts: readonly PartOfVariant[]): Stack {
  let rowCount = 0;
  const placed = parts.map((part) => {
    const rows = Array.from({ length: part.end - part.first }, (_, i) => part.first + i);
    const offset = rowCount;
    rowCount += rows.length;
    return { ...part, rows, offset };
  });
  // The runtime takes no tensor without elements; what a part replaces is hidden from it.
  return { parts: placed, past: Math.max(1, ...parts.map(({ first }) => first)), rowCount };
}

/** Copies what a part has by position, [rows, end], to its places on the key axis of the stack: recorded positions, then its own rows. */
function placeKeys(
  { data, dims }: FloatTensor,
  {
    part: { first, offset },
    past,
    to,
  }: { part: PlacedPart; past: number; to: { data: Float32Array; start: number; keys: number } },
): void {
  const [count, end] = dims as [number, number];
  for (let row = 0; row < count; row++) {
    const start = to.start + row * to.keys;
    to.data.set(data.subarray(row * end, row * end + first), start);
    to.data.set(data.subarray(row * end + first, (row + 1) * end), start + past + offset);
  }
}

/** One tensor of what each part has, [rows of all parts, ...]. */
function stackedRows(
  dims: readonly number[],
  parts: readonly { readonly offset: number; readonly tensor: FloatTensor }[],
) {
  const stacked = floatTensor(dims);
  const width = stacked.data.length / dims[0]!;
  for (const { offset, tensor } of parts) stacked.data.set(tensor.data, offset * width);
  return stacked;
}

/** The edges that the parts lose in one layer, as one. */
function stackedEdges(
  { parts, past, rowCount }: Stack,
  {
    feeds,
    readsMemory,
    groups,
  }: { readonly feeds: readonly EdgeFeeds[]; readonly readsMemory: boolean; readonly groups: number },
): EdgeFeeds {
  const heads = Math.max(...feeds.map(({ queries }) => queries.dims[0]!));
  const blocks = feeds.reduce((sum, { keys }) => sum + keys.dims[0]!, 0);
  const keyCount = readsMemory ? feeds[0]!.keys.dims[1]! : past + rowCount;
  const ofKeyHeads = heads === 1 ? [1, 1] : [groups, heads / groups];
  const ofHeads = readsMemory ? [heads] : ofKeyHeads;
  const queries = floatTensor([...ofHeads, rowCount, blocks]);
  const keys = floatTensor([blocks, keyCount]);
  const reads = floatTensor([...ofHeads, rowCount, 1]);
  let block = 0;
  for (const [at, feed] of feeds.entries()) {
    const part = parts[at]!;
    const [ownHeads, count, ownBlocks] = feed.queries.dims as [number, number, number];
    for (let head = 0; head < heads; head++) {
      const from = ownHeads === 1 ? 0 : head;
      for (let row = 0; row < count; row++) {
        const start = (from * count + row) * ownBlocks;
        const place = head * rowCount + part.offset + row;
        queries.data.set(feed.queries.data.subarray(start, start + ownBlocks), place * blocks + block);
        reads.data[place] = feed.reads.data[from * count + row]!;
      }
    }
    const to = { data: keys.data, start: block * keyCount, keys: keyCount };
    if (readsMemory) keys.data.set(feed.keys.data, to.start);
    else placeKeys(feed.keys, { part, past, to });
    block += ownBlocks;
  }
  return { queries, keys, reads };
}

/** Scales of the heads of one layer by row, [rows, heads, 1]. */
function scalesOfRows(
  { parts, rowCount }: Stack,
  heads: number,
  scaleOf: (part: PlacedPart) => FloatTensor,
): FloatTensor {
  const scales = floatTensor([rowCount, heads, 1]);
  for (const part of parts) {
    const { data } = scaleOf(part);
    for (const row of part.rows.keys()) scales.data.set(data, (part.offset + row) * heads);
  }
  return scales;
}

/** By part: the logits of each wanted position that its rows hold, by the position's index among the wanted ones. */
type LogitsOfParts = ReadonlyMap<number, Float32Array>[];

export interface StackedScorer {
  readonly score: (
    parts: readonly PartOfVariant[],
    options: { readonly recorded: RecordedSequence; readonly positions: readonly number[] },
  ) => Promise<LogitsOfParts>;
  readonly close: () => Promise<void>;
}

/** Scores parts of variants of a sequence of `rows` positions. Sessions open when they are first needed. */
export function stackedScorer(
  model: Model,
  { plan, rows: length }: { readonly plan: SequencePlan; readonly rows: number },
): StackedScorer {
  const { config } = model.definition.language;
  const { width, heads } = config;
  const sessions = new Map<string, Promise<StackedGraph & { readonly session: GraphSession }>>();
  const opened = (room: Room) => {
    const name = JSON.stringify(room);
    const open = async () => {
      const { graph, ...values } = stackedGraph(model, plan, room);
      return { ...values, session: await model.runtime.open(graph) };
    };
    const known = sessions.get(name) ?? open();
    sessions.set(name, known);
    return known;
  };

  /** What the layers of a kind are fed for each part, by its positions. */
  const maskedParts = ({ parts }: Stack, kind: number) =>
    parts.map(({ rows, end, intervention }) => maskedRows(plan, { kind, rows, length: end, intervention }));

  function kindFeeds(stack: Stack, { kinds }: StackedGraph): [Value, Feed][] {
    const { parts, past, rowCount } = stack;
    const rows = parts.flatMap((part) => part.rows);
    return kinds.flatMap(({ kind, rotary, mask, memory }): [Value, Feed][] => {
      const { cos, sin } = plan.rotary(kind, rows, length);
      const turned: [Value, Feed][] = [
        [rotary.cos, cos],
        [rotary.sin, sin],
      ];
      const masked = maskedParts(stack, kind);
      const ofParts = (tensorOf: (each: (typeof masked)[number]) => FloatTensor) =>
        parts.map(({ offset }, at) => ({ offset, tensor: tensorOf(masked[at]!) }));
      const memoryTokens = memoryOfKind(plan, kind);
      if (memory !== undefined && memoryTokens !== undefined) {
        const sees = stackedRows(
          [rowCount, 1],
          ofParts((each) => each.memory!.sees),
        );
        const reads = stackedRows(
          [rowCount, 1],
          ofParts((each) => each.memory!.reads),
        );
        const seen = stackedRows(
          [rowCount, memoryTokens],
          ofParts((each) => each.mask),
        );
        return [...turned, [mask, seen], ...fedMemoryRows(memory, { sees, reads })];
      }
      const keys = past + rowCount;
      const all = floatTensor([rowCount, keys]);
      all.data.fill(-Infinity);
      for (const [at, part] of parts.entries()) {
        placeKeys(masked[at]!.mask, { part, past, to: { data: all.data, start: part.offset * keys, keys } });
      }
      return [...turned, [mask, all]];
    });
  }

  function layerFeeds(stack: Stack, graph: StackedGraph, recorded: RecordedSequence): [Value, Feed][] {
    const { parts, past, rowCount } = stack;
    const pastOf = (layer: number, tensor: FloatTensor) =>
      memoryOfKind(plan, plan.kindOf(layer)) === undefined
        ? floatTensor([past, ...tensor.dims.slice(1)], tensor.data.subarray(0, (past * tensor.data.length) / length))
        : tensor;
    const allHeads = keepAllHeads(config);
    const scales = new Map(parts.map((part) => [part, headScales(part.intervention, config)]));
    const cuts = parts.map(({ intervention }) => cutLayers(plan, intervention, heads));
    const feeds: [Value, Feed][] = [];
    for (const [layer, { pastKey, pastValue, scale, edges, added }] of graph.layers) {
      const { key, value } = recorded.keys.get(layer)!;
      feeds.push([pastKey, pastOf(layer, key)], [pastValue, pastOf(layer, value)]);
      if (scale !== undefined) {
        feeds.push([scale, scalesOfRows(stack, heads, (part) => scales.get(part)!.get(layer) ?? allHeads)]);
      }
      if (edges !== undefined) {
        const kind = plan.kindOf(layer);
        const lost = maskedParts(stack, kind).map(({ mask, memory }, at) => {
          const uncut = { rows: parts[at]!.rows, mask, reads: memory?.reads };
          return cuts[at]!.nameOf(layer) === undefined ? uncutEdges(uncut) : cuts[at]!.feeds(layer, uncut);
        });
        const readsMemory = memoryOfKind(plan, kind) !== undefined;
        feeds.push(...fedEdges(edges, stackedEdges(stack, { feeds: lost, readsMemory, groups: config.keyValueHeads })));
      }
      if (added !== undefined) {
        const rowsOf = ({ sequence, first, rows }: PlacedPart) =>
          additionRows(sequence.additions, layer, { first, count: rows.length, width });
        const ofParts = parts.map((part) => ({ offset: part.offset, tensor: rowsOf(part) }));
        feeds.push([added, stackedRows([rowCount, width], ofParts)]);
      }
    }
    return feeds;
  }

  return {
    async score(given, { recorded, positions }) {
      const stack = stackOf(given);
      const { parts, rowCount } = stack;
      const graph = await opened({
        heads: parts.some(({ intervention }) => (intervention.heads ?? []).length > 0),
        edges: parts.some(({ intervention }) => (intervention.edges ?? []).length > 0),
      });
      const embedded = parts.map(({ offset, sequence, first, end }) => ({
        offset,
        tensor: floatTensor([end - first, width], sequence.embedded.data.subarray(first * width, end * width)),
      }));
      const held = parts.flatMap((part, at) =>
        positions.flatMap((position, row) =>
          position < part.first ? [] : [{ at, row, place: part.offset + position - part.first }],
        ),
      );
      const feeds = new Map<Value, Feed>([
        [graph.embedded, stackedRows([rowCount, width], embedded)],
        [graph.predicting, indexTensor(held.map(({ place }) => place))],
        ...kindFeeds(stack, graph),
        ...layerFeeds(stack, graph, recorded),
      ]);
      const { data, dims } = (await graph.session.run(feeds)).floats(graph.logits);
      const vocabulary = dims[1]!;
      const found = parts.map(() => new Map<number, Float32Array>());
      for (const [i, { at, row }] of held.entries()) {
        found[at]!.set(row, data.subarray(i * vocabulary, (i + 1) * vocabulary));
      }
      return found;
    },
    async close() {
      for (const opening of await Promise.allSettled(sessions.values())) {
        if (opening.status === "fulfilled") await opening.value.session.release();
      }
    },
  };
}
