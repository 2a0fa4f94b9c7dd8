/** @file Options of a question and its answer, of the commands that ask one. */
import type { OptionSpecs } from "../option-spec.ts";
import { modelOption } from "./model.ts";
import { fitOptions, imageOption } from "./pictures.ts";
import { samplingOptions } from "./sampling.ts";

export const questionOptions = {
  ...modelOption,
  image: { ...imageOption.image, description: `${imageOption.image.description}; without any the text alone is asked` },
  question: { name: "question", kind: "text", value: "TEXT", description: "What to ask about the pictures" },
  system: { name: "system", kind: "text", value: "TEXT", description: "System prompt" },
  messages: {
    name: "messages",
    kind: "text",
    value: "FILE.json",
    description:
      'Several turns, or a raw prompt: {"images": [...], "messages": [...]} or {"images": [...], "prompt": "..."}',
  },
  ...fitOptions,
  ...samplingOptions,
} as const satisfies OptionSpecs;
