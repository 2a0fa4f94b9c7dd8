/** @file The options of `models`. */
import { samplingRanges } from "../../run/question-limits.ts";
import type { OptionSpecs } from "../option-spec.ts";
import { reportOptions } from "./output.ts";
import { fitOptions, imageOption } from "./pictures.ts";

/** Of `models check` alone. */
export const checkOptions = {
  image: { ...imageOption.image, description: "Picture files of the question, with check" },
  imageSize: {
    name: "image-size",
    kind: "texts",
    value: "WIDTHxHEIGHT...",
    description: "Sizes of pictures in pixels instead of files, with check (default: 1024x768)",
  },
  question: {
    name: "question",
    kind: "text",
    value: "TEXT",
    description: "The question, with check (default: What is shown in this image?)",
  },
  fit: fitOptions.fit,
  answerTokens: {
    name: "answer-tokens",
    kind: "integer",
    min: 1,
    max: samplingRanges.maxNewTokens.max,
    default: 64,
    description: "Tokens of the answer whose cost is forecast, with check",
  },
} as const satisfies OptionSpecs;

export const modelsOptions = { ...checkOptions, ...reportOptions } as const satisfies OptionSpecs;
