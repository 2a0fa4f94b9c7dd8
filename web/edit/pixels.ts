/** @file Pixels of a picture that is edited, and boxes of them. */

/** Opaque RGBA pixels, [height, width, 4] row-major, as canvases have them. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

/** Whole pixels. */
export interface PixelBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}
