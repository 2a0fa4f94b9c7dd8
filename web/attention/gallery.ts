/** @file Small maps on the picture, side by side: where they stand, and their drawing. */
import type { ColorMapName } from "../../src/figure/color-map.ts";
import { figureColors } from "../../src/figure/figure-style.ts";
import { overlayColors } from "../../src/figure/packed-colors.ts";
import type { Drawing } from "../figures/figure.ts";
import { fittedContext, greyPicture } from "../map/canvas/canvas.ts";
import type { MapLattice } from "./matrix/map-lattice.ts";
import { paintSmallMaps, type MapRows } from "./matrix/paint-matrix.ts";

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
}

/** Sides of the grey picture under small maps, at most; pixels. */
const thumbSide = 240;

/** How maps lie on the picture, as on the stage. */
export interface GalleryStyle {
  readonly colorMap: ColorMapName;
  readonly opacity: number;
  readonly fades: boolean;
  readonly greyPicture: boolean;
}

export interface GalleryDrawing {
  readonly maps: GalleryMaps;
  readonly style: GalleryStyle;
  readonly layout: GalleryLayout;
  readonly picture: ImageBitmap | undefined;
  readonly smooth: boolean;
}

/** Which entries of a gallery are drawn. */
interface EntryRange {
  readonly from: number;
  readonly end: number;
}

interface Sheet {
  readonly canvas: HTMLCanvasElement;
  readonly context: CanvasRenderingContext2D;
}

function newSheet(width: number, height: number): Sheet {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, width);
  canvas.height = Math.max(1, height);
  const context = canvas.getContext("2d")!;
  context.imageSmoothingQuality = "high";
  return { canvas, context };
}

/** Paints the maps of some entries one below the other, one pixel a cell, [entries * rows, cols]. */
function paintTexture(
  image: ImageData,
  { rows, lattice, entries, colors }: GalleryMaps & { readonly colors: Uint32Array },
  { from, end }: EntryRange,
): void {
  const pixels = new Uint32Array(image.data.buffer);
  const shown = entries.slice(from, end);
  const scales = new Float32Array(Math.max(0, ...shown.map(({ row }) => row + 1)));
  for (const { row, scale } of shown) scales[row] = scale;
  pixels.fill(0);
  paintSmallMaps(
    { rows, lattice, scales, colors, empty: 0 },
    {
      pixels,
      width: lattice.cols,
      cellWidth: lattice.cols,
      cellHeight: lattice.rows,
      maps: shown.map(({ row }, index) => ({ row, x: 0, y: index * lattice.rows })),
    },
  );
}

/** Draws entries of a gallery into a context whose unit is a CSS pixel; what was in their places is cleared. */
export type GalleryPainter = (context: CanvasRenderingContext2D, drawing: GalleryDrawing, range: EntryRange) => void;

/** Makes a painter that keeps what is the same from one drawing to the next: the texture of the maps, and the picture below each. */
export function galleryPainter(): GalleryPainter {
  let texture: (Sheet & { readonly image: ImageData }) | undefined;
  let ground: { readonly canvas: HTMLCanvasElement; readonly of: readonly unknown[] } | undefined;

  function textureOf(width: number, height: number) {
    if (texture?.canvas.width !== width || texture.canvas.height < height) {
      texture = { ...newSheet(width, height), image: new ImageData(width, height) };
    }
    return texture;
  }

  /** The picture as large as a map is drawn, so that it is scaled once for all maps. */
  function groundOf({ maps, layout, picture, style }: GalleryDrawing, ratio: number): HTMLCanvasElement | undefined {
    if (!picture) return undefined;
    const { box } = maps.lattice;
    const size = [layout.mapWidth * ratio, layout.mapHeight * ratio] as const;
    const of = [picture, style.greyPicture, box.left, box.top, box.width, box.height, ...size];
    if (!ground || ground.of.some((value, i) => value !== of[i])) {
      const { canvas, context } = newSheet(...size);
      const thumb = style.greyPicture ? greyPicture(picture, thumbSide) : picture;
      const scale = thumb.width / picture.width;
      const part = [box.left * scale, box.top * scale, box.width * scale, box.height * scale] as const;
      context.drawImage(thumb, ...part, 0, 0, ...size);
      ground = { canvas, of };
    }
    return ground.canvas;
  }

  return (context, drawing, { from, end }) => {
    const { maps, layout, smooth, style } = drawing;
    const { lattice } = maps;
    if (lattice.cols === 0 || end <= from) return;
    const { canvas, context: texels, image } = textureOf(lattice.cols, lattice.rows * (end - from));
    paintTexture(image, { ...maps, colors: overlayColors(style.colorMap, style.fades) }, { from, end });
    texels.putImageData(image, 0, 0);
    const below = groundOf(drawing, context.getTransform().a);
    const { mapWidth, mapHeight } = layout;
    for (let index = from; index < end; index++) {
      const { left, top } = placeInGallery(layout, index);
      context.clearRect(left, top, mapWidth, mapHeight);
      if (below) {
        context.globalAlpha = 1;
        context.imageSmoothingEnabled = true;
        context.drawImage(below, left, top, mapWidth, mapHeight);
        context.globalAlpha = style.opacity;
      }
      context.imageSmoothingEnabled = smooth;
      const cells = [0, (index - from) * lattice.rows, lattice.cols, lattice.rows] as const;
      context.drawImage(canvas, ...cells, left, top, mapWidth, mapHeight);
    }
    context.globalAlpha = 1;
  };
}

const exportWidth = 640;
const textPx = 12;

/** A gallery with its names and values below the maps, on white paper, for exports. */
export function galleryImage(
  drawing: Omit<GalleryDrawing, "layout">,
  {
    labels,
    columns,
  }: { readonly labels: readonly { readonly label: string; readonly value: string }[]; readonly columns: number },
): Drawing {
  const { maps } = drawing;
  const canvas = document.createElement("canvas");
  const layout = galleryLayout(labels.length, { width: exportWidth, columns, aspect: maps.lattice.aspect });
  const size = { width: exportWidth, height: Math.max(1, layout.height) };
  const context = fittedContext(canvas, { ...size, ratio: 2 });
  context.fillStyle = figureColors.paper;
  context.fillRect(0, 0, size.width, size.height);
  galleryPainter()(context, { ...drawing, layout }, { from: 0, end: maps.entries.length });
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
