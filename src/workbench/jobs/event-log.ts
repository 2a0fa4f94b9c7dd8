/** @file The events of one job, numbered and kept, so that a reader who lost the connection resumes after the last event that came. */
import type { JobEvent, NumberedEvent } from "./types.ts";

export interface EventLog {
  add(event: JobEvent): void;
  /** Says that nothing will be added any more. */
  end(): void;
  /** Events with a number above `after`, then those to come; ends with the log, or when the signal aborts. */
  read(after: number, signal?: AbortSignal): AsyncIterable<NumberedEvent>;
}

/** An event that a later one of its kind makes worthless, so that the log of a job of hours stays short. */
function supersedes(later: JobEvent, earlier: JobEvent): boolean {
  if (later.type === "queued") return earlier.type === "queued";
  return later.type === "stage" && earlier.type === "stage" && later.stage === earlier.stage;
}

export function eventLog(): EventLog {
  const events: NumberedEvent[] = [];
  let last = 0;
  let ended = false;
  let wake: () => void = () => undefined;
  let changed = new Promise<void>((resolve) => (wake = resolve));
  const notify = () => {
    wake();
    changed = new Promise<void>((resolve) => (wake = resolve));
  };
  return {
    add(event) {
      if (ended) return;
      const previous = events.at(-1);
      if (previous !== undefined && supersedes(event, previous.event)) events.pop();
      events.push({ id: ++last, event });
      notify();
    },
    end() {
      ended = true;
      notify();
    },
    async *read(after, signal) {
      const aborted = new Promise<void>((resolve) => {
        if (signal?.aborted === true) resolve();
        signal?.addEventListener("abort", () => resolve(), { once: true });
      });
      let seen = after;
      while (signal?.aborted !== true) {
        // The promise is taken before looking, so that no event is missed in between.
        const next = changed;
        const found = events.find(({ id }) => id > seen);
        if (found !== undefined) {
          seen = found.id;
          yield found;
        } else if (ended) {
          return;
        } else {
          await Promise.race([next, aborted]);
        }
      }
    },
  };
}
