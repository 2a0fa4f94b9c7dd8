/** @file The options of `export`. */
import { exportFormats } from "../../export/formats.ts";
import { gridChoices } from "../../run/grids.ts";
import { mapParts, variants } from "../../run/map-catalogue.ts";
import { methodNames } from "../../run/maps.ts";
import type { OptionSpecs } from "../option-spec.ts";
import { forceOption, reportOptions } from "./output.ts";

export const exportOptions = {
  format: {
    name: "format",
    kind: "choices",
    choices: exportFormats,
    description: "What to write (default: png, or what the ending of --out says)",
  },
  method: {
    name: "method",
    kind: "choice",
    choices: methodNames,
    description: "Which explanation to show (default: the first that the run holds)",
  },
  token: {
    name: "token",
    kind: "text",
    value: "INDEX_OR_WORD",
    description: "Answer token whose explanation is shown (default: the decisive word)",
  },
  layer: {
    name: "layer",
    kind: "integer",
    min: 0,
    max: 9999,
    description: "Layer of the language model (default: of the last third, the one that looks most at the picture)",
  },
  head: {
    name: "head",
    kind: "text",
    value: "N|mean",
    description: "Head, or the mean of all (default: the one that looks most at the picture)",
  },
  variant: {
    name: "variant",
    kind: "choice",
    choices: variants,
    description: "Of relevancy (default: the first that the run holds)",
  },
  map: {
    name: "map",
    kind: "choice",
    choices: mapParts,
    description:
      "Part of the model, of relevancy and LRP; combined2 is the published tool's second way (default: language)",
  },
  hideSinks: {
    name: "hide-sinks",
    kind: "flag",
    description: "Leave attention sinks out of the maps: image tokens that draw attention whatever is asked",
  },
  grids: {
    name: "grids",
    kind: "choice",
    choices: gridChoices,
    description:
      "What is drawn if several grids see one place, such as tiles and an overview: the mean of each grid there, the finest grid, or the overview only (default: each)",
  },
  out: {
    name: "out",
    kind: "text",
    value: "FOLDER_OR_FILE",
    description: "Folder for the files, or the name of the file if there is one format (default: the run's folder)",
  },
  ...forceOption,
  ...reportOptions,
} as const satisfies OptionSpecs;
