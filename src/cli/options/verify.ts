/** @file The options of `verify`. */
import { fills, nullKinds, nullSetLimits, scoreNames, usualConfirmations } from "../../run/measure-choices.ts";
import { mapMethods, type MapMethod } from "../../run/map-catalogue.ts";
import { defaultMap } from "../../run/maps.ts";
import type { OptionSpecs } from "../option-spec.ts";
import { graphHeadOptions, graphOptions, graphVariantOption } from "./causal-graph.ts";
import { fillOption, measuredTokenOption, saveOption } from "./measuring.ts";
import { computingOptions, seedOption } from "./model.ts";
import { reportOptions } from "./output.ts";
import { questionOptions } from "./question.ts";

/** The map that evidence is the top of, by its value of `--evidence`: `causes` alone is the explanation set of one head, which is no map. */
export const evidenceMaps: { readonly [evidence: string]: MapMethod } = {
  relevancy: defaultMap,
  ...Object.fromEntries(mapMethods.map((map) => [map === "causes" ? "causes-map" : map, map])),
};

export const verifyOptions = {
  ...questionOptions,
  ...seedOption("Seed of the sampling and of the random sets"),
  ...computingOptions,
  ...graphVariantOption,
  ...graphOptions,
  evidence: {
    name: "evidence",
    kind: "choice",
    choices: ["causes", "image", ...Object.keys(evidenceMaps)],
    description:
      "What to mask: the causal explanation of a head (causes), the whole picture (image), or the tokens with the largest values of a map; relevancy stands for relevancy.language, causes-map for the causes in all heads (default: causes, if no other option names something)",
  },
  patches: {
    name: "patches",
    kind: "text",
    value: "3,5-9",
    description: "Patches to mask, by their number row by row from 0",
  },
  region: {
    name: "region",
    kind: "text",
    value: "LEFT,TOP,WIDTH,HEIGHT",
    description: "Region of the first picture to mask, in pixels: every patch whose center lies in it",
  },
  words: { name: "words", kind: "texts", value: "WORD...", description: "Words of the question to mask" },
  heads: {
    name: "heads",
    kind: "text",
    value: "LAYER.HEAD,...",
    description: "Heads whose output is set to zero",
  },
  edge: {
    name: "edge",
    kind: "texts",
    value: "FROM:TO[:LAYERS[:HEADS]]...",
    description:
      "Attention to take away: of the positions TO to the positions FROM (numbers from 0, or picture, question, last), in these layers and heads (default: all), such as picture:last:0-3",
  },
  ...graphHeadOptions,
  radius: {
    name: "radius",
    kind: "integer",
    min: 1,
    max: 3,
    default: 3,
    description: "Steps from the explained token up to which its causes are masked",
  },
  count: {
    name: "count",
    kind: "integer",
    min: 1,
    max: 100_000,
    default: 8,
    description: "How many tokens to mask, of the largest values of a map",
  },
  ...fillOption,
  confirm: {
    name: "confirm",
    kind: "choices",
    choices: [...fills, "none"],
    default: usualConfirmations,
    description:
      "Other ways to take patches away, each with a test of its own if that of --fill passes; the fill itself is left out",
  },
  score: {
    name: "score",
    kind: "choice",
    choices: scoreNames,
    default: "log-probability",
    description:
      "What is measured of the token: its log-probability, or the contrast of its logit to that of the most probable other token",
  },
  null: {
    name: "null",
    kind: "choices",
    choices: nullKinds,
    default: nullKinds,
    description:
      "What patches are compared with, the first of which decides: the same shape elsewhere in the picture (shifted), or as many random patches",
  },
  sets: {
    name: "sets",
    kind: "integer",
    min: 1,
    max: 10_000,
    default: nullSetLimits.default,
    description: "Null sets of each test at most; a test that cannot pass any more ends early",
  },
  minimal: {
    name: "minimal",
    kind: "flag",
    description: "Also search the smallest part of the set that still has its effect",
  },
  ...saveOption,
  ...measuredTokenOption,
  ...reportOptions,
} as const satisfies OptionSpecs;
