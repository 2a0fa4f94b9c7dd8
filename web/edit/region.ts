/** @file A region of a picture that is dragged out by the pointer, or moved and sized by keys. */
import type { PixelBox } from "./pixels.ts";
import { lookUp } from "../../src/tensor/look-up.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Pixels of the original from a place on the screen: `shown` is where the part `crop` of the original is displayed. */
export function pixelAt(
  { x, y }: Point,
  shown: { readonly left: number; readonly top: number; readonly width: number; readonly height: number },
  crop: PixelBox,
): Point {
  return {
    x: crop.left + ((x - shown.left) / shown.width) * crop.width,
    y: crop.top + ((y - shown.top) / shown.height) * crop.height,
  };
}

/** The region between two corners in any order, in whole pixels, within `bounds`. */
export function regionBetween(from: Point, to: Point, bounds: PixelBox): PixelBox {
  const withinX = (x: number): number => Math.max(bounds.left, Math.min(bounds.left + bounds.width, Math.round(x)));
  const withinY = (y: number): number => Math.max(bounds.top, Math.min(bounds.top + bounds.height, Math.round(y)));
  const left = withinX(Math.min(from.x, to.x));
  const top = withinY(Math.min(from.y, to.y));
  return { left, top, width: withinX(Math.max(from.x, to.x)) - left, height: withinY(Math.max(from.y, to.y)) - top };
}

/** A region in the middle of `bounds`, half as wide and high. */
export function middleRegion({ left, top, width, height }: PixelBox): PixelBox {
  const across = Math.max(1, Math.round(width / 2));
  const down = Math.max(1, Math.round(height / 2));
  return {
    left: left + Math.floor((width - across) / 2),
    top: top + Math.floor((height - down) / 2),
    width: across,
    height: down,
  };
}

const directions: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** The region after an arrow key: moved, or with `isSizing` made wider, narrower, higher or lower; undefined for other keys. */
export function regionAfterKey(
  region: PixelBox,
  { key, isSizing, bounds }: { readonly key: string; readonly isSizing: boolean; readonly bounds: PixelBox },
): PixelBox | undefined {
  const direction = lookUp(directions, key);
  if (direction === undefined) return undefined;
  const step = Math.max(1, Math.round(Math.max(bounds.width, bounds.height) / 64));
  const [x, y] = [direction[0] * step, direction[1] * step];
  const clamp = (value: number, least: number, most: number): number => Math.max(least, Math.min(most, value));
  if (isSizing) {
    return {
      ...region,
      width: clamp(region.width + x, 1, bounds.left + bounds.width - region.left),
      height: clamp(region.height + y, 1, bounds.top + bounds.height - region.top),
    };
  }
  return {
    ...region,
    left: clamp(region.left + x, bounds.left, bounds.left + bounds.width - region.width),
    top: clamp(region.top + y, bounds.top, bounds.top + bounds.height - region.height),
  };
}

/** A region in words. */
export const regionText = ({ left, top, width, height }: PixelBox): string =>
  `${width} × ${height} px at ${left}, ${top}`;
