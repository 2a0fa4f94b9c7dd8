/** @file Reads the settings of an image processor that gives pictures in their own size (Pixtral). */
import { z } from "zod";
import type { NativeSettings } from "../image/types.ts";
import { fields, flag, parseSection, width } from "../checkpoint/config/fields.ts";
import type { NativeDefaults } from "./processor-defaults.ts";
import {
  checkStep,
  commonShape,
  commonSteps,
  levelSettings,
  rectangle,
  rectangleSize,
  sizeOrEdge,
  takesStep,
  type ClassPlace,
} from "./processor-fields.ts";

const edge = z.strictObject({ longest_edge: width }, "{longest_edge}");

export const nativeSchema = fields({
  ...commonShape,
  size: sizeOrEdge(edge).nullish(),
  default_to_square: flag.nullish(),
  /** The processor around it has its own, which counts. */
  patch_size: rectangleSize.nullish(),
  crop_size: rectangleSize.nullish(),
  do_center_crop: z.literal(false, "false (pictures are not cropped)").nullish(),
});

/** Throws an Error if a field is wrong or a step lacks a value. `do_pad` is about batches. */
export function readNativeSettings(section: unknown, defaults: NativeDefaults, place: ClassPlace): NativeSettings {
  const given = parseSection(nativeSchema, section, place);
  const { resize, rescale, normalize } = commonSteps;
  for (const step of [resize, rescale, normalize]) checkStep(given, step, place);
  const size = given.size ?? { longest_edge: defaults.longestEdge };
  const within =
    typeof size === "object" && "longest_edge" in size
      ? { width: size.longest_edge, height: size.longest_edge }
      : rectangle(size);
  return {
    kind: "native",
    processorType: place.processorType,
    within: takesStep(given, resize) ? within : null,
    unit: defaults.unit,
    ...levelSettings(given, defaults),
  };
}
