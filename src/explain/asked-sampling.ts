/** @file From the sampling that a question asks for to its values. */
import type { Checkpoint } from "../checkpoint/types.ts";
import type { RunSampling } from "../run/types.ts";

/**
 * The values of a sampling: those of the checkpoint if it asks for them. Throws an Error if the checkpoint has none that can be
 * used.
 */
export function samplingValues(
  { name, sampling: own }: Pick<Checkpoint, "name" | "sampling">,
  asked: RunSampling,
): RunSampling {
  if (asked.source !== "checkpoint") return asked;
  if (own === null) {
    throw new Error(
      `${name}: its generation_config.json has no sampling that can be used; choose temperature, top-p and top-k yourself.`,
    );
  }
  const { maxNewTokens, minNewTokens, seed, source } = asked;
  return { maxNewTokens, minNewTokens, ...own, seed, source };
}
