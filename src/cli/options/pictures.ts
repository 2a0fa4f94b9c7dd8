/** @file Options of the pictures that a command reads. */
import { fitModes } from "../../image/types.ts";
import type { OptionSpecs } from "../option-spec.ts";

export const imageOption = {
  image: {
    name: "image",
    kind: "texts",
    value: "FILE...",
    description: "Picture files, in the order in which the question takes them",
  },
} as const satisfies OptionSpecs;

export const fitOptions = {
  fit: {
    name: "fit",
    kind: "choice",
    choices: fitModes,
    default: "default",
    description: "How pictures are fitted to the model's input; default is what the model's processor says",
  },
  stretch: {
    name: "stretch",
    kind: "flag",
    description:
      "Spread the samples of pictures of more than 8 bits over all levels, from the lowest to the highest; a run keeps it as an edit",
  },
} as const satisfies OptionSpecs;
