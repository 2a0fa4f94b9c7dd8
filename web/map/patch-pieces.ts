/** @file The pieces of a picture that patches are, as small pictures: cut out once for each patch. */
import { boxAround } from "../../src/image/geometry.ts";
import type { Box } from "../../src/image/types.ts";
import type { PatchGeometry } from "../../src/figure/patch-geometry.ts";
import { geometryOf } from "./run-geometry.ts";
import type { OpenRun } from "../run/open-run.svelte.ts";

/** Longest side of a piece in pixels: it is drawn at half of it and less. */
const longest = 56;

const cut = new WeakMap<ImageBitmap, Map<string, string>>();

/** The part of a picture in a box, as data URL. The box is in pixels of a picture `width` wide, whatever size the bitmap has. */
function pieceUrl(bitmap: ImageBitmap, box: Box, width: number): string {
  const key = [box.left, box.top, box.width, box.height].join(" ");
  const pieces = cut.get(bitmap) ?? new Map<string, string>();
  cut.set(bitmap, pieces);
  let url = pieces.get(key);
  if (url === undefined) {
    const scale = longest / Math.max(box.width, box.height);
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(box.width * scale));
    canvas.height = Math.max(1, Math.round(box.height * scale));
    const context = canvas.getContext("2d")!;
    context.imageSmoothingQuality = "high";
    const own = bitmap.width / width;
    const from = [box.left * own, box.top * own, box.width * own, box.height * own] as const;
    context.drawImage(bitmap, ...from, 0, 0, canvas.width, canvas.height);
    url = canvas.toDataURL("image/png");
    pieces.set(key, url);
  }
  return url;
}

/** Where the patches of each picture lie. */
export function geometriesOf(run: OpenRun): PatchGeometry[] {
  return run.document.description.images.map((_, image) => geometryOf(run, image)!);
}

/** The piece of the picture around image tokens of one picture; undefined until the picture is there, and without a place. */
export function pieceAround(
  run: OpenRun,
  geometries: readonly PatchGeometry[],
  patches: readonly number[],
): string | undefined {
  const [first] = patches;
  if (first === undefined) return undefined;
  const { image } = run.layout.imageTokens[first]!;
  const { byToken, picture } = geometries[image]!;
  const boxes = patches.flatMap((patch) => byToken.get(patch)?.box ?? []);
  const bitmap = run.picture(image);
  return bitmap && boxes.length > 0 ? pieceUrl(bitmap, boxAround(boxes), picture.width) : undefined;
}

/** The piece of the picture that an image token is; undefined until the picture is there, and for one that lies on padding. */
export function pieceOfPatch(run: OpenRun, geometries: readonly PatchGeometry[], patch: number): string | undefined {
  const { image } = run.layout.imageTokens[patch]!;
  const geometry = geometries[image]!;
  const box = geometry.byToken.get(patch)?.box;
  const bitmap = run.picture(image);
  return bitmap && box && pieceUrl(bitmap, box, geometry.picture.width);
}
