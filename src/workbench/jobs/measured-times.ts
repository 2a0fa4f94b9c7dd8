/** @file How long work took, and how long like work will take. */
import type { GradientRequest } from "../../explain/gradients/inputs.ts";
import type { Method, Variant } from "../../explain/method-names.ts";
import { isGradientMethod } from "../../explain/method-names.ts";
import type { Timings } from "../../explain/question.ts";

/** Which methods were computed, or are to be. */
export type MethodChoice = { readonly methods: readonly Method[] } & Pick<GradientRequest, "variants">;

/** A finished work: how large it was, and the milliseconds of its stages. */
export interface MeasuredWork extends MethodChoice {
  readonly timings: Readonly<Timings>;
  /** Tokens of prompt and answer, and of the answer alone. */
  readonly tokens: number;
  readonly answerTokens: number;
}

/** Full passes back through the model for each answer token; maps by the exact variant and its like share one. */
function passesPerToken({ methods, variants }: MethodChoice): number {
  const has = (method: Method, variant?: Variant) =>
    methods.includes(method) && (variant === undefined || variants.includes(variant));
  const shared = has("relevancy", "exact") || has("gradient-rollout") || has("grad-cam");
  return (shared ? 1 : 0) + (has("relevancy", "reference") ? 1 : 0) + (has("lrp") ? 1 : 0);
}

function time({ timings }: Pick<MeasuredWork, "timings">, stage: string): number {
  return timings[stage] ?? 0;
}

/**
 * Milliseconds that the way back takes for an answer of some tokens. By the time that one pass took where the measured work went back
 * too. Else by its time forward: going back costs the derivatives of the activations alone, which are as many multiplications as going
 * forward, and the layers of a group of tokens are computed once more; two passes stand for what does not depend on the tokens.
 */
export function gradientTime(
  measured: Pick<MeasuredWork, "timings" | "answerTokens"> & Partial<MethodChoice>,
  wanted: MethodChoice & { readonly answerTokens: number },
): number {
  const passes = passesPerToken(wanted) * wanted.answerTokens;
  if (passes === 0) return 0;
  const { methods = [], variants = [] } = measured;
  const measuredPasses = passesPerToken({ methods, variants }) * measured.answerTokens;
  const back = time(measured, "gradient");
  if (back > 0 && measuredPasses > 0) return (back / measuredPasses) * passes;
  return (time(measured, "trace") + time(measured, "vision")) * (passes + 2);
}

/**
 * Seconds that it takes to add methods to a run of this many tokens, by measured work with the same model: everything but the answer
 * itself is done again, in proportion to the tokens.
 */
export function computeSeconds(
  measured: MeasuredWork,
  wanted: MethodChoice & { readonly tokens: number; readonly answerTokens: number },
): number {
  const scale = wanted.tokens / Math.max(1, measured.tokens);
  const forward = time(measured, "prepare") + time(measured, "vision") + time(measured, "trace") * scale;
  const lens = wanted.methods.includes("lens") ? (time(measured, "lens") || time(measured, "trace")) * scale : 0;
  const back = wanted.methods.some(isGradientMethod) ? gradientTime(measured, wanted) * scale : 0;
  return (forward + lens + back) / 1000;
}
