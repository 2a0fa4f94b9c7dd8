/** @file The options of causal graphs as settings. */
import type { CausalSettings } from "../run/causes.ts";
import { quote } from "../json/quote.ts";
import type { OptionValues } from "./options.ts";
import { UsageError } from "./usage-error.ts";

/** The settings of `explain` and `verify`. */
export function causalSettingsOf(
  { alpha, samples, signRule, attentionThreshold: threshold }: OptionValues,
  variant: CausalSettings["variant"],
): CausalSettings {
  return { variant, alpha, samples, signRule, threshold };
}

/** Layers of `--layers`. Throws a UsageError where the model does not have them. */
export function causalLayersOf({ causalLayers: text }: OptionValues, layers: number): number[] {
  if (text === "last") return [layers - 1];
  if (text === "all") return Array.from({ length: layers }, (_, layer) => layer);
  const found = text.split(",").map((part) => (/^\s*\d{1,5}\s*$/.test(part) ? Number(part) : NaN));
  if (found.every((layer) => layer < layers)) return [...new Set(found)].sort((a, b) => a - b);
  throw new UsageError(`--layers must be last, all, or layers from 0 to ${layers - 1}, got ${quote(text)}.`);
}
