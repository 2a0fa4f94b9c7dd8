/** @file Masks that the user painted or opened on pictures. */
import type { Mask } from "../../src/run/masks.ts";

/** Painted masks by run and picture. */
export type PaintedMasks = ReadonlyMap<string, ReadonlyMap<number, Mask>>;

/** Painted masks with another mask of a picture; undefined for none. */
export function withPainted(
  painted: PaintedMasks,
  { id, picture, mask }: { readonly id: string; readonly picture: number; readonly mask: Mask | undefined },
): PaintedMasks {
  const masks = new Map(painted.get(id));
  if (mask === undefined) masks.delete(picture);
  else masks.set(picture, mask);
  return new Map(painted).set(id, masks);
}
