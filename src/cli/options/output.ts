/** @file Options of what a command prints and writes. */
import type { OptionSpecs } from "../option-spec.ts";

export const helpOption = {
  help: { name: "help", kind: "flag", description: "Print this help" },
} as const satisfies OptionSpecs;

/** Of commands that print a result. */
export const reportOptions = {
  json: { name: "json", kind: "flag", description: "Print the result as JSON" },
  ...helpOption,
} as const satisfies OptionSpecs;

/** Of commands that write files. */
export const forceOption = {
  force: { name: "force", kind: "flag", description: "Replace files that others made, too" },
} as const satisfies OptionSpecs;
