/** @file What of the pictures of a run the model did not see, in a few words: cropped parts, padding, and detail that was lost. */
import { finestView, unseenShare } from "../../src/image/geometry.ts";
import { formatPercent } from "../../src/figure/numbers.ts";
import type { RunImage } from "../../src/run/types.ts";

/** A smaller share of a picture is not worth a word. */
const namedShare = 0.005;
/** A smaller share of padding hardly costs detail. */
const namedPadding = 0.05;
/** Pixels of the input per pixel of the picture from which detail is seen as it is, about. */
const fullScale = 0.5;

type Seen = Pick<RunImage, "width" | "height" | "grids" | "views" | "inputWidth">;

/** The share of what the grids cover that lies outside of the picture, 0 to 1. */
function paddingOf({ width, height, grids }: Seen): number {
  let whole = 0;
  let inside = 0;
  for (const { box } of grids) {
    const across = Math.min(width, box.left + box.width) - Math.max(0, box.left);
    const down = Math.min(height, box.top + box.height) - Math.max(0, box.top);
    whole += box.width * box.height;
    inside += Math.max(0, across) * Math.max(0, down);
  }
  return whole === 0 ? 0 : 1 - inside / whole;
}

/** Pixels that the model receives for each pixel of the picture, along a side, in its finest view. */
function scaleOf({ grids, views, inputWidth }: Seen): number {
  if (views !== undefined && views.length > 0) {
    const { width, box } = finestView(views);
    return width / box.width;
  }
  const [grid] = grids;
  return grid === undefined ? 1 : inputWidth / grid.box.width;
}

/** "10 % of the picture was cropped away"; a picture that was seen as it is has no part. */
export function lostParts(image: Seen): string[] {
  const cropped = unseenShare(image, image.grids);
  const padding = paddingOf(image);
  const scale = scaleOf(image);
  return [
    ...(cropped >= namedShare ? [`${formatPercent(cropped)} of the picture was cropped away`] : []),
    ...(scale < fullScale ? [`seen at ${formatPercent(scale)} of its size`] : []),
    ...(padding >= namedPadding ? [`${formatPercent(padding)} of what it sees is padding`] : []),
  ];
}

/** The pictures of a run that lost something, each with what. */
export function lostOfPictures(images: readonly Seen[]): { readonly picture: number; readonly text: string }[] {
  return images.flatMap((image, picture) => {
    const parts = lostParts(image);
    if (parts.length === 0) return [];
    const name = images.length > 1 ? `picture ${picture + 1}: ` : "";
    return [{ picture, text: `${name}${parts.join(", ")}` }];
  });
}
