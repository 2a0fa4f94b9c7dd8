/** @file From scalars of the logits back through the language model to its input, layer by layer. */
import type { GraphBuilder } from "../graph/builder.ts";
import type { GradientRules } from "../graph/gradient-rules.ts";
import type { Value } from "../graph/graph.ts";
import { pickRows } from "../tensor/rows.ts";
import type { FloatTensor } from "../tensor/tensor.ts";
import { backwardBlock, placeRows, type GradientTap, type OnGradient } from "./backward.ts";
import { addLayerInputs, fedLayer, wholeSequence } from "./layer-feeds.ts";
import { withAdditions, type InputGradient } from "./layer-additions.ts";
import type { Model } from "./model.ts";
import type { WorkOptions } from "./progress.ts";
import type { Feed } from "../runtime/runtime.ts";
import type { Sequence } from "./embed.ts";
import type { Tap } from "./taps.ts";

/** The forward taps that a backward pass starts from: the input of every layer, and the output of the last. */
export function blockInputTaps(layers: number): Tap[] {
  return [
    { site: "language.embedding" },
    ...Array.from({ length: layers }, (_, layer) => ({ site: `language.layers.${layer}.residual` })),
  ];
}

/** Of the sequence, what is added behind layers is in no hidden state. */
export interface LanguageBackward extends Omit<Sequence, "embedded"> {
  /** What `blockInputTaps` captured: layers + 1 hidden states, each [rows, width]. */
  readonly hidden: readonly FloatTensor[];
  /** By scalar: the position whose logits it is made of. */
  readonly positions: readonly number[];
  /** Derivative of each scalar with respect to the logits of its position, [scalars, vocabulary]. */
  readonly logitSeeds: FloatTensor;
  readonly taps: readonly GradientTap[];
  readonly onGradient: OnGradient;
  readonly rules?: GradientRules;
}

/** Derivatives with respect to the chosen rows of the last hidden state, [scalars, width]. */
export async function backwardHead(
  model: Model,
  { rows, logitSeeds, rules }: { rows: FloatTensor; logitSeeds: FloatTensor; rules?: GradientRules },
): Promise<FloatTensor> {
  const { language } = model.definition;
  const build = (g: GraphBuilder, x: Value) => ({
    y: language.head(g, language.finalNorm(g, x)),
    feeds: new Map<Value, Feed>(),
  });
  const back = await backwardBlock(model, {
    build,
    input: rows,
    seeds: [logitSeeds],
    taps: [],
    onGradient() {},
    rules,
  });
  return back.input[0]!;
}

/** Adds the derivatives that one layer gives to the sums so far, in place, by scalar. */
function addDerivatives(sums: FloatTensor[], found: readonly FloatTensor[]): void {
  for (const [scalar, { data }] of found.entries()) {
    const sum = sums[scalar];
    if (sum === undefined) sums.push(found[scalar]!);
    else for (let i = 0; i < data.length; i++) sum.data[i]! += data[i]!;
  }
}

/**
 * Takes every scalar back to the input of the first layer, layer by layer, and to the memory, if there is any. The forward part of a layer
 * is recomputed once for all scalars. What taps ask for is handed out as it appears, last layer first.
 */
export async function backwardLanguage(
  model: Model,
  request: LanguageBackward,
  { signal, onProgress }: WorkOptions = {},
): Promise<InputGradient[]> {
  const { additions, hidden, positions, logitSeeds, taps, onGradient, rules } = request;
  const { language } = model.definition;
  const { config } = language;
  const { layers } = config;
  const rows = hidden[0]!.dims[0]!;
  const feedsOf = wholeSequence(request, rows);

  const stateAfter = (layer: number) => withAdditions(hidden[layer + 1]!, additions, layer);
  const found = positions.map((): FloatTensor[] => []);
  const last = pickRows(stateAfter(layers - 1), positions);
  const headSeeds = await backwardHead(model, { rows: last, logitSeeds, rules });
  let seeds = positions.map((position, scalar) => placeRows(pickRows(headSeeds, [scalar]), [position], rows));
  const memory: FloatTensor[] = [];
  for (let index = layers - 1; index >= 0; index--) {
    signal?.throwIfAborted();
    for (const [place, addition] of additions.entries()) {
      if (addition.layer !== index) continue;
      for (const [scalar, seed] of seeds.entries()) found[scalar]![place] = pickRows(seed, addition.positions);
    }
    const fed = feedsOf(index);
    const build = (g: GraphBuilder, x: Value) => {
      const values = addLayerInputs(g, config, { rows, memoryTokens: fed.memory?.states.dims[0] });
      const y = language.layer(g, x, { index, ...values });
      const feeds = new Map<Value, Feed>(fedLayer(values, fed));
      return { y, feeds, also: values.memory === undefined ? [] : [values.memory.states] };
    };
    const input = index === 0 ? hidden[0]! : stateAfter(index - 1);
    const back = await backwardBlock(model, { build, input, seeds, taps, onGradient, rules }, signal);
    seeds = back.input;
    if (fed.memory !== undefined) addDerivatives(memory, back.also.flat());
    onProgress?.({ stage: "gradient", done: layers - index, total: layers });
  }
  return seeds.map((embedded, scalar) => ({ embedded, memory: memory[scalar], additions: found[scalar]! }));
}
