/** @file The settings of a causal graph in words, and the next ones that keep more edges. */
import { alphas, type CausalQuery, type CausalSettings } from "../../src/run/causes.ts";

/** "1e-5". */
export function alphaText(alpha: number): string {
  return alpha.toExponential();
}

/** What a graph was learned with, layer and head first. */
export function settingsOf({
  layer,
  head,
  variant,
  alpha,
  samples,
  signRule,
  threshold,
}: CausalQuery): Omit<CausalQuery, "token"> {
  return { layer, head, variant, alpha, samples, signRule, threshold };
}

/** The next larger alpha, and half of the threshold in steps of 0.001; undefined where there is none. */
export function moreEdges({ alpha, threshold }: Pick<CausalSettings, "alpha" | "threshold">): {
  readonly alpha?: number;
  readonly threshold?: number;
} {
  const larger = alphas.find((each) => each > alpha);
  const lower = Math.floor(threshold * 500) / 1000;
  return {
    ...(larger === undefined ? {} : { alpha: larger }),
    ...(lower < threshold ? { threshold: lower } : {}),
  };
}
