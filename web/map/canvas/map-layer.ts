/** @file The layer of a map over the picture, as pixels: a smooth surface, or one pixel a cell to be enlarged without smoothing. */
import { colorIndex, type ColorMapName, type ValueRange } from "../../../src/figure/color-map.ts";
import { spreadMap } from "../../../src/figure/map-field.ts";
import { packedColors } from "../../../src/figure/packed-colors.ts";
import { sizeWithin } from "../../../src/figure/pixels.ts";
import type { Box } from "../../../src/image/types.ts";
import { valuesOfCells, type PatchGeometry } from "../patch-geometry.ts";

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
  readonly range: ValueRange;
  /** Cells without a color, by their index in the order of the grids. */
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

function cellLayer(request: MapLayerRequest, values: Float32Array): MapLayer {
  const { geometry, colorMap, range, hidden } = request;
  const [grid] = geometry.grids;
  const colors = packedColors(colorMap);
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

/** Colors a map. The layer is opaque; its opacity is that of the element that shows it. */
export function mapLayer(request: MapLayerRequest): MapLayer {
  const { geometry, smooth, colorMap, range, hidden } = request;
  const { picture, grids } = geometry;
  const values = valuesOfCells(geometry, request.values);
  if (!smooth && grids.length === 1) return cellLayer(request, values);
  const longest = request.longest ?? (smooth ? smoothSide : sideOfCells(geometry));
  // A picture smaller than this still gets a smooth surface.
  const scale = longest / Math.max(picture.width, picture.height);
  const size = sizeWithin({ width: picture.width * scale, height: picture.height * scale }, longest);
  const overlap = geometry.choice === "finest" ? "finest" : "mean";
  const field = spreadMap({ picture, size, grids, values, smooth, hidden, overlap });
  const colors = packedColors(colorMap);
  const pixels = new Uint32Array(size.width * size.height);
  // The same as `colorIndex`, without a call for each pixel.
  const { min, max } = range;
  const steps = 255 / (max - min || 1);
  for (let i = 0; i < pixels.length; i++) {
    if (field.cover[i] !== 1) continue;
    const index = (field.values[i]! - min) * steps + 0.5;
    pixels[i] = colors[index > 0 ? (index < 255 ? index | 0 : 255) : 0]!;
  }
  return { ...size, pixels, box: { left: 0, top: 0, ...picture }, smooth };
}
