/** @file Generates an answer with a cache of keys and values; nothing is recorded but the tokens. */
import type { GenerationRules } from "../checkpoint/generation-fields.ts";
import { cachedDecoder, decoderGraph } from "./cached-decoder.ts";
import { withTokenEmbedder, type Sequence } from "./embed.ts";
import { checkIntervention, noIntervention, type Intervention } from "./intervention.ts";
import { logitsProcessor } from "./logits-processors.ts";
import type { Model } from "./model.ts";
import type { WorkOptions } from "./progress.ts";
import { tokenSampler, type Sampling } from "./sampling.ts";
import { withSession } from "../runtime/runtime.ts";
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
  { embedded: prompt, ...sequence }: Sequence,
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
  const { plan } = sequence;
  checkIntervention(intervention, { positions: capacity, memoryTokens: plan.memoryTokens, config });
  const decoder = decoderGraph(model, plan, intervention);
  return withTokenEmbedder(model, (embed) =>
    withSession(model.runtime, decoder.graph, async (session): Promise<Generated> => {
      const cached = { ...sequence, capacity, intervention, signal };
      const { decode, readAhead } = await cachedDecoder(model, session, decoder, cached);
      const ids: number[] = [];
      const allIds = [...promptIds];
      onProgress?.({ stage: "prefill", done: 0, total: 1 });
      let logits = await (sequence.plan.seesAhead ? readAhead(prompt) : decode(prompt));
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
