/** @file What a check found of a model, as sentences. */
import { formatBytes, formatDuration } from "../../../src/figure/numbers.ts";
import type { ModelCheck } from "../../../src/server/api.ts";

/** A number of parameters in the unit that people say: "7.06 billion". */
function countText(count: number): string {
  if (count >= 1e9) return `${(count / 1e9).toFixed(2)} billion`;
  if (count >= 1e6) return `${(count / 1e6).toFixed(1)} million`;
  return count.toLocaleString("en-US");
}

const precisionNames = { f32: "32-bit weights", f16: "16-bit weights" } as const;

/** What the model is: family, size, and whether it must be downloaded; empty if nothing is known of it. */
export function modelIs({ architecture, parameters, weightBytes, isHere }: ModelCheck): string {
  if (architecture === null) return "";
  const count = parameters === null ? "" : `, ${countText(parameters)} parameters`;
  const size = weightBytes === null ? "" : `, ${formatBytes(weightBytes)}`;
  return `Family ${architecture}${count}${size}. ${isHere ? "It is on this computer." : "Loading downloads it first."}`;
}

/** What an answer with its explanation needs, one sentence for each precision; the last one says what is free. */
export function modelNeeds({ needs, availableBytes, answerTokens }: ModelCheck): string[] {
  const lines = needs.map(({ precision, memoryBytes, seconds }) => {
    const time =
      seconds === null
        ? ""
        : `, about ${formatDuration(seconds * 1000)} for an answer of ${answerTokens} tokens and its maps`;
    return `${precisionNames[precision]}: ${formatBytes(memoryBytes)} of memory${time}.`;
  });
  return availableBytes === null || lines.length === 0
    ? lines
    : [...lines, `${formatBytes(availableBytes)} are free now.`];
}

/** Whether the model fits in the memory that is free, at one precision at least; true if that is not known. */
export function modelFits({ needs, availableBytes }: ModelCheck): boolean {
  if (needs.length === 0 || availableBytes === null) return true;
  return needs.some(({ memoryBytes }) => memoryBytes <= availableBytes);
}
