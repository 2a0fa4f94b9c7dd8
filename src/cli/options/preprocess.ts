/** @file The options of `preprocess`. */
import type { OptionSpecs } from "../option-spec.ts";
import { modelOption } from "./model.ts";
import { forceOption, reportOptions } from "./output.ts";
import { fitOptions, imageOption } from "./pictures.ts";

export const preprocessOptions = {
  ...modelOption,
  image: { ...imageOption.image, description: "Picture files, in the order of their pixel values" },
  ...fitOptions,
  levels: {
    name: "levels",
    kind: "flag",
    description: "Also write what the model sees as a PNG for each picture",
  },
  out: {
    name: "out",
    kind: "text",
    value: "NAME.safetensors",
    default: "pixel_values.safetensors",
    description: "File to write",
  },
  ...forceOption,
  ...reportOptions,
} as const satisfies OptionSpecs;
