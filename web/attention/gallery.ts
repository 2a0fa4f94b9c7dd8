/** @file Small maps on the grey picture, side by side: where they stand, and their drawing. */
import { figureColors } from "../../src/figure/figure-style.ts";
import type { Drawing } from "../figures/figure.ts";
import { fittedContext, greyPicture } from "../map/canvas/canvas.ts";
import type { MapLattice } from "./matrix/map-lattice.ts";
import { paintSmallMaps } from "./matrix/paint-matrix.ts";
import type { MapRows } from "./matrix/paint-matrix.ts";
import { imageOf } from "./matrix/matrix-texture.ts";

/** In CSS pixels. */
export interface GalleryLayout {
  readonly columns: number;
  readonly mapWidth: number;
  readonly mapHeight: number;
  /** From one entry to the next. */
  readonly pitchX: number;
  readonly pitchY: number;
  readonly height: number;
}

const gapX = 8;
const gapY = 10;
/** Name, value and bar below a map. */
export const labelHeight = 22;

/** Columns of maps at least `least` pixels wide, and at most `most`. */
export function galleryColumns(
  width: number,
  { least, most }: { readonly least: number; readonly most: number },
): number {
  return Math.max(1, Math.min(most, Math.floor((width + gapX) / (least + gapX))));
}

export function galleryLayout(
  count: number,
  { width, columns, aspect }: { readonly width: number; readonly columns: number; readonly aspect: number },
): GalleryLayout {
  const mapWidth = Math.max(24, Math.floor((width - gapX * (columns - 1)) / columns));
  const mapHeight = Math.max(16, Math.round(mapWidth * aspect));
  const pitchY = mapHeight + labelHeight + gapY;
  const rows = Math.ceil(count / columns);
  return { columns, mapWidth, mapHeight, pitchX: mapWidth + gapX, pitchY, height: Math.max(0, rows * pitchY - gapY) };
}

/** Upper left corner of an entry's map. */
export function placeInGallery({ columns, pitchX, pitchY }: GalleryLayout, index: number) {
  return { left: (index % columns) * pitchX, top: Math.floor(index / columns) * pitchY };
}

export interface GalleryMaps {
  readonly rows: MapRows;
  readonly lattice: MapLattice;
  /** Row of each entry, and the value at the upper end of its colors. */
  readonly entries: readonly { readonly row: number; readonly scale: number }[];
  readonly colors: Uint32Array;
}

/** The maps one below the other, one pixel a cell, [entries * rows, cols]. */
function galleryTexture({ rows, lattice, entries, colors }: GalleryMaps): ImageData {
  const width = lattice.cols;
  const height = lattice.rows * entries.length;
  const pixels = new Uint32Array(width * height);
  const scales = new Float32Array(Math.max(0, ...entries.map(({ row }) => row + 1)));
  for (const { row, scale } of entries) scales[row] = scale;
  paintSmallMaps(
    { rows, lattice, scales, colors, empty: 0 },
    {
      pixels,
      width,
      cellWidth: lattice.cols,
      cellHeight: lattice.rows,
      maps: entries.map(({ row }, index) => ({ row, x: 0, y: index * lattice.rows })),
    },
  );
  return imageOf(pixels, width, height);
}

/** Sides of the grey picture under small maps, at most; pixels. */
const thumbSide = 240;
const thumbs = new WeakMap<ImageBitmap, HTMLCanvasElement>();

function greyThumb(picture: ImageBitmap): HTMLCanvasElement {
  const found = thumbs.get(picture) ?? greyPicture(picture, thumbSide);
  thumbs.set(picture, found);
  return found;
}

const mapOpacity = 0.86;

export interface GalleryDrawing {
  readonly maps: GalleryMaps;
  readonly layout: GalleryLayout;
  readonly picture: ImageBitmap | undefined;
  readonly smooth: boolean;
}

/** Draws every map of a gallery into a context whose unit is a CSS pixel. */
export function drawGallery(
  context: CanvasRenderingContext2D,
  { maps, layout, picture, smooth }: GalleryDrawing,
): void {
  const { lattice, entries } = maps;
  if (lattice.cols === 0 || entries.length === 0) return;
  const texture = document.createElement("canvas");
  texture.width = lattice.cols;
  texture.height = lattice.rows * entries.length;
  texture.getContext("2d")!.putImageData(galleryTexture(maps), 0, 0);
  const thumb = picture && greyThumb(picture);
  const { mapWidth, mapHeight } = layout;
  for (let index = 0; index < entries.length; index++) {
    const { left, top } = placeInGallery(layout, index);
    if (thumb) {
      const scale = thumb.width / picture.width;
      const { box } = lattice;
      context.globalAlpha = 1;
      context.imageSmoothingEnabled = true;
      context.drawImage(
        thumb,
        ...([box.left * scale, box.top * scale, box.width * scale, box.height * scale] as const),
        ...([left, top, mapWidth, mapHeight] as const),
      );
      context.globalAlpha = mapOpacity;
    }
    context.imageSmoothingEnabled = smooth;
    const from = [0, index * lattice.rows, lattice.cols, lattice.rows] as const;
    context.drawImage(texture, ...from, left, top, mapWidth, mapHeight);
  }
  context.globalAlpha = 1;
}

const exportWidth = 640;
const textPx = 12;

/** A gallery with its names and values below the maps, on white paper, for exports. */
export function galleryImage(
  { maps, picture, smooth }: Omit<GalleryDrawing, "layout">,
  {
    labels,
    columns,
  }: { readonly labels: readonly { readonly label: string; readonly value: string }[]; readonly columns: number },
): Drawing {
  const canvas = document.createElement("canvas");
  const layout = galleryLayout(labels.length, { width: exportWidth, columns, aspect: maps.lattice.aspect });
  const size = { width: exportWidth, height: Math.max(1, layout.height) };
  const context = fittedContext(canvas, { ...size, ratio: 2 });
  context.fillStyle = figureColors.paper;
  context.fillRect(0, 0, size.width, size.height);
  drawGallery(context, { maps, layout, picture, smooth });
  context.font = `${textPx}px Inter, sans-serif`;
  context.fillStyle = figureColors.ink;
  for (const [index, { label, value }] of labels.entries()) {
    const { left, top } = placeInGallery(layout, index);
    const baseline = top + layout.mapHeight + textPx + 3;
    context.textAlign = "left";
    context.fillText(label, left, baseline);
    context.textAlign = "right";
    context.fillText(value, left + layout.mapWidth, baseline);
  }
  return { kind: "canvas", canvas, ...size };
}
