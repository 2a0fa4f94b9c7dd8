/** @file Which sites a run records, and the tensors of the run file that they become (docs/run-file.md). */
import type { Model } from "../engine/model.ts";
import type { Captures, Tap } from "../engine/taps.ts";
import { rolloutRows } from "../methods/rollout.ts";
import { floatTensor, intTensor } from "../tensor/tensor.ts";
import type { FloatTensor, Tensor } from "../tensor/tensor.ts";
import { languageTapsOf, relevancyTaps } from "./gradients/inputs.ts";
import type { RelevancyTaps } from "./gradients/inputs.ts";
import type { TargetChoice } from "./target-choice.ts";
import { tokensAtOnce } from "./backward.ts";
import { isGradientMethod } from "./method-names.ts";
import type { GradientMethod, Method, Variant } from "./method-names.ts";
import type { RecordingPlan } from "./question.ts";

/** What the methods that go back through the model explain, as a user says it. */
export interface GradientChoice {
  /** Of relevancy. */
  readonly variants: readonly Variant[];
  readonly target: TargetChoice;
  /** Every answer token, or these: an index in the answer, or a word of it. */
  readonly tokens: "all" | readonly string[];
}

export const defaultGradientChoice: GradientChoice = { variants: ["exact"], target: { kind: "logit" }, tokens: "all" };

export interface Recording {
  readonly methods: readonly Method[];
  readonly record: "default" | "full";
  /** Read where a method goes back through the model; every token's logit and exact relevancy where it is left out. */
  readonly gradients?: GradientChoice;
}

/** The asked methods that go back through the model. */
export function gradientMethodsOf({ methods: asked }: Recording): GradientMethod[] {
  return asked.filter(isGradientMethod);
}

/** The positions of a sequence that recording depends on. */
export interface SequencePositions {
  readonly tokens: number;
  readonly question: readonly number[];
  readonly image: readonly number[];
  /** The positions that predict an answer token. */
  readonly predicting: readonly number[];
}

/** Taps by what they are recorded for, each by its layer; `lens` begins with the input of the first layer. */
export interface RecordingTaps {
  readonly attention: readonly Tap[];
  readonly headMeans: readonly Tap[];
  readonly lens: readonly Tap[];
  readonly logits: Tap;
  /** Norms of every hidden state, by layer; the input of the first layer first. */
  readonly norms: readonly Tap[];
  readonly gradients: RelevancyTaps | undefined;
  readonly visionMeans: readonly Tap[];
  readonly visionHeads: readonly Tap[];
}

function ascending(positions: readonly number[]): number[] {
  return [...new Set(positions)].sort((a, b) => a - b);
}

/** Positions whose hidden states the lens reads: image tokens, then those that predict an answer token. */
export function lensPositions({ image, predicting }: SequencePositions): number[] {
  return [...image, ...predicting];
}

/**
 * The taps of a recording. By default attention keeps the rows that predict an answer token and those of the question, and every row of
 * the last layer; a full recording keeps every row.
 */
export function recordingTaps(model: Model, recording: Recording, positions: SequencePositions): RecordingTaps {
  const { language, vision } = model.definition;
  const layers = Array.from({ length: language.config.layers }, (_, layer) => layer);
  const visionLayers = Array.from({ length: vision.config.layers }, (_, layer) => layer);
  const wants = (method: Method) => recording.methods.includes(method);
  const full = recording.record === "full";
  const rows = ascending([...positions.question, ...positions.predicting]);
  const every = Array.from({ length: positions.tokens }, (_, position) => position);
  const attentionSite = (layer: number) => `language.layers.${layer}.attention.probs`;
  const visionSite = (layer: number) => `vision.layers.${layer}.attention.probs`;
  const read = lensPositions(positions);
  const residual = (more: Omit<Tap, "site">): Tap[] => [
    { site: "language.embedding", ...more },
    ...layers.map((layer) => ({ site: `language.layers.${layer}.residual`, ...more })),
  ];
  const backward = gradientMethodsOf(recording);
  const { variants } = recording.gradients ?? defaultGradientChoice;
  return {
    attention: wants("attention")
      ? layers.map((layer) => ({
          site: attentionSite(layer),
          rows: full || layer === layers.length - 1 ? every : rows,
        }))
      : [],
    headMeans: wants("rollout") ? layers.map((layer) => ({ site: attentionSite(layer), mean: "heads" })) : [],
    lens: wants("lens") ? residual({ rows: read }) : [],
    norms: wants("attention") ? residual({ norm: true }) : [],
    gradients:
      backward.length > 0 ? relevancyTaps(model, { methods: backward, variants }, positions.predicting) : undefined,
    logits: { site: "logits", rows: positions.predicting },
    visionMeans: wants("attention") ? visionLayers.map((layer) => ({ site: visionSite(layer), mean: "heads" })) : [],
    visionHeads: wants("attention") && full ? visionLayers.map((layer) => ({ site: visionSite(layer) })) : [],
  };
}

/** The same taps as the memory forecast and the engine take them. */
export function recordingPlan(model: Model, taps: RecordingTaps): RecordingPlan {
  const { gradients } = taps;
  const predicting = Array.from(taps.logits.rows ?? []);
  // The last answer token stands one after the position that predicts it.
  const length = (predicting.at(-1) ?? 0) + 2;
  const group = tokensAtOnce(length, model.definition.language.config.width);
  return {
    visionTaps: [...taps.visionMeans, ...taps.visionHeads, ...(gradients?.vision ?? [])],
    languageTaps: [
      ...taps.attention,
      ...taps.norms,
      ...taps.headMeans,
      ...taps.lens,
      ...(gradients === undefined ? [] : languageTapsOf(gradients)),
      taps.logits,
    ],
    lensRows: taps.lens[0]?.rows?.length ?? 0,
    backwardTokens: gradients === undefined ? 0 : Math.min(predicting.length, group),
    // The reference variant keeps the first token's maps whole and without the answer's rows.
    keptMaps: gradients?.rows === undefined ? 0 : 2,
  };
}

/** One tensor over all pictures, [images, ...], of what a tap captured of each. */
function stacked(captures: readonly Captures[], tap: Tap): FloatTensor {
  const parts = captures.map((captured) => captured.get(tap)!);
  const dims = [parts.length, ...parts[0]!.dims];
  const size = parts[0]!.data.length;
  const whole = floatTensor(dims);
  for (const [image, { data }] of parts.entries()) whole.data.set(data, image * size);
  return whole;
}

/** The tensors of vision and language attention and of rollout. */
export function attentionTensors(
  taps: RecordingTaps,
  { language, vision, predicting }: { language: Captures; vision: readonly Captures[]; predicting: readonly number[] },
): Map<string, Tensor> {
  const tensors = new Map<string, Tensor>();
  for (const [layer, tap] of taps.attention.entries()) {
    const rows = Int32Array.from(tap.rows!);
    tensors.set(`language.attention.${layer}`, language.get(tap)!);
    tensors.set(`language.attention.${layer}.queries`, intTensor([rows.length], rows));
  }
  if (taps.norms.length > 0) {
    const norms = taps.norms.map((tap) => language.get(tap)!.data);
    const whole = floatTensor([norms.length, norms[0]!.length]);
    for (const [layer, data] of norms.entries()) whole.data.set(data, layer * data.length);
    tensors.set("language.norms", whole);
  }
  if (vision.length > 0) {
    for (const [layer, tap] of taps.visionMeans.entries()) {
      tensors.set(`vision.attention.mean.${layer}`, stacked(vision, tap));
    }
    for (const [layer, tap] of taps.visionHeads.entries())
      tensors.set(`vision.attention.${layer}`, stacked(vision, tap));
  }
  if (taps.headMeans.length > 0) {
    const headMeans = taps.headMeans.map((tap) => language.get(tap)!);
    tensors.set("rollout", rolloutRows({ headMeans, positions: predicting }));
  }
  return tensors;
}
