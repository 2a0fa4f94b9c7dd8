/** @file What to do about a question that does not fit into memory: the ways out that would help, the least harm first. */
import type { JobError, ModelDetails } from "../../src/server/api.ts";
import { formatBytes } from "../../src/figure/numbers.ts";

export interface Oversized {
  readonly record: "default" | "full";
  readonly maxNewTokens: number;
  /** Of the model that was asked; undefined where it is not known. */
  readonly model: Pick<ModelDetails, "precision" | "weightBytes"> | undefined;
  readonly memory: NonNullable<JobError["memory"]>;
}

/** What is changed before the question is asked again. */
export type WayOut =
  | { readonly kind: "record-less"; readonly label: string }
  | { readonly kind: "fewer-tokens"; readonly label: string; readonly maxNewTokens: number }
  | { readonly kind: "smaller-weights"; readonly label: string };

const lengths = [256, 128, 64, 32, 16] as const;

/** Half of the weights must be at least this share of what is needed for smaller weights to be worth their rounding. */
const worthwhileShare = 0.05;

/** The ways out. Nothing of the answer can help where the weights alone do not fit. */
export function waysOut({ record, maxNewTokens, model, memory }: Oversized): WayOut[] {
  const { neededBytes, availableBytes } = memory;
  const weights = model?.weightBytes ?? 0;
  const answerCanHelp = weights < availableBytes;
  const shorter = lengths.find((length) => length <= maxNewTokens / 2);
  const savesWeights = model?.precision === "f32" && weights / 2 >= worthwhileShare * neededBytes;
  return [
    ...(answerCanHelp && record === "full" ? [{ kind: "record-less", label: "Record less attention" } as const] : []),
    ...(answerCanHelp && shorter !== undefined
      ? [{ kind: "fewer-tokens", label: `Answer in ${shorter} tokens at most`, maxNewTokens: shorter } as const]
      : []),
    ...(savesWeights ? [{ kind: "smaller-weights", label: "16-bit weights" } as const] : []),
  ];
}

/** What is needed and what is free, and then the largest part. */
export function memoryText({ neededBytes, availableBytes, largestPart }: Oversized["memory"]): {
  readonly need: string;
  readonly part: string;
} {
  return {
    need: `This needs ${formatBytes(neededBytes)}, and ${formatBytes(availableBytes)} are free.`,
    part: `The largest part: ${largestPart}.`,
  };
}
