/** @file The options of `measure`. */
import { mapMethods } from "../../run/map-catalogue.ts";
import { regionLimits } from "../../run/measure-choices.ts";
import type { OptionSpecs } from "../option-spec.ts";
import { graphHeadOptions, graphOptions, graphVariantOption } from "./causal-graph.ts";
import { fillOption, measuredTokenOption, otherRunOption, saveOption } from "./measuring.ts";
import { computingOptions, modelOption, seedOption } from "./model.ts";
import { reportOptions } from "./output.ts";

export const measureOptions = {
  ...modelOption,
  ...seedOption("Seed of the random sets, weights and noise"),
  ...computingOptions,
  ...graphVariantOption,
  ...graphOptions,
  kind: {
    name: "kind",
    kind: "choice",
    choices: [
      "grounding",
      "dependence",
      "curves",
      "occlusion",
      "regions",
      "place",
      "random-weights",
      "picture-noise",
      "stability",
      "patching",
    ],
    default: "grounding",
    description:
      "What to measure: the grounding score of each token, whether the token depends on the picture at all, by what the model says without it (dependence), deletion and insertion curves of maps, the drop of the probability when a patch is masked, a search for the regions that matter at a budget of questions to the model, whether the place of --patches or --region is what matters, maps against random weights, how often causes come back with noise on the picture or other settings, or what parts of another run (--with) do when they are put into this one (patching)",
  },
  maps: {
    name: "maps",
    kind: "choices",
    choices: mapMethods,
    description: "Maps to measure, of curves and random-weights (default: those that the run holds)",
  },
  over: {
    name: "over",
    kind: "choice",
    choices: ["patches", "text", "settings", "threshold", "layer", "noise"],
    description:
      "Of curves: patches (default, if the question has a picture) or text; of stability: what is varied, settings (default), threshold, layer, or noise on the attention",
  },
  deviation: {
    name: "deviation",
    kind: "number",
    min: 0,
    max: 255,
    description: "Standard deviation of picture-noise, in levels of 0 to 255 (default: 4)",
  },
  repeats: {
    name: "repeats",
    kind: "integer",
    min: 1,
    max: 1000,
    description: "How often picture-noise is drawn (default: 10)",
  },
  ...otherRunOption,
  bands: {
    name: "bands",
    kind: "integer",
    min: 1,
    max: 1000,
    description: "Of patching: parts into which the layers are divided (default: 8)",
  },
  patches: {
    name: "patches",
    kind: "text",
    value: "3,5-9",
    description:
      "Patches of the expected place, or a group of their own for patching, by their number row by row from 0",
  },
  region: {
    name: "region",
    kind: "text",
    value: "LEFT,TOP,WIDTH,HEIGHT",
    description: "The same as a region of the first picture, in pixels: every patch whose center lies in it",
  },
  regions: {
    name: "regions",
    kind: "integer",
    min: regionLimits.regions.min,
    max: regionLimits.regions.max,
    description: `Regions at most that are searched (default: ${regionLimits.regions.default})`,
  },
  budget: {
    name: "budget",
    kind: "integer",
    min: regionLimits.budget.min,
    max: regionLimits.budget.max,
    description: `Times at most that the search over regions asks the model (default: ${regionLimits.budget.default})`,
  },
  ...graphHeadOptions,
  ...fillOption,
  ...saveOption,
  ...measuredTokenOption,
  ...reportOptions,
} as const satisfies OptionSpecs;
