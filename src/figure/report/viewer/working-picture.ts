/** @file The pictures of a report as pixels, with the part of each map that lies on them. */
import type { ColorMapName, ValueRange } from "../../color-map.ts";
import { mapRange } from "../../heat-map.ts";
import { imageTokenCount } from "../../map-field.ts";
import type { PixelImage } from "../../pixels.ts";
import type { GridPlacement } from "../../../image/types.ts";
import type { ReportPicture } from "../report-data.ts";
import { make } from "./dom.ts";

/** Longest side of the pixels that maps are drawn with. */
const workingSide = 900;

/** A picture as pixels of at most `workingSide`, with its grids in the same scale. */
export interface WorkingPicture {
  readonly image: PixelImage;
  readonly grids: readonly GridPlacement[];
  readonly firstToken: number;
  readonly missing: boolean;
}

/** Decodes the picture of the report; a plain surface takes its place where it is missing or broken. */
export async function loadPicture(picture: ReportPicture): Promise<WorkingPicture> {
  const scale = Math.min(1, workingSide / Math.max(picture.width, picture.height));
  const width = Math.max(1, Math.round(picture.width * scale));
  const height = Math.max(1, Math.round(picture.height * scale));
  const canvas = make("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d", { willReadFrequently: true })!;
  context.fillStyle = "#c8c8c2";
  context.fillRect(0, 0, width, height);
  let missing = picture.url === null;
  if (picture.url !== null) {
    const source = make("img", { attributes: { src: picture.url } });
    try {
      await source.decode();
      context.drawImage(source, 0, 0, width, height);
    } catch {
      missing = true;
    }
  }
  const grids = picture.grids.map(({ rows, cols, box }) => ({
    rows,
    cols,
    box: {
      left: (box.left * width) / picture.width,
      top: (box.top * height) / picture.height,
      width: (box.width * width) / picture.width,
      height: (box.height * height) / picture.height,
    },
  }));
  return {
    image: { width, height, data: context.getImageData(0, 0, width, height).data },
    grids,
    firstToken: picture.firstToken,
    missing,
  };
}

/** The part of a map over the image tokens of all pictures that lies on this one. */
export function ownValues({ firstToken, grids }: WorkingPicture, map: Float32Array): Float32Array {
  return map.slice(firstToken, firstToken + imageTokenCount(grids));
}

/** One range for all pictures, so that they can be compared: from 0, or symmetric about it, to the largest value shown on any. `left` are image tokens that are left out. */
export function sharedRange(
  pictures: readonly WorkingPicture[],
  map: Float32Array,
  { colorMap, left }: { readonly colorMap: ColorMapName; readonly left: ReadonlySet<number> },
): ValueRange {
  const ranges = pictures.map((picture) =>
    mapRange({
      ...picture,
      values: ownValues(picture, map),
      options: { colorMap, hidden: hiddenCells(picture, left) },
    }),
  );
  const max = Math.max(...ranges.map((range) => range.max));
  return { min: colorMap === "diverging" ? -max : 0, max };
}

/** The cells of a picture that stand for some image tokens of the run. */
export function hiddenCells({ firstToken, grids }: WorkingPicture, tokens: ReadonlySet<number>): ReadonlySet<number> {
  const count = imageTokenCount(grids);
  const cells = [...tokens].map((token) => token - firstToken);
  return new Set(cells.filter((cell) => cell >= 0 && cell < count));
}
