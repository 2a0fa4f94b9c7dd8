/** @file The heads whose output is set to zero: the selected one, or the most important ones of a layer. */
import { largestOf } from "../../../src/findings/top-evidence.ts";
import type { HeadImportance } from "../../../src/run/causes.ts";
import type { HeadName } from "../../../src/run/measures.ts";
import { ApiError } from "../../data/data-source.ts";
import type { OpenRun } from "../../run/open-run.svelte.ts";
import type { Selection } from "../../selection/selection.ts";
import type { EvidenceState } from "./masked-evidence.ts";

/** One in so many heads is masked where no count is chosen. */
const oneHeadIn = 4;

/** Heads that are masked where no count is chosen. */
function usualHeadCount(heads: number): number {
  return Math.max(1, Math.round(heads / oneHeadIn));
}

/** The most important heads of a layer for the picture, or for the text where there is no picture; ascending. */
export function importantHeads({ layer, image, text }: HeadImportance, count: number): HeadName[] {
  const values = image.some((value) => value > 0) ? image : text;
  return largestOf([...values.keys()], values, count)
    .sort((a, b) => a - b)
    .map((head) => ({ layer, head }));
}

/** "head 2", "heads 0, 2 and 5". */
function headNumbers(heads: readonly HeadName[]): string {
  const numbers = heads.map(({ head }) => String(head));
  if (numbers.length < 2) return `head ${numbers.join("")}`;
  return `heads ${numbers.slice(0, -1).join(", ")} and ${numbers.at(-1)!}`;
}

/** "layer 3, heads 0 and 2; layer 4, head 1". */
export function headsText(heads: readonly HeadName[]): string {
  const layers = [...new Set(heads.map(({ layer }) => layer))];
  return layers
    .map((layer) => `layer ${layer}, ${headNumbers(heads.filter((each) => each.layer === layer))}`)
    .join("; ");
}

export function chosenHeads(run: OpenRun, selection: Selection, token: number): EvidenceState {
  const { languageLayers, languageHeads } = run.document.description.model;
  const of = (heads: readonly HeadName[], name: string): EvidenceState => ({
    evidence: { kind: "heads", heads },
    source: { kind: "selection" },
    name: `${name}, ${headsText(heads)}`,
    leftOut: 0,
  });
  const { head } = selection;
  if (selection.layer !== null && head !== null) return of([{ layer: selection.layer, head }], "selected head");
  const layer = selection.layer ?? languageLayers - 1;
  const failure = run.findings.failureOfHeads({ token, layer });
  if (failure) {
    const isMissing = failure instanceof ApiError && failure.code === "not-recorded";
    const nothing = isMissing
      ? `The attention of layer ${layer} was not recorded, so that its most important heads are not known. Select a layer and a head in Attention.`
      : failure.message;
    return { nothing, ...(isMissing ? { request: { methods: [], record: "full" } } : {}) };
  }
  const found = run.findings.headImportance({ token, layer });
  if (found === undefined) return undefined;
  const count = Math.min(languageHeads, selection.maskCount ?? usualHeadCount(languageHeads));
  return of(importantHeads(found, Math.max(1, count)), "most important for the image");
}
