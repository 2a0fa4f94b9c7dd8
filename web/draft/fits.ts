/** @file The fits of a picture by name: how it is made as large as a model reads it. */
import type { FitMode } from "../../src/image/types.ts";

/** What the fits are called, in the order in which they are offered. */
export const fitLabels: Readonly<Record<FitMode, string>> = {
  default: "model default",
  resize: "resize",
  crop: "crop center",
  pad: "pad",
};

/** The fits that a model allows, with their names; the default alone where the model was not opened yet. */
export function fitChoices(allowed: readonly FitMode[] | undefined): { value: FitMode; label: string }[] {
  const all = Object.entries(fitLabels) as [FitMode, string][];
  return all.filter(([fit]) => allowed?.includes(fit) ?? fit === "default").map(([value, label]) => ({ value, label }));
}
