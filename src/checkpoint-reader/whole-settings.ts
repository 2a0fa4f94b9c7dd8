/** @file Reads the settings of an image processor that makes one input of each picture (CLIP, LLaVA, SigLIP). */
import type { z } from "zod";
import type { Size, WholeSettings } from "../image/types.ts";
import { quote } from "../json/quote.ts";
import { fieldPath, fields, flag, parseSection } from "../checkpoint/config/fields.ts";
import type { WholeDefaults } from "./processor-defaults.ts";
import {
  anySize,
  checkStep,
  commonShape,
  commonSteps,
  levelSettings,
  rectangle,
  rectangleSize,
  takesStep,
  type ClassPlace,
  type ProcessorStep,
} from "./processor-fields.ts";
import { shownFile } from "../checkpoint/warnings.ts";

export const wholeSchema = fields({
  ...commonShape,
  size: anySize.nullish(),
  default_to_square: flag.nullish(),
  do_center_crop: flag.nullish(),
  crop_size: rectangleSize.nullish(),
  pad_size: rectangleSize.nullish(),
});

type Given = z.output<typeof wholeSchema>;

const pad: ProcessorStep = { step: "do_pad", needs: [], byDefault: false };

/** Throws an Error if a field is wrong or a step lacks a value. Warns of padding that has no effect. */
export function readWholeSettings(section: unknown, defaults: WholeDefaults, place: ClassPlace): WholeSettings {
  const given = parseSection(wholeSchema, section, place);
  const { processorType } = place;
  if (given.pad_size != null && (given.do_pad !== true || defaults.pads === "square")) {
    place.warn(
      `${shownFile(place.file)}: pad_size is ${quote(given.pad_size)}, which ${processorType} does not use here.`,
    );
  }
  const centerCrop: ProcessorStep = { step: "do_center_crop", needs: ["crop_size"], byDefault: defaults.centerCrop };
  const { resize, rescale, normalize } = commonSteps;
  for (const step of [resize, centerCrop, rescale, normalize, pad]) checkStep(given, step, place);

  const crop = given.crop_size ?? defaults.crop;
  const crops = takesStep(given, centerCrop);
  if (crops && crop === undefined) {
    throw new Error(
      `${place.file}: ${fieldPath(place, "do_center_crop")} is true, but there is no crop_size, and ${processorType} has no default for it; give one.`,
    );
  }
  const settings: WholeSettings = {
    kind: "whole",
    processorType,
    resize: takesStep(given, resize) ? resizeOf(given.size ?? defaults.size, given.default_to_square ?? false) : null,
    centerCrop: crops ? rectangle(crop!) : null,
    padToSquare: takesStep(given, pad) && defaults.pads === "square",
    ...levelSettings(given, defaults),
  };
  if (takesStep(given, pad) && defaults.pads === "end") refusePadding(settings, given, place);
  return settings;
}

/** Padding at the end is possible only if it adds nothing: the tower takes one size, and zeros in it would mean no picture. */
function refusePadding(settings: WholeSettings, { pad_size: padSize }: Given, place: ClassPlace): void {
  if (padSize == null) return;
  const output = outputSize(settings);
  const wanted = rectangle(padSize);
  if (output?.width === wanted.width && output.height === wanted.height) return;
  throw new Error(
    `${place.file}: ${fieldPath(place, "pad_size")} is ${quote(padSize)}, but ${settings.processorType} makes ${describeSize(output)}; padding after the other steps is not supported.`,
  );
}

/** Size of every picture that leaves the processor; undefined if it differs from picture to picture. */
export function outputSize({ resize, centerCrop }: WholeSettings): Size | undefined {
  return centerCrop ?? (resize !== null && "width" in resize ? resize : undefined);
}

/** Pictures of one size in words, for messages. */
export function describeSize(size: Size | undefined): string {
  return size === undefined ? "pictures of any shape" : `pictures of ${size.width} x ${size.height} pixels`;
}

/** A plain number is the shortest edge unless the file asks for squares; a list is height and width. */
function resizeOf(given: z.output<typeof anySize> | WholeDefaults["size"], toSquare: boolean): WholeSettings["resize"] {
  if (typeof given === "number") return toSquare ? { width: given, height: given } : { shortestEdge: given };
  if ("max_height" in given) return { maxWidth: given.max_width, maxHeight: given.max_height };
  if ("shortest_edge" in given) {
    const longest = "longest_edge" in given ? given.longest_edge : undefined;
    return { shortestEdge: given.shortest_edge, ...(longest === undefined ? {} : { longestEdge: longest }) };
  }
  return rectangle(given);
}
