/** @file The options of `ask`. */
import type { OptionSpecs } from "../option-spec.ts";
import { computingOptions, seedOption } from "./model.ts";
import { reportOptions } from "./output.ts";
import { questionOptions } from "./question.ts";

/** A question, and the model that answers it. */
export const askOptions = {
  ...questionOptions,
  ...seedOption("Seed of the sampling"),
  ...computingOptions,
  ...reportOptions,
} as const satisfies OptionSpecs;
