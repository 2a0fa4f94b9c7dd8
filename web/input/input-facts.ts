/** @file What the Model input view says: the fits by name, how a picture was prepared, and where it lies in the input. */
import { coveredShare } from "../../src/image/geometry.ts";
import type { Box, FitMode, GridPlacement } from "../../src/image/types.ts";
import type { ModelInput } from "../../src/server/api.ts";
import type { RunImage } from "../../src/run/types.ts";

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

const sizeText = ({ width, height }: { width: number; height: number }): string => `${width} × ${height}`;

/** Text under the picture: original size, steps, input size, patches, patches that see only padding. */
export function inputText(input: Omit<ModelInput, "fit">): string {
  const { original, input: size, grids, steps, patches, paddingPatches } = input;
  const parts = grids.map(({ rows, cols }) => `${rows} × ${cols}`).join(" + ");
  const done = steps.map((step) => `, ${step.replaceAll(" x ", " × ")}`).join("");
  const padding =
    paddingPatches === 0
      ? ""
      : ` ${paddingPatches} ${paddingPatches === 1 ? "patch sees" : "patches see"} only padding.`;
  return `${sizeText(original)} px${done}; input ${sizeText(size)} px; ${parts} = ${patches} patches.${padding}`;
}

/** What a run says of how its picture was prepared, where the model that could say more is not here. */
export function inputOfRun({ width, height, inputWidth, inputHeight, grids }: RunImage): Omit<ModelInput, "fit"> {
  const original = { width, height };
  const shares = grids.flatMap((grid) =>
    Array.from({ length: grid.rows * grid.cols }, (_, cell) =>
      coveredShare(grid, { row: Math.floor(cell / grid.cols), col: cell % grid.cols }, original),
    ),
  );
  return {
    original,
    input: { width: inputWidth, height: inputHeight },
    grids,
    steps: [],
    patches: shares.length,
    paddingPatches: shares.filter((share) => share === 0).length,
  };
}

/** Where a picture lies in an input of `width` x `height` whose grid covers it whole: the inverse of the grid's box. */
export function pictureInInput(
  picture: { readonly width: number; readonly height: number },
  { box }: GridPlacement,
  input: { readonly width: number; readonly height: number },
): Box {
  const across = input.width / box.width;
  const down = input.height / box.height;
  return {
    left: (0 - box.left) * across,
    top: (0 - box.top) * down,
    width: picture.width * across,
    height: picture.height * down,
  };
}
