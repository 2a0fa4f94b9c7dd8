/** @file From steps of work to events of stages: with elapsed and remaining time, and no more of them than an eye can follow. */
import type { JobEvent, JobStage } from "./types.ts";

export interface Step {
  readonly stage: JobStage;
  readonly done: number;
  readonly total: number;
}

export interface StageClock {
  readonly step: (step: Step) => void;
  /** Ends the stage that goes on. */
  readonly finish: () => void;
}

type StageEvent = Extract<JobEvent, { type: "stage" }>;

/** Milliseconds between two events of a stage, but for its first and its last. */
const interval = 100;

/**
 * A function that takes the steps of the work in order and hands on events. A stage ends, at the latest, when the next one begins; what
 * remains of a stage is told from the steps done so far, as if all others took as long (an answer may end before its longest length).
 */
export function stageClock(emit: (event: StageEvent) => void, now: () => number = () => performance.now()): StageClock {
  let current: (Step & { readonly began: number; told: number }) | undefined;

  function tell({ stage, done, total }: Step, began: number): void {
    const elapsedMs = Math.round(now() - began);
    const remainingMs = done > 0 ? Math.round((elapsedMs / done) * (total - done)) : undefined;
    emit({ type: "stage", stage, done, total, elapsedMs, ...(remainingMs === undefined ? {} : { remainingMs }) });
  }
  function finish(): void {
    if (current !== undefined && current.done < current.total) {
      // An answer that stopped by itself is done at its own length.
      const total = current.stage === "decode" && current.done > 0 ? current.done : current.total;
      tell({ stage: current.stage, done: total, total }, current.began);
    }
    current = undefined;
  }
  return {
    step(step) {
      if (current?.stage !== step.stage) {
        finish();
        const began = now();
        current = { ...step, began, told: began };
        tell(step, began);
        return;
      }
      const { began, told } = current;
      const isLast = step.done >= step.total;
      current = { ...step, began, told };
      if (!isLast && now() - told < interval) return;
      current.told = now();
      tell(step, began);
    },
    finish,
  };
}
