/** @file The options of explain that methods by gradient read, checked before a model is opened. */
import { quote } from "../json/quote.ts";
import { parseTarget } from "../explain/target-choice.ts";
import { causalMethod, gradientMethods, isGradientMethod } from "../run/maps.ts";
import type { GradientChoice } from "../explain/recording.ts";
import type { OptionValues } from "./option-spec.ts";
import type { explainOptions } from "./options/explain.ts";
import { UsageError } from "./usage-error.ts";

/** The answer tokens of `--tokens`. Throws a UsageError if the list is empty or says two things. */
export function tokensOf(texts: readonly string[]): GradientChoice["tokens"] {
  // A list with commas means the same as one with spaces.
  const tokens = texts.flatMap((text) => text.split(",")).map((text) => text.trim());
  if (tokens.includes(""))
    throw new UsageError("--tokens is empty; write all, an index from 0, or a word of the answer.");
  if (!tokens.includes("all")) return tokens.length === 0 ? "all" : tokens;
  if (tokens.length > 1) throw new UsageError("--tokens all takes every token already; leave the others out.");
  return "all";
}

type GradientValues = Pick<OptionValues<typeof explainOptions>, "methods" | "variants" | "target" | "tokens" | "steps">;

/** What methods by gradient explain, or undefined if none is asked for. Throws a UsageError if options do not go together. */
export function gradientChoiceOf(values: GradientValues): GradientChoice | undefined {
  const { methods, variants, target: targetText, tokens, steps } = values;
  const given = [
    variants === undefined ? "" : "--variant",
    targetText === undefined ? "" : "--target",
    tokens.length === 0 ? "" : "--tokens",
  ].filter((name) => name !== "");
  if (steps !== undefined && !methods.includes("integrated-gradients")) {
    throw new UsageError("--ig-steps belongs to integrated-gradients; add it with --method.");
  }
  const isCausal = methods.includes(causalMethod);
  if (!methods.some((method) => method !== causalMethod && isGradientMethod(method))) {
    // Causal graphs have variants and tokens, but explain no target.
    const stray = isCausal ? given.filter((name) => name === "--target") : given;
    if (stray.length === 0) return undefined;
    throw new UsageError(
      `${stray.join(" and ")} ${stray.length > 1 ? "belong" : "belongs"} to ${gradientMethods.join(", ")}; add one with --method.`,
    );
  }
  if (variants !== undefined && !methods.includes("relevancy") && !isCausal) {
    throw new UsageError("--variant belongs to relevancy; add it with --method.");
  }
  const target = parseTarget(targetText ?? "logit");
  if (target === undefined) {
    throw new UsageError(`--target must be logit, logprob or contrast:TOKEN, got ${quote(targetText ?? "")}.`);
  }
  if (variants?.includes("reference") === true && target.kind !== "logit") {
    throw new UsageError(
      "The reference variant explains raw logits alone, as the published tool did; use --variant exact or --target logit.",
    );
  }
  const chosenSteps = steps === undefined ? {} : { steps };
  return { variants: variants ?? ["exact"], target, tokens: tokensOf(tokens), ...chosenSteps };
}
