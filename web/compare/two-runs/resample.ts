/** @file Brings a map of one grid onto the grid of another picture, so that two runs can be compared patch by patch. */
import { spreadMap } from "../../../src/figure/map-field.ts";
import type { GridPlacement } from "../../../src/image/types.ts";

/** A picture with the grids of its image tokens, in its own pixels. */
export interface GriddedPicture {
  readonly width: number;
  readonly height: number;
  readonly grids: readonly GridPlacement[];
}

/** Samples of each cell of the target along each axis. */
const samplesPerCell = 8;
const longestSide = 1024;

/** True where both pictures have the same grids at the same places, so that patch i of one is patch i of the other. */
export function sameGrids(one: GriddedPicture, other: GriddedPicture): boolean {
  const relative = ({ width, height, grids }: GriddedPicture) =>
    JSON.stringify(
      grids.map(({ rows, cols, box }) =>
        [rows, cols, box.left / width, box.top / height, box.width / width, box.height / height].map((value) =>
          Math.round(value * 1e6),
        ),
      ),
    );
  return relative(one) === relative(other);
}

/**
 * The map of `from` at the cells of `to`: both pictures are laid over each other, and each cell takes the mean of what lies under it,
 * 0 where nothing does. Values stay per image token of `from`; with fewer cells than that one has, a map of shares no longer sums to 1,
 * which `scale` makes good: it multiplies by cells of `from` over cells of `to`.
 *
 * @param values one number per image token of `from`
 * @returns one number per image token of `to`
 */
export function resampleMap(
  values: Float32Array,
  { from, to, scale }: { readonly from: GriddedPicture; readonly to: GriddedPicture; readonly scale: boolean },
): Float32Array {
  const most = to.grids.reduce((largest, { rows, cols }) => Math.max(largest, rows, cols), 1);
  const side = Math.min(longestSide, most * samplesPerCell);
  const field = spreadMap({
    picture: from,
    size: { width: side, height: side },
    grids: from.grids,
    values,
    smooth: false,
  });
  const cells = to.grids.reduce((sum, { rows, cols }) => sum + rows * cols, 0);
  const factor = scale ? values.length / Math.max(1, cells) : 1;
  const result = new Float32Array(cells);
  let cell = 0;
  for (const { rows, cols, box } of to.grids) {
    for (let row = 0; row < rows; row++) {
      for (let col = 0; col < cols; col++) {
        const x = range(box.left + (box.width * col) / cols, box.width / cols, { length: to.width, side });
        const y = range(box.top + (box.height * row) / rows, box.height / rows, { length: to.height, side });
        result[cell++] = factor * meanOf(field, x, y);
      }
    }
  }
  return result;
}

/** Samples [start, end) along an axis of `side` samples whose centres lie in a stretch of the picture. */
function range(
  origin: number,
  size: number,
  { length, side }: { readonly length: number; readonly side: number },
): readonly [number, number] {
  const first = Math.max(0, Math.ceil((origin / length) * side - 0.5));
  const end = Math.min(side, Math.ceil(((origin + size) / length) * side - 0.5));
  return [first, end];
}

function meanOf(
  { values, cover, width }: { readonly values: Float32Array; readonly cover: Uint8Array; readonly width: number },
  [left, right]: readonly [number, number],
  [top, bottom]: readonly [number, number],
): number {
  let sum = 0;
  let count = 0;
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      if (cover[y * width + x] === 0) continue;
      sum += values[y * width + x]!;
      count++;
    }
  }
  return count > 0 ? sum / count : 0;
}
