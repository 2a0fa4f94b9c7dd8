/** @file How long work took, and how long like work will take. */
import { modulesOf, stagesOf, type MethodChoice } from "./recording.ts";
import type { Timings } from "./question.ts";

/** A finished work: how large it was, and the milliseconds of its stages. */
export interface MeasuredWork extends MethodChoice {
  readonly timings: Readonly<Timings>;
  /** Tokens of prompt and answer, and of the answer alone. */
  readonly tokens: number;
  readonly answerTokens: number;
}

/** How often the methods send the sequence through the model. */
function passesOf(choice: MethodChoice, answerTokens: number): number {
  const all = modulesOf(choice).flatMap(({ passes }) => passes?.(answerTokens) ?? []);
  const shared = Math.max(0, ...all.filter((passes) => passes.shared).map(({ count }) => count));
  return all.filter((passes) => !passes.shared).reduce((sum, { count }) => sum + count, shared);
}

function time({ timings }: Pick<MeasuredWork, "timings">, stage: string): number {
  return timings[stage] ?? 0;
}

/**
 * Milliseconds that the backward pass takes for an answer of some tokens. By the time that one pass took if the measured work went back
 * too. Else by its time forward: going back costs the derivatives of the activations alone, which are as many multiplications as going
 * forward, and the layers of a group of tokens are computed once more; two passes stand for what does not depend on the tokens.
 */
export function gradientTime(
  measured: Pick<MeasuredWork, "timings" | "answerTokens"> & Partial<MethodChoice>,
  wanted: MethodChoice & { readonly answerTokens: number },
): number {
  const passes = passesOf(wanted, wanted.answerTokens);
  if (passes === 0) return 0;
  const { methods = [], variants = [] } = measured;
  const measuredPasses = passesOf({ methods, variants }, measured.answerTokens);
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
  const lens = stagesOf(wanted).includes("lens") ? (time(measured, "lens") || time(measured, "trace")) * scale : 0;
  return (forward + lens + gradientTime(measured, wanted) * scale) / 1000;
}
