/** @file The options of causal graphs as settings. */
import type { CausalSettings } from "../run/causes.ts";
import { quote } from "../json/quote.ts";
import type { OptionValues } from "./option-spec.ts";
import type { graphOptions } from "./options/causal-graph.ts";
import { UsageError } from "./usage-error.ts";

/** The settings of the graphs that a command learns. */
export function causalSettingsOf(
  { alpha, samples, signRule, threshold }: OptionValues<typeof graphOptions>,
  variant: CausalSettings["variant"],
): CausalSettings {
  return { variant, alpha, samples, signRule, threshold };
}

/** The layers that `text`, the value of `--layers`, names. Throws a UsageError if the model does not have them. */
export function causalLayersOf(text: string, layers: number): number[] {
  if (text === "last") return [layers - 1];
  if (text === "all") return Array.from({ length: layers }, (_, layer) => layer);
  const found = text.split(",").map((part) => (/^\s*\d{1,5}\s*$/.test(part) ? Number(part) : NaN));
  if (found.every((layer) => layer < layers)) return [...new Set(found)].sort((a, b) => a - b);
  throw new UsageError(`--layers must be last, all, or layers from 0 to ${layers - 1}, got ${quote(text)}.`);
}
