/** @file The options of `export`. */
import { exportFormats } from "../../export/formats.ts";
import { gridChoices } from "../../run/grids.ts";
import { causeMethods, flowChoices } from "../../run/measure-choices.ts";
import { mapParts, variants } from "../../run/map-catalogue.ts";
import { methodNames } from "../../run/maps.ts";
import { paperLimits } from "../../figure/figure-layout.ts";
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
    choices: [...methodNames, ...causeMethods],
    description:
      "Which explanation to show: a map (default: the first that the run holds), or causes that were found before with causes RUN and are kept in the run: smallest sets (minimal), the flow graph (flow), or the sets of heads' graphs (cleann)",
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
    description:
      "Layer of the language model (default: of the last third, the one that looks most at the picture; of cleann the one that was searched last)",
  },
  head: {
    name: "head",
    kind: "text",
    value: "N|mean",
    description:
      "Head, or the mean of all (default: the one that looks most at the picture; of cleann the one whose graph finds a set first)",
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
  edges: {
    name: "edges",
    kind: "choice",
    choices: flowChoices,
    description:
      "Of flow: the edges of the graph (kept), also the others that were measured, or all, with estimated ones dashed (default: kept, or measured if the graph has none)",
  },
  bare: {
    name: "bare",
    kind: "flag",
    description:
      "Of figures: the drawing with its axes and scale alone, without title, question, answer and provenance, for a paper whose caption says them",
  },
  width: {
    name: "width",
    kind: "number",
    ...paperLimits.width,
    value: "MM",
    description:
      "Of figures: width of the whole figure in millimeters, for which it is laid out anew; what has no room is drawn smaller (default: as on the screen)",
  },
  fontSize: {
    name: "font-size",
    kind: "number",
    ...paperLimits.fontSize,
    value: "PT",
    description: "Of figures: size of the text in points (default: as on the screen, or 8 with --width)",
  },
  dpi: {
    name: "dpi",
    kind: "number",
    ...paperLimits.dpi,
    value: "N",
    description: "Of figures as png: dots per inch (default: 192, or 300 with --width or --font-size)",
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
