/** @file What the Model input view says: the fits by name, how a picture was prepared, and where it lies in the input. */
import { coveredShare } from "../../src/image/geometry.ts";
import type { Box } from "../../src/image/types.ts";
import type { RunImage, RunView } from "../../src/run/types.ts";
import { inputLines, type InputFacts, type InputPart } from "./input-parts.ts";

const sizeText = ({ width, height }: { width: number; height: number }): string => `${width} × ${height}`;

/** Text under the picture: original size, steps, input size, patches, patches that see only padding. */
export function inputText(input: InputFacts): string {
  const { original, input: size, grids, views, steps, patches, paddingPatches } = input;
  const parts = grids.map(({ rows, cols }) => `${rows} × ${cols}`).join(" + ");
  const done = steps.map((step) => `, ${step.replaceAll(" x ", " × ")}`).join("");
  const padding =
    paddingPatches === 0
      ? ""
      : ` ${paddingPatches} ${paddingPatches === 1 ? "patch sees" : "patches see"} only padding.`;
  const inputs = views.map(({ width, height, tiles }) => ({
    width: width / tiles.cols,
    height: height / tiles.rows,
    tiles,
  }));
  const count = inputs.reduce((sum, { tiles }) => sum + tiles.rows * tiles.cols, 0);
  const [first] = inputs;
  const received = count > 1 && first ? `${count} inputs of ${sizeText(first)} px` : `input ${sizeText(size)} px`;
  return `${sizeText(original)} px${done}; ${received}; ${parts} = ${patches} patches.${padding}`;
}

/** The one view of a picture that is not cut, which its grid covers; none if the run does not say how it was cut. */
function oneView({
  inputWidth,
  inputHeight,
  grids,
}: Pick<RunImage, "inputWidth" | "inputHeight" | "grids">): RunView[] {
  const [grid] = grids;
  if (grid === undefined || grids.length > 1) return [];
  const { box } = grid;
  return [{ width: inputWidth, height: inputHeight, box, tiles: { rows: 1, cols: 1 }, grids: [0] }];
}

/** What a run says of how its picture was prepared, where the model that could say more is not here. */
export function inputOfRun({ width, height, inputWidth, inputHeight, grids, ...image }: RunImage): InputFacts {
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
    views: image.views ?? oneView({ inputWidth, inputHeight, grids }),
    windows: [],
    towerPatches: null,
    steps: [],
    patches: shares.length,
    paddingPatches: shares.filter((share) => share === 0).length,
  };
}

/** Where a picture lies in an input of `width` x `height`: the inverse of the input's place on the picture. */
export function pictureInInput(
  picture: { readonly width: number; readonly height: number },
  { box }: { readonly box: Box },
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

/** Which input is shown and what of the original it sees: "Tile 2 of 4 (row 0, column 1): 336 × 336 px, sees pixels 168–336, 0–168." */
export function partText({ label, width, height, box }: InputPart): string {
  const span = (from: number, length: number): string => `${Math.round(from)} to ${Math.round(from + length)}`;
  const place = `columns ${span(box.left, box.width)} and rows ${span(box.top, box.height)} of the original`;
  return `${label[0]!.toUpperCase()}${label.slice(1)}: ${sizeText({ width, height })} px, ${place}.`;
}

/** What the lines on an input are, if they are not the borders of image tokens alone. */
export function linesText(part: InputPart, facts: InputFacts): string {
  const { patches, windows } = inputLines(part, facts);
  const { towerPatches } = facts;
  const merged =
    patches.length > 0 && towerPatches
      ? `Thin lines: ${towerPatches.rows} × ${towerPatches.cols} patches of the tower; those between stronger lines become one image token.`
      : "";
  const within = windows.length > 0 ? "Thick lines: windows that most layers of the tower attend within." : "";
  return [merged, within].filter((text) => text !== "").join(" ");
}
