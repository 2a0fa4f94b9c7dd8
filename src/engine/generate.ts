/** @file Generates an answer with a cache of keys and values; nothing is recorded but the tokens. */
import type { GenerationRules } from "../checkpoint/generation-fields.ts";
import type { LanguageConfig } from "../checkpoint/types.ts";
import { graphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import { cachedHeadWidth } from "../models/blocks/cached-attention.ts";
import type { LayerInputs } from "../models/definition.ts";
import type { SequencePlan } from "../models/plan.ts";
import { floatTensor, intTensor, type FloatTensor } from "../tensor/tensor.ts";
import { withTokenEmbedder, type Sequence } from "./embed.ts";
import { checkIntervention, headScales, hideKnockedOut, noIntervention, type Intervention } from "./intervention.ts";
import { addRotaryInputs, perKind } from "./layer-feeds.ts";
import { logitsProcessor } from "./logits-processors.ts";
import type { Model } from "./model.ts";
import type { WorkOptions } from "./progress.ts";
import { tokenSampler, type Sampling } from "./sampling.ts";
import { withSession, type Feed, type GraphSession } from "../runtime/runtime.ts";
import { stopStringFinder } from "./stop-strings.ts";

/** What the model said of a token. */
export interface TokenScores {
  /** Probability under the model, before rules, temperature and the like. */
  readonly probability: number;
  /** Raw logits [vocabulary] at its position; they hold only until the next token. */
  readonly logits: Float32Array;
}

/** The rules that an answer follows, greedy or sampled, and the prompt that they look back at. */
interface AnswerRules {
  readonly rules: GenerationRules;
  readonly promptIds: readonly number[];
}

export interface GenerateOptions extends WorkOptions {
  readonly sampling: Sampling;
  readonly maxNewTokens: number;
  /** Stop tokens are not chosen before this many tokens; above 0 it takes the place of the rules' own least length. */
  readonly minNewTokens?: number;
  readonly stopTokenIds: readonly number[];
  /** None by default. */
  readonly answerRules?: AnswerRules;
  /** Positions count through prompt and answer; one of an answer that ends before it changes nothing. */
  readonly intervention?: Intervention;
  /** Called with each token as it is chosen. */
  readonly onToken?: (id: number, scores: TokenScores) => void;
}

export interface Generated {
  /** The stop token, or the one that completes a stop string, is the last one if `stopped`. */
  readonly ids: number[];
  readonly stopped: boolean;
}

interface CacheValues {
  readonly pastKey: Value;
  readonly pastValue: Value;
  readonly presentKey: Value;
  readonly presentValue: Value;
}

function decoderGraph(model: Model, plan: SequencePlan, intervention: Intervention) {
  const { language } = model.definition;
  const { width, layers, heads, keyValueHeads, headWidth } = language.config;
  const g = graphBuilder();
  const embedded = g.input("embedded", "f32", ["rows", width]);
  const kinds: { kind: number; rotary: LayerInputs["rotary"] }[] = [];
  const rotaryOf = perKind(plan, (kind) => {
    const rotary = addRotaryInputs(g, language.config, { kind, rows: "rows" });
    kinds.push({ kind, rotary });
    return rotary;
  });
  const position = { lastPosition: g.input("last", "i32", [1]), totalLength: g.input("total", "i32", []) };
  const { knockOut = [] } = intervention;
  const attentionBias = knockOut.length === 0 ? undefined : g.input("bias", "f32", [1, 1, "rows", "total"]);
  const scales = headScales(intervention, language.config);
  const scaleFeeds = new Map<Value, FloatTensor>();
  const caches: CacheValues[] = [];
  let hidden = embedded;
  for (let index = 0; index < layers; index++) {
    const dims = [1, keyValueHeads, "capacity", cachedHeadWidth(headWidth)];
    const pastKey = g.input(`key.${index}`, "f32", dims);
    const pastValue = g.input(`value.${index}`, "f32", dims);
    const scale = scales.get(index);
    const headScale = scale === undefined ? undefined : g.input(`heads.${index}`, "f32", [heads, 1]);
    if (headScale !== undefined && scale !== undefined) scaleFeeds.set(headScale, scale);
    const past = { pastKey, pastValue, position, attentionBias };
    const layer = language.cachedLayer(g, hidden, { index, rotary: rotaryOf(index), headScale, ...past });
    hidden = layer.hidden;
    g.output(layer.presentKey);
    g.output(layer.presentValue);
    caches.push({ pastKey, pastValue, presentKey: layer.presentKey, presentValue: layer.presentValue });
  }
  const logits = language.head(g, language.finalNorm(g, g.lastRow(hidden)));
  g.output(logits);
  return { graph: g.build(), embedded, kinds, position, attentionBias, scaleFeeds, caches, logits };
}

/** Feeds rows to the decoder, one call after another; each call gives the logits after its last row. */
function cachedDecoder(
  session: GraphSession,
  decoder: ReturnType<typeof decoderGraph>,
  {
    config,
    plan,
    capacity,
    intervention,
  }: { config: LanguageConfig; plan: SequencePlan; capacity: number; intervention: Intervention },
): (rows: FloatTensor) => Promise<Float32Array> {
  const { keyValueHeads, headWidth } = config;
  const dims = [1, keyValueHeads, capacity, cachedHeadWidth(headWidth)];
  const memory = new Map<Value, FloatTensor>();
  const written = new Map<Value, FloatTensor>();
  for (const { pastKey, pastValue, presentKey, presentValue } of decoder.caches) {
    const pairs = [
      [pastKey, presentKey],
      [pastValue, presentValue],
    ] as const;
    for (const [past, present] of pairs) {
      const cache = floatTensor(dims);
      memory.set(past, cache);
      written.set(present, cache);
    }
  }
  let length = 0;
  return async (rows) => {
    const count = rows.dims[0]!;
    const newRows = Array.from({ length: count }, (_, i) => length + i);
    length += count;
    const feeds = new Map<Value, Feed>([
      ...memory,
      ...decoder.scaleFeeds,
      [decoder.embedded, rows],
      ...decoder.kinds.flatMap(({ kind, rotary: { cos, sin } }): [Value, Feed][] => {
        const tables = plan.rotary(kind, newRows);
        return [
          [cos, tables.cos],
          [sin, tables.sin],
        ];
      }),
      [decoder.position.lastPosition, intTensor([1], Int32Array.of(length - 1))],
      [decoder.position.totalLength, intTensor([], Int32Array.of(length))],
    ]);
    if (decoder.attentionBias !== undefined) {
      const bias = floatTensor([1, 1, count, length]);
      hideKnockedOut(bias, intervention, length - count);
      feeds.set(decoder.attentionBias, bias);
    }
    return (await session.run(feeds, written)).floats(decoder.logits).data;
  };
}

/** Probability of an id under logits [vocabulary]. */
function probabilityOf(logits: Float32Array, id: number): number {
  const most = logits.reduce((largest, logit) => Math.max(largest, logit), -Infinity);
  return Math.exp(logits[id]! - most) / logits.reduce((sum, logit) => sum + Math.exp(logit - most), 0);
}

/** Rules for which the prompt does not matter, since there are none. */
function noRules(promptLength: number): AnswerRules {
  return { rules: {}, promptIds: new Array<number>(promptLength).fill(-1) };
}

/** Throws an Error if prompt and answer together would be longer than the model's positions reach. */
export function requirePositions({ definition }: Model, promptLength: number, maxNewTokens: number): void {
  const { maxPositions } = definition.language.config;
  if (promptLength + maxNewTokens > maxPositions) {
    throw new Error(
      `prompt: ${promptLength} tokens and ${maxNewTokens} new ones exceed the model's ${maxPositions} positions; shorten the prompt or allow fewer new tokens.`,
    );
  }
}

/**
 * Continues a prompt (from `embedPrompt`) until a stop token, a stop string of the rules or `maxNewTokens`. Rejects
 * with the signal's reason if it aborts between two tokens. Under an intervention it is the answer that the model gives without the attention, or the heads,
 * that it masks; throws an Error if `checkIntervention` does.
 */
export async function generate(
  model: Model,
  { embedded: prompt, plan }: Sequence,
  options: GenerateOptions,
): Promise<Generated> {
  const { sampling, maxNewTokens, minNewTokens = 0, stopTokenIds, signal, onProgress, onToken } = options;
  const promptLength = prompt.dims[0]!;
  const { intervention = noIntervention, answerRules = noRules(promptLength) } = options;
  const { rules, promptIds } = answerRules;
  const capacity = promptLength + maxNewTokens;
  requirePositions(model, promptLength, maxNewTokens);
  signal?.throwIfAborted();
  const process = logitsProcessor(rules, { promptIds, stopTokenIds, maxNewTokens, minNewTokens });
  const choose = tokenSampler(sampling);
  const stops = new Set(stopTokenIds);
  const completesStopString = stopStringFinder([rules.stop_strings ?? []].flat(), (id) =>
    model.checkpoint.tokenizer.bytesOf(id),
  );
  const { config } = model.definition.language;
  checkIntervention(intervention, { positions: capacity, config });
  const decoder = decoderGraph(model, plan, intervention);
  return withTokenEmbedder(model, (embed) =>
    withSession(model.runtime, decoder.graph, async (session): Promise<Generated> => {
      const decode = cachedDecoder(session, decoder, { config, plan, capacity, intervention });
      const ids: number[] = [];
      const allIds = [...promptIds];
      onProgress?.({ stage: "prefill", done: 0, total: 1 });
      let logits = await decode(prompt);
      onProgress?.({ stage: "prefill", done: 1, total: 1 });
      while (ids.length < maxNewTokens) {
        signal?.throwIfAborted();
        const id = choose(process(logits, allIds));
        ids.push(id);
        allIds.push(id);
        onToken?.(id, { probability: probabilityOf(logits, id), logits });
        onProgress?.({ stage: "decode", done: ids.length, total: maxNewTokens });
        if (stops.has(id) || completesStopString(allIds)) return { ids, stopped: true };
        if (ids.length < maxNewTokens) logits = await decode(await embed([id]));
      }
      return { ids, stopped: false };
    }),
  );
}
