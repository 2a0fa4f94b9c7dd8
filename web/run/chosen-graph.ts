/** @file Which causal graph the selection means, and which of its tokens stand within a radius. */
import type { CausalGraphFinding, CausalQuery, CausalSettings, HeadImportance } from "../../src/run/causes.ts";
import type { OpenRun } from "./open-run.svelte.ts";
import type { Selection } from "../selection/selection.ts";

/** What the choice reads of a run. */
export interface GraphSource {
  readonly document: {
    readonly description: { readonly model: { readonly languageLayers: number; readonly languageHeads: number } };
  };
  readonly layout: Pick<OpenRun["layout"], "imagePositions">;
  readonly findings: Pick<OpenRun["findings"], "headImportance">;
}

/** The settings of the graph, as far as the selection holds them. */
export function causalSettings({
  causesVariant,
  alpha,
  samples,
  signRule,
  threshold,
}: Pick<Selection, "causesVariant" | "alpha" | "samples" | "signRule" | "threshold">): CausalSettings {
  return { variant: causesVariant, alpha, samples, signRule, threshold };
}

/** The layer whose heads are looked at: the chosen one, or the last. */
export function causesLayer({ document }: GraphSource, selection: Pick<Selection, "causesLayer">): number {
  return selection.causesLayer ?? document.description.model.languageLayers - 1;
}

/** The head with the largest value; the first of equal ones. */
function largestHead(values: readonly number[]): number {
  return values.reduce((best, value, head) => (value > values[best]! ? head : best), 0);
}

/** The most important head for the image, or for the text where there is no picture. */
export function mostImportantHead({ image, text }: Pick<HeadImportance, "image" | "text">): number {
  return largestHead(image.some((value) => value > 0) ? image : text);
}

/**
 * The graph that the selection means for an answer token: the chosen layer or the last one, and the chosen head or the most important one
 * for the image. Undefined while the importance of the heads is on its way, or where it does not come (`findings.failureOfHeads`).
 */
export function chosenGraph(run: GraphSource, selection: Selection, token: number): CausalQuery | undefined {
  const layer = causesLayer(run, selection);
  const settings = causalSettings(selection);
  if (selection.causesHead !== null) return { token, layer, head: selection.causesHead, ...settings };
  const heads = run.findings.headImportance({ token, layer });
  return heads && { token, layer, head: mostImportantHead(heads), ...settings };
}

/** Positions within `radius` steps from the explained token, each once, ascending. */
export function setAtRadius({ radiusSets }: Pick<CausalGraphFinding, "radiusSets">, radius: number): number[] {
  return [...new Set(radiusSets.slice(0, radius).flat())].sort((a, b) => a - b);
}
