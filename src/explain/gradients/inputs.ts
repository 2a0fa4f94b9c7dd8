/** @file What relevancy starts from: one forward trace of the question, kept for the way back. */
import type { Model } from "../../engine/model.ts";
import { blockInputTaps } from "../../engine/language-backward.ts";
import { rowTaps } from "../../engine/row-backward.ts";
import type { RowTaps } from "../../engine/row-backward.ts";
import type { Captures, Tap } from "../../engine/taps.ts";
import type { TargetKind } from "../../engine/target.ts";
import { visionInputTaps } from "../../engine/vision-backward.ts";
import type { FloatTensor } from "../../tensor/tensor.ts";
import type { GradientMethod, Variant } from "../method-names.ts";

export interface GradientRequest {
  readonly methods: readonly GradientMethod[];
  /** Of relevancy. */
  readonly variants: readonly Variant[];
  /** What of each token is explained; the reference variant knows the raw logit alone. */
  readonly target: TargetKind;
  /** Answer tokens by index, ascending. */
  readonly tokens: readonly number[];
}

/** One picture's part in the trace. */
interface PictureInputs {
  /** Positions of its image tokens in the sequence, in order. */
  readonly positions: readonly number[];
  /** Hidden states of the vision tower that `visionInputTaps` captured. */
  readonly hidden: readonly FloatTensor[];
}

/** Everything that the way back reads. */
export interface RelevancyInputs {
  /** Length of the sequence, prompt and answer. */
  readonly length: number;
  /** layers + 1 hidden states, each [length, width]. */
  readonly hidden: readonly FloatTensor[];
  /** [answer tokens, vocabulary] */
  readonly logits: FloatTensor;
  /** Ids of the answer tokens. */
  readonly ids: readonly number[];
  /** By answer token: the position that predicts it. */
  readonly predicting: readonly number[];
  readonly pictures: readonly PictureInputs[];
  /** Attention of the rows that predict the answer tokens in the last layer, [heads, answer tokens, length]; only for Grad-CAM. */
  readonly attention?: FloatTensor;
  /** Of the rows that predict the second and later answer tokens; only for the reference variant. */
  readonly rows?: { readonly hidden: FloatTensor[]; readonly keys: FloatTensor[]; readonly values: FloatTensor[] };
}

/** The taps whose captures become `RelevancyInputs`. */
export interface RelevancyTaps {
  readonly hidden: readonly Tap[];
  readonly rows: RowTaps | undefined;
  readonly attention: Tap | undefined;
  readonly vision: readonly Tap[];
}

/** True where the request needs the reference variant's own pass. */
export function wantsReference({ methods, variants: asked }: Pick<GradientRequest, "methods" | "variants">): boolean {
  return methods.includes("relevancy") && asked.includes("reference");
}

export function relevancyTaps(
  model: Model,
  request: Pick<GradientRequest, "methods" | "variants">,
  predicting: readonly number[],
): RelevancyTaps {
  const { layers } = model.definition.language.config;
  const later = predicting.slice(1);
  return {
    hidden: blockInputTaps(layers),
    rows: wantsReference(request) && later.length > 0 ? rowTaps(layers, later) : undefined,
    attention: request.methods.includes("grad-cam")
      ? { site: `language.layers.${layers - 1}.attention.probs`, rows: predicting }
      : undefined,
    vision: visionInputTaps(model.definition.vision.featureLayer),
  };
}

/** Every language tap of a relevancy computation, for the trace and the memory forecast. */
export function languageTapsOf({ hidden, rows, attention }: RelevancyTaps): Tap[] {
  return [
    ...hidden,
    ...(attention === undefined ? [] : [attention]),
    ...(rows === undefined ? [] : [...rows.hidden, ...rows.keys, ...rows.values]),
  ];
}

function captured(captures: Captures, taps: readonly Tap[]): FloatTensor[] {
  return taps.map((tap) => captures.get(tap)!);
}

/** Puts together what a trace captured. */
export function relevancyInputs(
  taps: RelevancyTaps,
  trace: {
    readonly language: Captures;
    readonly vision: readonly Captures[];
    readonly picturePositions: readonly (readonly number[])[];
  } & Pick<RelevancyInputs, "length" | "logits" | "ids" | "predicting">,
): RelevancyInputs {
  const { language, vision, picturePositions, ...facts } = trace;
  const { rows } = taps;
  return {
    ...facts,
    hidden: captured(language, taps.hidden),
    attention: taps.attention === undefined ? undefined : language.get(taps.attention),
    pictures: picturePositions.map((positions, picture) => ({
      positions,
      hidden: captured(vision[picture]!, taps.vision),
    })),
    rows:
      rows === undefined
        ? undefined
        : {
            hidden: captured(language, rows.hidden),
            keys: captured(language, rows.keys),
            values: captured(language, rows.values),
          },
  };
}
