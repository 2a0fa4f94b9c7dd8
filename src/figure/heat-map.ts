/** @file Heat maps: a map of image tokens painted over the original picture. */
import { colorIndex, colorTable, coverOf, defaultRange, type ColorMapName, type ValueRange } from "./color-map.ts";
import { imageTokenCount, spreadMap } from "./map-field.ts";
import { scaledOnPaper, sizeWithin, type PixelImage, type RgbaImage } from "./pixels.ts";
import { coveredShare } from "../image/geometry.ts";
import type { GridPlacement } from "../image/types.ts";

export interface HeatMapOptions {
  readonly colorMap: ColorMapName;
  /** Weight of the map's color over the picture, 0-1; of the strongest color if the map fades. */
  readonly opacity: number;
  /** Opacity grows with the value from 0 to `opacity`, so that the picture keeps its colors; else it is the same everywhere. */
  readonly fades: boolean;
  /** True for a monotone surface through the centers of the cells, false for flat cells. */
  readonly smooth: boolean;
  /** Take the hues out of the picture under the map and darken it by 34 %, so that hues belong to the map. */
  readonly greyPicture: boolean;
  /** Values at the ends of the color map; null is `mapRange`. */
  readonly range: ValueRange | null;
  /** Image tokens shown as hatched cells instead of values, such as sinks. */
  readonly hidden: ReadonlySet<number>;
  /** Longest side of the result, in pixels. Larger pictures are scaled down. */
  readonly maxSide: number;
  /** What a pixel takes if several grids lie over it: their mean, or the finest one. */
  readonly overlap: "mean" | "finest";
}

export const heatMapDefaults: HeatMapOptions = {
  colorMap: "viridis",
  opacity: 0.75,
  fades: true,
  smooth: true,
  greyPicture: false,
  range: null,
  hidden: new Set(),
  maxSide: 1600,
  overlap: "mean",
};

export interface HeatMapRequest {
  /** The original picture. */
  readonly image: PixelImage;
  /** The places of the image tokens on it. */
  readonly grids: readonly GridPlacement[];
  /** One number per image token, in the order of the grids, each row-major. */
  readonly values: Float32Array;
  readonly options?: Partial<HeatMapOptions>;
}

/** Size of a picture, in pixels. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** A painted picture, and the values that its ends of the color map stand for. */
export interface HeatMap extends RgbaImage {
  readonly range: ValueRange;
  /** The same as two layers of RGBA pixels: the picture, and the map with its opacity. */
  readonly layers: { readonly picture: Uint8ClampedArray; readonly map: Uint8ClampedArray };
}

/** The share of each image token's cell that lies on the picture, 0-1, in the order of the grids. */
function visibleShares(grids: readonly GridPlacement[], picture: PictureSize): number[] {
  return grids.flatMap((grid) =>
    Array.from({ length: grid.rows * grid.cols }, (_, cell) =>
      coveredShare(grid, { row: Math.floor(cell / grid.cols), col: cell % grid.cols }, picture),
    ),
  );
}

/** The share of a map's sum that lies on padding, outside of the picture; 0 for a map of zeros. */
export function paddingShare({
  image,
  grids,
  values,
}: Pick<HeatMapRequest, "grids" | "values"> & { readonly image: PictureSize }): number {
  const visible = visibleShares(grids, image);
  let total = 0;
  let outside = 0;
  for (let token = 0; token < values.length; token++) {
    const size = Math.abs(values[token]!);
    if (!Number.isFinite(size)) continue;
    total += size;
    outside += size * (1 - (visible[token] ?? 1));
  }
  return total > 0 ? outside / total : 0;
}

/**
 * The range of a map: from 0 to its largest value, or symmetric about 0 for the diverging map, over the cells that are
 * shown: those on the picture and not hidden.
 */
export function mapRange({
  image,
  grids,
  values,
  options,
}: Pick<HeatMapRequest, "grids" | "values" | "options"> & { readonly image: PictureSize }): ValueRange {
  const visible = visibleShares(grids, image);
  const hidden = options?.hidden;
  return defaultRange(
    values.filter((_, token) => visible[token]! > 0 && !(hidden?.has(token) ?? false)),
    options?.colorMap ?? heatMapDefaults.colorMap,
  );
}

/** What is left of the light of a picture under a map. */
const grayLight = 0.66;
/** Distance of the hatch lines of hidden cells, in pixels. */
const hatchStep = 6;

/**
 * Paints a map over the original picture: only the cells of the grids, clipped to the picture. What no cell covers
 * keeps its pixels. Hidden cells are hatched. Throws an Error if the number of values is not that of the image tokens.
 */
export function drawHeatMap(request: HeatMapRequest): HeatMap {
  const { image, grids, values } = request;
  const options = { ...heatMapDefaults, ...request.options };
  if (values.length !== imageTokenCount(grids)) {
    throw new Error(
      `heat map: the grids hold ${imageTokenCount(grids)} image tokens, got ${values.length} values; give one per image token.`,
    );
  }
  const range = options.range ?? mapRange(request);
  const canvas = scaledOnPaper(image, sizeWithin(image, options.maxSide));
  const field = spreadMap({
    picture: image,
    size: canvas,
    grids,
    values,
    smooth: options.smooth,
    hidden: options.hidden,
    overlap: options.overlap,
  });
  const table = colorTable(options.colorMap);
  const opacity = Math.min(1, Math.max(0, options.opacity));
  const weights = Float64Array.from({ length: 256 }, (_, index) =>
    options.fades ? opacity * coverOf(index, options.colorMap) : opacity,
  );
  const { data, width } = canvas;
  const layers = { picture: new Uint8ClampedArray(data), map: new Uint8ClampedArray(data.length) };
  for (let pixel = 0; pixel < field.values.length; pixel++) {
    const cover = field.cover[pixel];
    if (cover === 0) continue;
    const at = pixel * 4;
    if (options.greyPicture) {
      // Luma of ITU-R BT.709, as CSS `grayscale` has it.
      const gray = grayLight * (0.2126 * data[at]! + 0.7152 * data[at + 1]! + 0.0722 * data[at + 2]!);
      data.fill(gray, at, at + 3);
      layers.picture.fill(gray, at, at + 3);
    }
    if (cover === 1) {
      const index = colorIndex(field.values[pixel]!, range);
      const share = weights[index]!;
      for (let c = 0; c < 3; c++) {
        const level = table[index * 3 + c]!;
        layers.map[at + c] = level;
        data[at + c] = data[at + c]! * (1 - share) + level * share;
      }
      layers.map[at + 3] = 255 * share;
    } else {
      const onLine = ((pixel % width) + Math.floor(pixel / width)) % hatchStep < 2;
      const level = onLine ? 235 : 70;
      for (let c = 0; c < 3; c++) data[at + c] = data[at + c]! * (1 - opacity) + level * opacity;
      layers.map.fill(level, at, at + 3);
      layers.map[at + 3] = 255 * opacity;
    }
  }
  return { ...canvas, range, layers };
}
