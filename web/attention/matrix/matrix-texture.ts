/** @file The pixels of the matrix of layers and heads. */
import { createRemembered } from "../../data/remembered.ts";
import { boxOf, type MatrixLayout } from "./matrix-layout.ts";
import { largestOfAll } from "../head-list.ts";
import { isPooled, mapScales, paintMeans, paintSmallMaps, type MapRows, type Placing } from "./paint-matrix.ts";

export interface MatrixContents {
  readonly layout: MatrixLayout;
  /** Layer of the model of each recorded layer. */
  readonly layers: readonly number[];
  readonly rows: MapRows;
  readonly lattice: { readonly rows: number; readonly cols: number };
  /** Largest cell of each map, and the share of each head, [recorded layers, heads]. */
  readonly maxima: Float32Array;
  readonly shares: Float32Array;
  readonly cells: "maps" | "means";
  readonly scale: "map" | "layer" | "all";
  readonly colors: Uint32Array;
}

const places = createRemembered<Placing["maps"]>();

/** The upper left corner of each recorded head's cell. */
export function placesOf(layout: MatrixLayout, layers: readonly number[]): Placing["maps"] {
  return places(layout, layers, () =>
    layers.flatMap((layer, index) =>
      Array.from({ length: layout.heads }, (_, head) => {
        const { x, y } = boxOf(layout, { layer, head });
        return { row: index * layout.heads + head, x, y };
      }),
    ),
  );
}

/**
 * Paints the whole matrix; gaps, and layers that are not recorded, stay transparent.
 *
 * @param pixels of an earlier call, [height, width] of the same layout, to be painted again
 * @param part which of the recorded heads are painted; all if it is left out
 */
export function matrixPixels(
  contents: MatrixContents,
  pixels = new Uint32Array(contents.layout.width * contents.layout.height),
  part: { readonly from: number; readonly to: number } = { from: 0, to: Infinity },
): Uint32Array<ArrayBuffer> {
  const { layout, layers, rows, lattice, maxima, shares, cells, scale, colors } = contents;
  const { width, cellWidth, cellHeight } = layout;
  const placing = { pixels, width, cellWidth, cellHeight, maps: placesOf(layout, layers).slice(part.from, part.to) };
  if (cells === "means") paintMeans({ values: shares, max: largestOfAll(shares), colors }, placing);
  else {
    const scales = mapScales(maxima, layout.heads, scale);
    paintSmallMaps({ rows, lattice, scales, colors, empty: 0 }, placing);
  }
  return pixels;
}

/** Cells of small maps that are painted in one frame. */
const cellsPerFrame = 1_000_000;

/** How many heads are painted in one frame: all of them, or as many as have few enough cells. */
export function headsPerFrame({ lattice, cells }: Pick<MatrixContents, "lattice" | "cells">): number {
  if (cells === "means") return Infinity;
  return Math.max(1, Math.floor(cellsPerFrame / Math.max(1, lattice.rows * lattice.cols)));
}

/** Whether the maps were painted before at this size, with whatever colors, so that all of them fit in one frame. */
export function wasPainted({ rows, lattice, layout, cells }: MatrixContents): boolean {
  return cells === "maps" && isPooled(rows, { lattice, cellWidth: layout.cellWidth, cellHeight: layout.cellHeight });
}

/** The rows of pixels, from `top` to `bottom`, with the recorded heads from one to before another. */
export function rowsOfHeads(
  { layout, layers }: MatrixContents,
  from: number,
  to: number,
): { readonly top: number; readonly bottom: number } {
  const layerOf = (head: number): number => layers[Math.min(layers.length - 1, Math.floor(head / layout.heads))]!;
  const { y: top } = boxOf(layout, { layer: layerOf(from), head: null });
  const last = boxOf(layout, { layer: layerOf(to - 1), head: null });
  return { top, bottom: last.y + last.height };
}

/** Pixels as an ImageData has them. */
export function imageOf(pixels: Uint32Array<ArrayBuffer>, width: number, height: number): ImageData {
  return new ImageData(new Uint8ClampedArray(pixels.buffer), width, height);
}
