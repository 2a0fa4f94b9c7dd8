/** @file What is kept of a sequence for its variants: keys and values of every layer, and the logits that are wanted. */
import type { FloatTensor } from "../tensor/tensor.ts";
import { attentionLayers } from "../engine/attention-layers.ts";
import type { Sequence } from "../engine/embed.ts";
import type { Model } from "../engine/model.ts";
import type { Tap } from "../engine/taps.ts";
import { traceLanguage } from "../engine/trace.ts";

/** Of a layer, [positions or memory tokens, kvHeads, headWidth] each. */
interface RecordedKeys {
  readonly key: FloatTensor;
  readonly value: FloatTensor;
}

export interface RecordedSequence {
  /** By layer that has something to read. */
  readonly keys: ReadonlyMap<number, RecordedKeys>;
  /** [predicting, vocabulary] */
  readonly logits: FloatTensor;
}

/** Runs the language model once over a sequence. */
export async function recordSequence(
  model: Model,
  sequence: Sequence,
  { predicting, signal }: { readonly predicting: readonly number[]; readonly signal: AbortSignal | undefined },
): Promise<RecordedSequence> {
  const { config } = model.definition.language;
  const layers = attentionLayers(config, sequence.plan.memoryTokens);
  const tapsOf = (part: string) =>
    layers.map((layer): [number, Tap] => [layer, { site: `language.layers.${layer}.attention.${part}` }]);
  const [keys, values] = [tapsOf("key"), tapsOf("value")];
  const logits: Tap = { site: "logits", rows: predicting };
  const taps = [...[...keys, ...values].map(([, tap]) => tap), logits];
  const captures = await traceLanguage(model, sequence, { taps, signal });
  return {
    keys: new Map(
      keys.map(([layer, key], i) => [layer, { key: captures.get(key)!, value: captures.get(values[i]![1])! }]),
    ),
    logits: captures.get(logits)!,
  };
}
