/**
 * @file Puts parts of one forward pass into another (activation patching: Vig et al. 2020, arXiv 2004.12265; Meng et al. 2022, arXiv
 * 2202.05262): states behind layers, or what heads give, at some positions. Both passes and all patched ones go through the model together,
 * layer by layer, so that each patched pass begins where it first differs, and no state is kept but the newest of each pass.
 */
import { graphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import { withSession, type Feed } from "../runtime/runtime.ts";
import { pickRows } from "../tensor/rows.ts";
import { floatTensor, type FloatTensor } from "../tensor/tensor.ts";
import type { Sequence } from "../engine/embed.ts";
import { withAdditions } from "../engine/layer-additions.ts";
import { addLayerInputs, fedLayer, memoryOfKind, wholeSequence, type LayerFeeds } from "../engine/layer-feeds.ts";
import type { Model } from "../engine/model.ts";
import { headLogits } from "../engine/trace.ts";

/** What a patched pass takes from the other one. */
export interface PatchSite {
  /** Layers in which it takes it, ascending. */
  readonly layers: readonly number[];
  /** Positions of the patched sequence. */
  readonly positions: readonly number[];
  /** Memory tokens that layers read as the other sequence has them; none if left out. */
  readonly memory?: readonly number[];
  /** The heads whose context is taken; the whole state behind the layer, with what pictures add to it, if left out. */
  readonly heads?: readonly number[];
  /** The heads give 0 instead of what the other pass has. */
  readonly off?: true;
}

/** Two sequences, both up to the position whose logits are read. */
export interface PatchedPair {
  /** The one that is patched. */
  readonly to: Sequence;
  /** The one that the parts come from. */
  readonly from: Sequence;
  /** For positions of `to`, the positions of `from` that they correspond to. */
  readonly correspondence: ReadonlyMap<number, number>;
}

export interface PatchingOptions {
  readonly sites: readonly PatchSite[];
  /** Makes a number of the logits of the last position, [vocabulary]. */
  readonly score: (logits: Float32Array) => number;
  readonly signal?: AbortSignal;
  /** Called with each site that is done. */
  readonly onSite?: () => void;
}

/** The score of both passes, and of each patched one. */
export interface PatchedScores {
  readonly to: number;
  readonly from: number;
  readonly sites: readonly number[];
}

/** Bytes of states that patched passes may hold at a time. */
const heldBytes = 2 ** 29;
/** More passes at a time save little, since the two unpatched ones are computed once for all of them. */
const mostPasses = 64;

/** Replaces heads of a layer: the scale of each row and head, [rows, heads, 1], and what is added, [rows, heads * headWidth]. */
interface HeadPatch {
  readonly scale: FloatTensor;
  readonly context: FloatTensor;
}

interface LayerPass {
  readonly hidden: FloatTensor;
  readonly feeds: LayerFeeds;
  readonly heads?: HeadPatch;
}

type RunLayer = (
  pass: LayerPass,
) => Promise<{ readonly hidden: FloatTensor; readonly context: FloatTensor | undefined }>;

/** Opens one layer for passes over both sequences, with room for patches of heads if asked for. */
async function withLayer(
  model: Model,
  { index, memoryTokens, withHeads }: { index: number; memoryTokens: number | undefined; withHeads: boolean },
  work: (run: RunLayer) => Promise<void>,
): Promise<void> {
  const { language } = model.definition;
  const { width, heads, headWidth } = language.config;
  const g = graphBuilder();
  const x = g.input("hidden", "f32", ["rows", width]);
  const values = addLayerInputs(g, language.config, { rows: "rows", memoryTokens });
  const headScale = withHeads ? g.input("headScale", "f32", ["rows", heads, 1]) : undefined;
  const headContext = withHeads ? g.input("headContext", "f32", ["rows", heads * headWidth]) : undefined;
  const y = language.layer(g, x, { index, ...values, headScale, headContext });
  g.output(y);
  const site = `language.layers.${index}.attention.context`;
  const context: Value | undefined = withHeads && g.hasSite(site) ? g.siteValue(site) : undefined;
  if (context !== undefined) g.output(context);
  await withSession(model.runtime, g.build(), (session) =>
    work(async ({ hidden, feeds, heads: patch }) => {
      const inputs = new Map<Value, Feed>([[x, hidden], ...fedLayer(values, feeds)]);
      if (headScale !== undefined && headContext !== undefined) {
        const { scale, context: added } = patch ?? noHeads(hidden.dims[0]!, { heads, headWidth });
        inputs.set(headScale, scale).set(headContext, added);
      }
      const results = await session.run(inputs);
      return { hidden: results.floats(y), context: context && results.floats(context) };
    }),
  );
}

interface HeadSizes {
  readonly heads: number;
  readonly headWidth: number;
}

function noHeads(rows: number, { heads, headWidth }: HeadSizes): HeadPatch {
  const scale = floatTensor([rows, heads, 1]);
  scale.data.fill(1);
  return { scale, context: floatTensor([rows, heads * headWidth]) };
}

/** A pass that a site changes, with its newest state; undefined until its first layer. */
interface PatchedPass {
  readonly site: PatchSite;
  hidden: FloatTensor | undefined;
}

function headPatch(
  { positions, heads: patched = [], off }: PatchSite,
  { context, rows, sizes, sourceOf }: { context: FloatTensor; rows: number; sizes: HeadSizes; sourceOf: SourceOf },
): HeadPatch {
  const { heads, headWidth } = sizes;
  const patch = noHeads(rows, sizes);
  for (const position of positions) {
    for (const head of patched) {
      patch.scale.data[position * heads + head] = 0;
      if (off === true) continue;
      const start = (sourceOf(position) * heads + head) * headWidth;
      patch.context.data.set(context.data.subarray(start, start + headWidth), (position * heads + head) * headWidth);
    }
  }
  return patch;
}

type SourceOf = (position: number) => number;

/** A matrix with some rows of another one. */
function withRows(
  to: FloatTensor,
  from: FloatTensor,
  { rows, sourceOf }: { rows: readonly number[]; sourceOf: SourceOf },
): FloatTensor {
  const width = to.dims[1]!;
  const mixed = floatTensor(to.dims, to.data.slice());
  for (const row of rows) {
    const source = sourceOf(row);
    mixed.data.set(from.data.subarray(source * width, (source + 1) * width), row * width);
  }
  return mixed;
}

function checkSites(model: Model, { to, from, correspondence }: PatchedPair, sites: readonly PatchSite[]): void {
  const { layers, heads } = model.definition.language.config;
  if (to.plan.memoryTokens !== from.plan.memoryTokens) {
    throw new Error(
      `patching: one sequence has ${to.plan.memoryTokens} image tokens behind it and the other ${from.plan.memoryTokens}; use pictures with as many tokens.`,
    );
  }
  const isIndex = (value: number, count: number) => Number.isInteger(value) && value >= 0 && value < count;
  const rows = to.embedded.dims[0]!;
  const sourceRows = from.embedded.dims[0]!;
  for (const site of sites) {
    const check = (what: string, named: readonly number[], isThere: (value: number) => boolean) => {
      const wrong = named.find((value) => !isThere(value));
      if (wrong !== undefined)
        throw new Error(`patching: ${what} ${wrong} of a site does not exist in both sequences.`);
    };
    check("layer", site.layers, (layer) => isIndex(layer, layers));
    check("head", site.heads ?? [], (head) => isIndex(head, heads));
    check("memory token", site.memory ?? [], (token) => isIndex(token, to.plan.memoryTokens));
    check("position", site.positions, (position) => {
      return isIndex(position, rows) && isIndex(correspondence.get(position) ?? -1, sourceRows);
    });
    if (site.layers.length === 0) throw new Error("patching: a site has no layer; name at least one.");
  }
}

/**
 * The scores of both sequences, and of `to` with each site as `from` has it. Throws an Error if a site names what does not exist, or if the
 * numbers of image tokens behind the sequences differ.
 */
export async function patchedScores(
  model: Model,
  pair: PatchedPair,
  { sites, score, signal, onSite }: PatchingOptions,
): Promise<PatchedScores> {
  checkSites(model, pair, sites);
  const { width } = model.definition.language.config;
  const bytes = 4 * width * Math.max(pair.to.embedded.dims[0]!, pair.from.embedded.dims[0]!);
  const atOnce = Math.max(1, Math.min(mostPasses, Math.floor(heldBytes / bytes)));
  const found: number[] = [];
  let ends: { to: FloatTensor; from: FloatTensor } | undefined;
  for (let start = 0; start < Math.max(1, sites.length); start += atOnce) {
    const passes = sites.slice(start, start + atOnce).map((site): PatchedPass => ({ site, hidden: undefined }));
    ends = await throughLayers(model, pair, { passes, signal });
    for (const { hidden } of passes) {
      found.push(await scoreOf(model, hidden ?? ends.to, score));
      onSite?.();
    }
  }
  const { to, from } = ends!;
  return { to: await scoreOf(model, to, score), from: await scoreOf(model, from, score), sites: found };
}

async function scoreOf(model: Model, hidden: FloatTensor, score: PatchingOptions["score"]): Promise<number> {
  const last = pickRows(hidden, [hidden.dims[0]! - 1]);
  return score((await headLogits(model, last)).data);
}

/** Takes both sequences and the patched passes through all layers; gives the last states of both. */
async function throughLayers(
  model: Model,
  { to, from, correspondence }: PatchedPair,
  { passes, signal }: { readonly passes: readonly PatchedPass[]; readonly signal: AbortSignal | undefined },
): Promise<{ to: FloatTensor; from: FloatTensor }> {
  const { config } = model.definition.language;
  const rows = to.embedded.dims[0]!;
  const sourceOf = (position: number) => correspondence.get(position)!;
  const [toFeeds, fromFeeds] = [wholeSequence(to, rows), wholeSequence(from, from.embedded.dims[0]!)];
  let states = { to: to.embedded, from: from.embedded };
  for (let index = 0; index < config.layers; index++) {
    const isTouched = ({ site }: PatchedPass) => site.layers.includes(index);
    const withHeads = passes.some((pass) => isTouched(pass) && pass.site.heads !== undefined);
    const memoryTokens = memoryOfKind(to.plan, to.plan.kindOf(index));
    await withLayer(model, { index, memoryTokens, withHeads }, async (run) => {
      signal?.throwIfAborted();
      const given = await run({ hidden: states.from, feeds: fromFeeds(index) });
      const source = withAdditions(given.hidden, from.additions, index);
      const plain = await run({ hidden: states.to, feeds: toFeeds(index) });
      const next = { to: withAdditions(plain.hidden, to.additions, index), from: source };

      /** What the layer gives in a patched pass, before rows of the state are replaced. */
      async function outputOf(pass: PatchedPass): Promise<FloatTensor> {
        const { site, hidden } = pass;
        const feeds = toFeeds(index);
        const { memory } = feeds;
        const reads = site.memory ?? [];
        const isMemory = isTouched(pass) && reads.length > 0 && memory !== undefined && from.memory !== undefined;
        const isHeads = isTouched(pass) && site.heads !== undefined && given.context !== undefined;
        // Up to its first layer a patched pass is the plain one.
        if (hidden === undefined && !isMemory && !isHeads) return next.to;
        const own = (token: number) => token;
        const mixed = isMemory
          ? {
              ...feeds,
              memory: { ...memory, states: withRows(memory.states, from.memory, { rows: reads, sourceOf: own }) },
            }
          : feeds;
        const heads = isHeads ? headPatch(site, { context: given.context, rows, sizes: config, sourceOf }) : undefined;
        const output = await run({
          hidden: hidden ?? states.to,
          feeds: mixed,
          ...(heads === undefined ? {} : { heads }),
        });
        return withAdditions(output.hidden, to.additions, index);
      }

      for (const pass of passes) {
        if (pass.hidden === undefined && !isTouched(pass)) continue;
        signal?.throwIfAborted();
        const output = await outputOf(pass);
        const isReplaced = isTouched(pass) && pass.site.heads === undefined;
        pass.hidden = isReplaced ? withRows(output, source, { rows: pass.site.positions, sourceOf }) : output;
      }
      states = next;
    });
  }
  return states;
}
