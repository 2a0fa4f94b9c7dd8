/** @file Reads the settings of an image processor that cuts pictures into tiles by their aspect (GOT-OCR 2, which InternVL uses). */
import type { TileSettings } from "../image/types.ts";
import { count, fieldPath, fields, flag, parseSection } from "../checkpoint/config/fields.ts";
import type { CutDefaults } from "./processor-defaults.ts";
import {
  checkStep,
  commonShape,
  commonSteps,
  levelSettings,
  rectangle,
  rectangleSize,
  takesStep,
  tileSide,
  type ClassPlace,
} from "./processor-fields.ts";

/** A hundred times what published files have. */
const mostPatches = 1_000;

const patches = count.max(mostPatches, `a whole number from 1 to ${mostPatches}`);

/** `crop_to_patches` is idle: the processor of InternVL cuts whatever its file says. */
export const ratioTileSchema = fields({
  ...commonShape,
  size: rectangleSize.nullish(),
  default_to_square: flag.nullish(),
  crop_to_patches: flag.nullish(),
  min_patches: patches.nullish(),
  max_patches: patches.nullish(),
});

/** Throws an Error if a field is wrong, tiles are no squares, or a picture that is not cut would keep its own size. */
export function readRatioTileSettings(
  section: unknown,
  defaults: CutDefaults<"ratio">,
  place: ClassPlace,
): TileSettings {
  const given = parseSection(ratioTileSchema, section, place);
  const { resize, rescale, normalize } = commonSteps;
  for (const step of [resize, rescale, normalize]) checkStep(given, step, place);
  const { width, height } = rectangle(given.size ?? defaults.side);
  const side = tileSide({ width, height }, { height, width }, place);
  const leastTiles = given.min_patches ?? defaults.leastTiles;
  const mostTiles = given.max_patches ?? defaults.mostTiles;
  if (mostTiles === 1 && !takesStep(given, resize)) {
    throw new Error(
      `${place.file}: ${fieldPath(place, "do_resize")} is off and max_patches is 1, but pictures must be resized to the tower's input; leave do_resize out.`,
    );
  }
  const cut = { by: "ratio", leastTiles, mostTiles } as const;
  return { kind: "tiles", processorType: place.processorType, side, cut, ...levelSettings(given, defaults) };
}
