/** @file Reads the settings of an image processor that cuts pictures into tiles by their longest edge (Idefics3, SmolVLM). */
import { z } from "zod";
import type { TileCut, TileSettings } from "../image/types.ts";
import { fields, flag, parseSection, width } from "../checkpoint/config/fields.ts";
import type { CutDefaults } from "./processor-defaults.ts";
import {
  checkStep,
  commonShape,
  commonSteps,
  levelSettings,
  rectangle,
  sizeOrEdge,
  takesStep,
  type ClassPlace,
  type ProcessorStep,
} from "./processor-fields.ts";

const edge = z.strictObject({ longest_edge: width, shortest_edge: width.optional() }, "{longest_edge}");

export const edgeTileSchema = fields({
  ...commonShape,
  size: sizeOrEdge(edge).nullish(),
  default_to_square: flag.nullish(),
  max_image_size: edge.nullish(),
  do_image_splitting: flag.nullish(),
});

const split: ProcessorStep = { step: "do_image_splitting", needs: ["max_image_size"], byDefault: true };

/** Throws an Error if a field is wrong or a step lacks a value. `do_pad` is about batches: all tiles have one size. */
export function readEdgeTileSettings(section: unknown, defaults: CutDefaults<"edge">, place: ClassPlace): TileSettings {
  const given = parseSection(edgeTileSchema, section, place);
  const { resize, rescale, normalize } = commonSteps;
  for (const step of [resize, split, rescale, normalize]) checkStep(given, step, place);
  const cut: TileCut = {
    by: "edge",
    resize: takesStep(given, resize) ? (given.size == null ? defaults.resize : sizeOf(given.size)) : null,
    split: takesStep(given, split),
  };
  const side = given.max_image_size?.longest_edge ?? defaults.side;
  return { kind: "tiles", processorType: place.processorType, side, cut, ...levelSettings(given, defaults) };
}

type GivenSize = NonNullable<z.output<typeof edgeTileSchema>["size"]>;

/** Of a longest and a shortest edge the longest decides. A plain number is a square. */
function sizeOf(given: GivenSize): NonNullable<Extract<TileCut, { readonly by: "edge" }>["resize"]> {
  return typeof given === "object" && "longest_edge" in given ? { longestEdge: given.longest_edge } : rectangle(given);
}
