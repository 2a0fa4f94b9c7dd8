/** @file What a user is told when a job fails. */
import { formatBytes } from "../../tensor/byte-size.ts";
import { FileError, fileError } from "../../files/file-error.ts";
import { MemoryLimitError, type MemoryForecast } from "../../engine/memory.ts";
import { ProblemError } from "../../problem/problem.ts";
import type { JobError } from "./types.ts";

const partNames = {
  weights: "weights",
  cache: "keys and values of the answer",
  activations: "activations of the largest step",
  recorded: "what the run records",
} as const satisfies Partial<Record<keyof MemoryForecast, string>>;

function largestPart(forecast: MemoryForecast): string {
  const parts = Object.keys(partNames) as (keyof typeof partNames)[];
  return partNames[parts.reduce((most, part) => (forecast[part] > forecast[most] ? part : most))];
}

/** An error of the work as the page shows it. */
export function jobErrorOf(error: unknown): JobError {
  if (error instanceof MemoryLimitError) {
    const { forecast, limitBytes } = error;
    const memory = {
      neededBytes: forecast.total,
      availableBytes: limitBytes,
      largestPart: largestPart(forecast),
    };
    // The error's own sentence has every part of the forecast, which the page shows beside it.
    const message = `The question would take about ${formatBytes(memory.neededBytes)} of memory, most of it for ${memory.largestPart}, and ${formatBytes(memory.availableBytes)} are available; record less, ${forecast.largestIsVision === true ? "use smaller pictures, " : ""}ask for fewer tokens, or load the model with 16-bit weights.`;
    return { code: "too-large", message, memory };
  }
  const fault = fileError(error, "A file that is needed", "used");
  if (fault instanceof FileError) return { code: "failed", message: fault.withoutPath };
  const message = error instanceof Error ? error.message : String(error);
  return { code: error instanceof ProblemError ? "bad-input" : "failed", message };
}
