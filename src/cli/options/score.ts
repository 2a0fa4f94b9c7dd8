/** @file The options of `score`. */
import { truthScores } from "../../findings/ground-truth.ts";
import type { OptionSpecs } from "../option-spec.ts";
import { forceOption, reportOptions } from "./output.ts";

export const scoreOptions = {
  box: {
    name: "box",
    kind: "texts",
    value: "[PICTURE:]LEFT,TOP,RIGHT,BOTTOM...",
    description:
      "Where the object is, in pixels of the picture; several boxes are one object. PICTURE counts from 0 (default: 0)",
  },
  mask: {
    name: "mask",
    kind: "texts",
    value: "[PICTURE:]FILE...",
    description: "A picture of the same size that is white on the object and black elsewhere",
  },
  token: {
    name: "token",
    kind: "text",
    value: "INDEX_OR_WORD",
    description: "Answer token whose maps are scored (default: the decisive word)",
  },
  by: {
    name: "by",
    kind: "choice",
    choices: truthScores,
    default: "mass",
    description:
      "What to sort by: share inside (mass), the pointing game, intersection over union (iou), or average precision",
  },
  out: {
    name: "out",
    kind: "text",
    value: "FILE",
    description: "Also write every number (.csv, .json), or the matrix of heads (.svg, .png)",
  },
  ...forceOption,
  ...reportOptions,
} as const satisfies OptionSpecs;
