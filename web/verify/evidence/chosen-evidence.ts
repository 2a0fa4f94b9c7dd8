/** @file The evidence that the selection means: an explanation set, the top of a map, what is selected, heads, or the whole picture. */
import { tokenClasses } from "../../../src/run/token-classes.ts";
import type { CausalQuery } from "../../../src/run/causes.ts";
import { missingCauses } from "../../map/missing-causes.ts";
import { chosenGraph, setAtRadius } from "../../run/chosen-graph.ts";
import type { OpenRun } from "../../run/open-run.svelte.ts";
import type { MaskSource, Selection } from "../../selection/selection.ts";
import { chosenEdge } from "./edge-evidence.ts";
import { chosenHeads } from "./head-evidence.ts";
import { takableEvidence, type EvidenceState } from "./masked-evidence.ts";
import { topEvidence } from "./top-evidence.ts";

export const maskNames: { readonly [M in MaskSource]: string } = {
  causes: "Explanation set",
  top: "Top of a map",
  selection: "My selection",
  heads: "Heads",
  edges: "Edges",
  picture: "Whole picture",
};

function graphName({ layer, head, variant }: CausalQuery): string {
  return `layer ${layer}, head ${head}${variant === "exact" ? "" : `, ${variant}`}`;
}

function explanationSet(run: OpenRun, selection: Selection, token: number): EvidenceState {
  const missing = missingCauses(run, selection, token);
  if (missing) return { nothing: missing.missing, ...(missing.request ? { request: missing.request } : {}) };
  const query = chosenGraph(run, selection, token);
  const finding = query && run.findings.causes(query);
  if (finding === undefined) return undefined;
  if (finding.noGraph !== undefined) return { nothing: finding.noGraph, tab: "causes" };
  const { radius } = selection;
  const taken = takableEvidence(run, token, setAtRadius(finding, radius));
  if (taken.evidence.positions.length === 0) {
    const nothing = `Nothing to mask: no cause was found by ${graphName(query!)} at these settings. Choose another head, a larger alpha or a lower threshold in Causes, or mask the top of a map.`;
    return { nothing, tab: "causes" };
  }
  const { layer, head, variant, alpha, samples, signRule, threshold } = query!;
  return {
    ...taken,
    source: { kind: "causes", layer, head, radius, variant, alpha, samples, signRule, threshold },
    name: `explanation set, radius ${radius}, ${graphName(query!)}`,
  };
}

function selectedEvidence(run: OpenRun, { patches, words }: Selection, token: number): EvidenceState {
  const positions = [...patches.map((patch) => run.layout.imagePositions[patch]!), ...words];
  const taken = takableEvidence(run, token, positions);
  if (taken.evidence.positions.length > 0) return { ...taken, source: { kind: "selection" }, name: "my selection" };
  const nothing =
    positions.length === 0
      ? "Nothing is selected. Drag over patches of the picture, or click words of the question."
      : "What is selected cannot be taken away: patches of padding see no picture. Select others.";
  return { nothing };
}

function wholePicture(run: OpenRun, token: number): EvidenceState {
  const { image } = tokenClasses(run.document.description, run.layout.predicting[token]!);
  if (image.length === 0) return { nothing: "The question has no picture. Mask words of it, or heads." };
  return {
    evidence: { kind: "tokens", positions: image },
    source: { kind: "selection" },
    name: "whole picture",
    leftOut: 0,
  };
}

/** What is masked for an answer token; undefined while what it depends on is on its way. */
export function chosenEvidence(run: OpenRun, selection: Selection, token: number): EvidenceState {
  switch (selection.mask) {
    case "causes":
      return explanationSet(run, selection, token);
    case "top":
      return topEvidence(run, selection, token);
    case "selection":
      return selectedEvidence(run, selection, token);
    case "heads":
      return chosenHeads(run, selection, token);
    case "edges":
      return chosenEdge(run, selection, token);
    case "picture":
      return wholePicture(run, token);
  }
}
