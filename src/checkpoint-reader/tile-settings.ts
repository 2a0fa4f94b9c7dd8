/** @file Reads the settings of an image processor that cuts pictures into tiles of chosen sizes (LLaVA-NeXT, LLaVA-OneVision). */
import { z } from "zod";
import type { Size, TileSettings } from "../image/types.ts";
import { fieldPath, fields, flag, parseSection, width } from "../checkpoint/config/fields.ts";
import type { CutDefaults } from "./processor-defaults.ts";
import {
  anySize,
  checkStep,
  commonShape,
  commonSteps,
  levelSettings,
  rectangle,
  rectangleSize,
  refuseField,
  type ClassPlace,
} from "./processor-fields.ts";

/** A hundred times what published files hold. */
const maxResolutions = 1_000;

const pinpointsMessage = `a list of 1 to ${maxResolutions} sizes, each [height, width]`;

/** The resolutions that pictures are fitted to, each [height, width], in processors and in config.json. */
export const pinpoints = z
  .array(z.tuple([width, width], pinpointsMessage), pinpointsMessage)
  .min(1, pinpointsMessage)
  .max(maxResolutions, pinpointsMessage)
  .transform((sizes) => sizes.map(([height, across]): Size => ({ width: across, height })));

export const tileSchema = fields({
  ...commonShape,
  size: anySize.nullish(),
  default_to_square: flag.nullish(),
  do_center_crop: flag.nullish(),
  crop_size: rectangleSize.nullish(),
  image_grid_pinpoints: pinpoints.nullish(),
  aspect_ratio_setting: z.literal("anyres", "anyres").nullish(),
});

/**
 * Throws an Error if a field is wrong, tiles are no squares or of another size than the whole picture, or a resolution does not
 * consist of whole tiles. `do_pad` is about batches; resizing and cropping a tile to its own size change nothing.
 */
export function readTileSettings(
  section: unknown,
  defaults: CutDefaults<"resolutions">,
  place: ClassPlace,
): TileSettings {
  const given = parseSection(tileSchema, section, place);
  const { rescale, normalize } = commonSteps;
  for (const step of [rescale, normalize]) checkStep(given, step, place);
  const size = given.size ?? defaults.side;
  const base = typeof size === "object" && "shortest_edge" in size ? size.shortest_edge : size;
  if (typeof base === "object" && "max_height" in base) {
    refuseField(place, "size", {
      value: size,
      reason: "expected a number of pixels, {height, width} or {shortest_edge}",
    });
  }
  const whole = rectangle(base);
  const tile = rectangle(given.crop_size ?? defaults.crop ?? whole);
  for (const [field, { width: across, height }] of [
    ["size", whole],
    ["crop_size", tile],
  ] as const) {
    if (across !== height) {
      refuseField(place, field, { value: { height, width: across }, reason: "but tiles must be squares" });
    }
  }
  if (whole.width !== tile.width) {
    refuseField(place, "crop_size", {
      value: given.crop_size ?? tile.width,
      reason: `but size makes the whole picture a tile of ${whole.width} pixels; tiles of two sizes are not supported`,
    });
  }
  const side = tile.width;
  const resolutions = given.image_grid_pinpoints ?? defaults.resolutions;
  const uneven = resolutions.find(({ width: across, height }) => across % side !== 0 || height % side !== 0);
  if (uneven !== undefined) {
    throw new Error(
      `${place.file}: ${fieldPath(place, "image_grid_pinpoints")} has [${uneven.height}, ${uneven.width}], but its sides must be multiples of a tile's, ${side} (crop_size).`,
    );
  }
  return {
    kind: "tiles",
    processorType: place.processorType,
    side,
    cut: { by: "resolutions", resolutions, severalWhole: defaults.severalWhole },
    ...levelSettings(given, defaults),
  };
}
