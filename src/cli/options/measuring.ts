/** @file Options of commands that ask the model of a run again. */
import { fills } from "../../run/measure-choices.ts";
import type { OptionSpecs } from "../option-spec.ts";

export const fillOption = {
  fill: {
    name: "fill",
    kind: "choice",
    choices: fills,
    default: "mean",
    description:
      "What replaces masked patches: the picture's mean color, a blur, noise, blocks of other pictures (others), or (knock-out) nothing, but no later token may attend to them",
  },
} as const satisfies OptionSpecs;

export const saveOption = {
  save: { name: "save", kind: "flag", description: "Keep the result in the run file" },
} as const satisfies OptionSpecs;

export const measuredTokenOption = {
  token: {
    name: "token",
    kind: "text",
    value: "INDEX_OR_WORD",
    description: "Answer token whose probability is measured (default: the decisive word)",
  },
} as const satisfies OptionSpecs;

export const otherRunOption = {
  with: {
    name: "with",
    kind: "text",
    value: "RUN",
    description: "Of patching: the run file that parts are taken from",
  },
} as const satisfies OptionSpecs;
