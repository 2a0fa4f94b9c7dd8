/** @file Reads the settings of an image processor that puts pictures on a canvas of tiles (Llama 3.2 Vision). */
import type { TileSettings } from "../image/types.ts";
import { fields, parseSection, width } from "../checkpoint/config/fields.ts";
import type { CutDefaults } from "./processor-defaults.ts";
import {
  checkStep,
  commonShape,
  commonSteps,
  levelSettings,
  rectangle,
  rectangleSize,
  refuseField,
  takesStep,
  tileSide,
  type ClassPlace,
} from "./processor-fields.ts";

export const canvasSchema = fields({
  ...commonShape,
  size: rectangleSize.nullish(),
  max_image_tiles: width.nullish(),
});

/** Throws an Error if a field is wrong, a step is off that the class cannot do without, or tiles are no squares. */
export function readCanvasSettings(section: unknown, defaults: CutDefaults<"canvas">, place: ClassPlace): TileSettings {
  const given = parseSection(canvasSchema, section, place);
  const { resize, rescale, normalize } = commonSteps;
  for (const step of [resize, { step: "do_pad", needs: [], byDefault: true }]) {
    if (takesStep(given, step)) continue;
    refuseField(place, step.step, {
      value: given[step.step as keyof typeof given],
      reason: "but pictures must be fitted to whole tiles; leave the field out",
    });
  }
  for (const step of [resize, rescale, normalize]) checkStep(given, step, place);
  return {
    kind: "tiles",
    processorType: place.processorType,
    side: tileSide(rectangle(given.size ?? defaults.side), given.size, place),
    cut: { by: "canvas", mostTiles: given.max_image_tiles ?? defaults.mostTiles },
    ...levelSettings(given, defaults),
  };
}
