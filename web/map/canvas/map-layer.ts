/** @file The layer of a map over the picture, as pixels: a smooth surface, or one pixel a cell to be enlarged without smoothing. */
import { colorIndex, type ColorMapName, type ValueRange } from "../../../src/figure/color-map.ts";
import { spreadMap, type MapField } from "../../../src/figure/map-field.ts";
import { overlayColors } from "../../../src/figure/packed-colors.ts";
import { sizeWithin } from "../../../src/figure/pixels.ts";
import type { Box } from "../../../src/image/types.ts";
import { cellsOfTokens, valuesOfCells, type PatchGeometry } from "../../../src/figure/patch-geometry.ts";

/** Longest side of a smooth layer in pixels: curves through cells have nothing finer to show; the browser enlarges it. */
const smoothSide = 256;
/** Longest side where several grids of flat cells lie over each other: pixels of the finest cells, within limits. */
const tiledSide = { perCell: 4, least: 360, most: 720 } as const;

export interface MapLayerRequest {
  readonly geometry: PatchGeometry;
  /** One number per image token of the run. */
  readonly values: Float32Array;
  readonly smooth: boolean;
  readonly colorMap: ColorMapName;
  /** Opacity grows with the value. */
  readonly fades: boolean;
  readonly range: ValueRange;
  /** Image tokens whose cells have no color. */
  readonly hidden: ReadonlySet<number>;
  /** Longest side of the layer in pixels; small maps need less than the one on the stage. */
  readonly longest?: number;
}

export interface MapLayer {
  readonly width: number;
  readonly height: number;
  /** Colors as RGBA in memory order, [height, width]; 0 where the picture shows. */
  readonly pixels: Uint32Array<ArrayBuffer>;
  /** Where the layer lies, in pixels of the picture; it may reach beyond. */
  readonly box: Box;
  /** False where it is enlarged without smoothing. */
  readonly smooth: boolean;
}

function cellLayer({ geometry, colorMap, fades, range, ...request }: MapLayerRequest): MapLayer {
  const [grid] = geometry.grids;
  const values = valuesOfCells(geometry, request.values);
  const hidden = cellsOfTokens(geometry, request.hidden);
  const colors = overlayColors(colorMap, fades);
  const pixels = new Uint32Array(values.length);
  for (let cell = 0; cell < values.length; cell++) {
    if (!hidden.has(cell)) pixels[cell] = colors[colorIndex(values[cell]!, range)]!;
  }
  return { width: grid!.cols, height: grid!.rows, pixels, box: grid!.box, smooth: false };
}

/** Longest side of a layer of flat cells, in pixels: enough to tell the finest ones apart. */
function sideOfCells({ picture, grids }: PatchGeometry): number {
  const across = Math.max(...grids.map(({ box, cols }) => (picture.width * cols) / box.width));
  const down = Math.max(...grids.map(({ box, rows }) => (picture.height * rows) / box.height));
  const { perCell, least, most } = tiledSide;
  return Math.min(most, Math.max(least, Math.ceil(perCell * Math.max(across, down))));
}

/**
 * The fields of a map that were drawn last, smooth and flat with each choice of grids: another color map, or other ends of the scale, need
 * no new one.
 */
interface KnownField {
  /** What the field depends on beside the values. */
  readonly of: readonly unknown[];
  readonly field: MapField;
}
const mostFields = 6;
const knownFields = new WeakMap<Float32Array, readonly KnownField[]>();

function fieldOf(
  { geometry, values, smooth, hidden }: MapLayerRequest,
  size: { readonly width: number; readonly height: number },
): MapField {
  const of = [geometry, smooth, hidden, size.width, size.height];
  const known = knownFields.get(values) ?? [];
  const found = known.find((each) => each.of.every((value, i) => value === of[i]));
  if (found) return found.field;
  const { picture, grids, choice } = geometry;
  const field = spreadMap({
    picture,
    size,
    grids,
    values: valuesOfCells(geometry, values),
    smooth,
    hidden: cellsOfTokens(geometry, hidden),
    overlap: choice === "finest" ? "finest" : "mean",
  });
  knownFields.set(values, [{ of, field }, ...known].slice(0, mostFields));
  return field;
}

/**
 * Colors a map, whose values stay as they are. The opacity of the strongest color is that of the element that shows the layer.
 *
 * @param before pixels of a layer that nothing shows any more; they become those of this one if their number is the same
 */
export function mapLayer(request: MapLayerRequest, before?: Uint32Array<ArrayBuffer>): MapLayer {
  const { geometry, smooth, colorMap, fades, range } = request;
  const { picture, grids } = geometry;
  if (!smooth && grids.length === 1) return cellLayer(request);
  const longest = request.longest ?? (smooth ? smoothSide : sideOfCells(geometry));
  // A picture smaller than this still gets a smooth surface.
  const scale = longest / Math.max(picture.width, picture.height);
  const size = sizeWithin({ width: picture.width * scale, height: picture.height * scale }, longest);
  const { values, cover } = fieldOf(request, size);
  const colors = overlayColors(colorMap, fades);
  const count = size.width * size.height;
  const pixels = before?.length === count ? before : new Uint32Array(count);
  // Most colors are small as signed numbers; code that runs for the first times puts large ones on the heap, one by one.
  const [written, read] = [new Int32Array(pixels.buffer), new Int32Array(colors.buffer)];
  // The same as `colorIndex`, without a call for each pixel.
  const { min, max } = range;
  const steps = 255 / (max - min || 1);
  for (let i = 0; i < count; i++) {
    const index = (values[i]! - min) * steps + 0.5;
    written[i] = cover[i] === 1 ? read[index > 0 ? (index < 255 ? index | 0 : 255) : 0]! : 0;
  }
  return { ...size, pixels, box: { left: 0, top: 0, ...picture }, smooth };
}
