/** @file How a picture is to be turned, as Pillow's `exif_transpose` reads it. */
import type { EmbeddedBlocks } from "./file/embedded.ts";
import { readTiffDirectory, tiffNumbers } from "./file/tiff-directory.ts";

/** 1 as stored; 2 mirrored; 3 turned by half; 4 mirrored top to bottom; 5 to 8 with rows and columns exchanged. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

const orientationTag = 274;

/** Reads EXIF, and XMP when EXIF names no orientation; EXIF that names one that is none turns nothing. */
export function orientationOf({ exif, xmp }: EmbeddedBlocks): Orientation {
  const named = exif === undefined ? undefined : exifOrientation(exif);
  const value = named ?? (xmp === undefined ? 1 : xmpOrientation(xmp));
  return Number.isInteger(value) && value >= 1 && value <= 8 ? (value as Orientation) : 1;
}

/** Undefined if EXIF has no such entry; NaN if it is no whole number; of several the first. */
export function exifOrientation(exif: Uint8Array): number | undefined {
  const directory = readTiffDirectory(withoutPrefix(withoutPrefix(exif)));
  const entry = directory?.entries.get(orientationTag);
  if (directory === undefined || entry === undefined) return undefined;
  const byte = 1;
  const values = entry.type === byte ? undefined : tiffNumbers(directory, orientationTag);
  return values?.[0] ?? NaN;
}

function withoutPrefix(exif: Uint8Array): Uint8Array {
  const prefix = [0x45, 0x78, 0x69, 0x66, 0, 0];
  return prefix.every((byte, index) => exif[index] === byte) ? exif.subarray(prefix.length) : exif;
}

/** Pillow looks for the property in the text alone, as an attribute or an element. */
function xmpOrientation(xmp: Uint8Array): number {
  const text = new TextDecoder("latin1").decode(xmp);
  return Number(/tiff:Orientation(?:="|>)([0-9])/u.exec(text)?.[1] ?? 1);
}

/** The places of stored pixels in the turned picture. */
export interface TurnedLayout {
  readonly width: number;
  readonly height: number;
  /** Index of the pixel that the stored pixel (0, 0) becomes. */
  readonly origin: number;
  /** Steps, in pixels of the turned picture, to the next stored column and the next stored row. */
  readonly across: number;
  readonly down: number;
}

export function turnedLayout(
  stored: { readonly width: number; readonly height: number },
  value: Orientation,
): TurnedLayout {
  const { width: columns, height: rows } = stored;
  const exchanged = value >= 5;
  const [width, height] = exchanged ? [rows, columns] : [columns, rows];
  // Stored columns run along the turned picture's rows, or down its columns if both are exchanged.
  const columnsBackwards = value === 2 || value === 3 || value === 7 || value === 8;
  const rowsBackwards = value === 3 || value === 4 || value === 6 || value === 7;
  const columnStep = exchanged ? width : 1;
  const rowStep = exchanged ? 1 : width;
  return {
    width,
    height,
    origin: (columnsBackwards ? (columns - 1) * columnStep : 0) + (rowsBackwards ? (rows - 1) * rowStep : 0),
    across: columnsBackwards ? -columnStep : columnStep,
    down: rowsBackwards ? -rowStep : rowStep,
  };
}
