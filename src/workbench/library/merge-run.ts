/** @file Merges later results into a run: earlier results stay unless they were recomputed. */
import { explainedBy } from "../../run/explained.ts";
import type { RunDescription } from "../../run/types.ts";
import { methodModules } from "../../explain/methods/modules.ts";
import type { RecordedRun } from "../../explain/explain.ts";
import { variants, type Variant } from "../../run/map-catalogue.ts";
import type { RunChange } from "../../run/rewrite-run.ts";
import { lookUp } from "../../tensor/look-up.ts";

type Methods = RunDescription["methods"];

/** The variants of relevancy that a run holds. */
export function heldVariants({ methods }: RunDescription): Variant[] {
  const named = methods.relevancy?.variants;
  return Array.isArray(named) ? variants.filter((variant) => named.includes(variant)) : [];
}

/** True if both runs explain the same of the same tokens, so that their variants can stand side by side. */
export function sameRelevancy(a: RunDescription, b: RunDescription): boolean {
  const [one, other] = [explainedBy(a, "relevancy"), explainedBy(b, "relevancy")];
  return one.target === other.target && one.tokens.join() === other.tokens.join();
}

function mergedMethods(old: RunDescription, added: RunDescription): Methods {
  const merged = { ...old.methods, ...added.methods };
  if (old.methods.relevancy === undefined || added.methods.relevancy === undefined) return merged;
  if (!sameRelevancy(old, added)) return merged;
  const held = new Set([...heldVariants(old), ...heldVariants(added)]);
  return {
    ...merged,
    relevancy: {
      ...old.methods.relevancy,
      ...added.methods.relevancy,
      variants: variants.filter((variant) => held.has(variant)),
    },
  };
}

/** Times of the answer stay as they were; those of the methods add up. */
function mergedTimings(old: RunDescription["timings"], added: RunDescription["timings"]): Record<string, number> {
  const merged: Record<string, number> = { ...old };
  for (const [stage, time] of Object.entries(added)) {
    const grows = methodModules.some((module) => module.stage === stage);
    if (grows || !Object.hasOwn(merged, stage)) merged[stage] = (lookUp(merged, stage) ?? 0) + time;
  }
  return merged;
}

/**
 * The change that adds a recording of the same prompt and answer to a run. Relevancy of another target, or of other tokens, takes the
 * place of the one that is there, in both variants, since a run names one target.
 */
export function mergeRun(old: RunDescription, { description: added, tensors }: RecordedRun): RunChange {
  const replaced =
    old.methods.relevancy !== undefined && added.methods.relevancy !== undefined && !sameRelevancy(old, added);
  const description: RunDescription = {
    ...old,
    program: added.program,
    record: old.record === "full" || added.record === "full" ? "full" : "default",
    methods: mergedMethods(old, added),
    timings: mergedTimings(old.timings, added.timings),
  };
  const isOfAnswer = (name: string) => name === "input_ids" || name.startsWith("image.");
  return {
    description,
    tensors: new Map([...tensors].filter(([name]) => !isOfAnswer(name))),
    drop: (name) => replaced && name.startsWith("relevancy."),
  };
}
