/** @file What the header says of a model: precision, layers and heads, patch grid, memory, state. */
import type { ModelSummary, RunDocument } from "../../../src/server/api.ts";
import { formatBytes } from "../../../src/figure/numbers.ts";

/** The facts behind a model's name, such as "f32", "6 × 6 heads", "14 × 14 patches", "2.1 MB"; none before the model was opened. */
export function modelFacts({ details }: Pick<ModelSummary, "details">): string[] {
  if (!details) return [];
  const { precision, layers, heads, grid, weightBytes } = details;
  const patches = grid ? [`${grid.rows} × ${grid.cols} patches`] : [];
  return [precision, `${layers} × ${heads} heads`, ...patches, formatBytes(weightBytes)];
}

/** The same of the model of a run, which holds less. */
export function modelFactsOfRun({ description }: Pick<RunDocument, "description">): string[] {
  const { precision, languageLayers, languageHeads } = description.model;
  const grid = description.images[0]?.grids[0];
  return [
    precision,
    `${languageLayers} × ${languageHeads} heads`,
    ...(grid ? [`${grid.rows} × ${grid.cols} patches`] : []),
  ];
}

/** The second line of a model in the menu. */
export function modelLine(model: ModelSummary): string {
  if (model.state === "failed") return `Could not be loaded: ${model.error ?? "no reason was given"}`;
  if (model.state === "loading") return "loading";
  const state = model.state === "available" ? "on this computer, not loaded" : "ready";
  const line = [state, ...modelFacts(model)].join(", ");
  return model.about === undefined ? line : `${model.about}; ${line}`;
}

/** Progress of a load in words: "loading 43 % of 13.2 GB". */
export function loadingText(stage: { readonly share: number; readonly total: number } | undefined): string {
  if (!stage) return "loading";
  // A download or a file that is read counts bytes; other stages count a few steps.
  const isBytes = stage.total >= 1_000_000;
  return `loading ${Math.floor(stage.share * 100)} %${isBytes ? ` of ${formatBytes(stage.total)}` : ""}`;
}
