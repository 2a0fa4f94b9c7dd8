/** @file Reads the settings of an image processor that cuts pictures into packed patches (Qwen2-VL). */
import { z } from "zod";
import type { PackedSettings } from "../image/types.ts";
import { count, fieldPath, fields, flag, parseSection, width } from "../checkpoint/config/fields.ts";
import { warnUnlessSame } from "../checkpoint/config/sources.ts";
import type { PackedDefaults } from "./processor-defaults.ts";
import {
  checkStep,
  commonShape,
  commonSteps,
  levelSettings,
  refuseField,
  takesStep,
  type ClassPlace,
} from "./processor-fields.ts";

const sizeMessage =
  "{shortest_edge, longest_edge} or {min_pixels, max_pixels}, the least and the largest area in pixels";

/** Areas, although the names speak of edges. */
const areas = z.strictObject(
  {
    shortest_edge: count.nullish(),
    longest_edge: count.nullish(),
    min_pixels: count.nullish(),
    max_pixels: count.nullish(),
  },
  sizeMessage,
);

export const packedSchema = fields({
  ...commonShape,
  size: areas.nullish(),
  default_to_square: flag.nullish(),
  min_pixels: count.nullish(),
  max_pixels: count.nullish(),
  patch_size: width.nullish(),
  temporal_patch_size: width.nullish(),
  merge_size: width.nullish(),
});

/** Throws an Error if a field is wrong, pictures are not resized, or the largest area is below the least. */
export function readPackedSettings(section: unknown, defaults: PackedDefaults, place: ClassPlace): PackedSettings {
  const given = parseSection(packedSchema, section, place);
  const { resize, rescale, normalize } = commonSteps;
  if (!takesStep(given, resize)) {
    refuseField(place, "do_resize", {
      value: given.do_resize,
      reason: "but pictures of any size must be resized to whole patches; leave the field out",
    });
  }
  for (const step of [resize, rescale, normalize]) checkStep(given, step, place);
  const minPixels = area(given, { ...areaNames.least, byDefault: defaults.minPixels, place });
  const maxPixels = area(given, { ...areaNames.most, byDefault: defaults.maxPixels, place });
  if (minPixels > maxPixels) {
    throw new Error(
      `${place.file}: ${fieldPath(place, "size")} asks for at least ${minPixels} pixels and at most ${maxPixels}; the least must not be above the most.`,
    );
  }
  return {
    kind: "packed",
    processorType: place.processorType,
    patchSize: given.patch_size ?? defaults.patchSize,
    temporalPatchSize: given.temporal_patch_size ?? defaults.temporalPatchSize,
    mergeSize: given.merge_size ?? defaults.mergeSize,
    minPixels,
    maxPixels,
    ...levelSettings(given, defaults),
  };
}

type Given = z.output<typeof packedSchema>;

/** The names of each area: beside `size`, which decides, and the newer and the older one in it. */
const areaNames = {
  least: { beside: "min_pixels", edge: "shortest_edge" },
  most: { beside: "max_pixels", edge: "longest_edge" },
} as const;

function area(
  given: Given,
  {
    beside,
    edge,
    byDefault,
    place,
  }: (typeof areaNames)[keyof typeof areaNames] & { readonly byDefault: number; readonly place: ClassPlace },
): number {
  const inside = given.size?.[edge] ?? given.size?.[beside];
  const used = given[beside];
  if (used != null) {
    const path = (...names: string[]) => fieldPath(place, ...names);
    warnUnlessSame({ path: path(beside), value: used }, { path: path("size", edge), value: inside }, place);
    return used;
  }
  if (inside != null) return inside;
  if (given.size != null) {
    refuseField(place, "size", { value: given.size, reason: `but it lacks ${edge}` });
  }
  return byDefault;
}
