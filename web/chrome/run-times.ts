/** @file How long a run took: the answer alone, and what explains it. */
import { formatDuration } from "../../src/figure/numbers.ts";
import type { RunDescription } from "../../src/run/types.ts";

/** The stages of `timings` that an answer alone takes. */
const answerStages: readonly string[] = ["prepare", "vision", "generate"];

/** "answered in 410 ms, explained in 1.2 s"; without the answer's part if the run does not have it, and "" if it has no times. */
export function timesText({ timings }: Pick<RunDescription, "timings">): string {
  const total = (isOfAnswer: boolean): number =>
    Object.entries(timings).reduce(
      (sum, [stage, ms]) => sum + (answerStages.includes(stage) === isOfAnswer ? ms : 0),
      0,
    );
  const answered = "generate" in timings ? [`answered in ${formatDuration(total(true))}`] : [];
  const explaining = total(false);
  const explained = explaining > 0 ? [`explained in ${formatDuration(explaining)}`] : [];
  return [...answered, ...explained].join(", ");
}
