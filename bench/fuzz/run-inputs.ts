/** @file Runs a stretch of inputs of one kind in this process and counts what became of them. */
import type { OpenKind } from "./kind.ts";
import { refusalOf, type Outcome } from "./outcome.ts";
import { randomOf, type InputPlace } from "./random.ts";
import { childMemoryBytes } from "./process-tree.ts";

/** Inputs that failed in the same way. */
export interface FaultGroup {
  readonly fault: string;
  /** What the first of them said. */
  readonly message: string;
  /** The first of them. */
  readonly index: number;
  readonly count: number;
}

export interface Counts {
  readonly inputs: number;
  readonly accepted: number;
  readonly refused: number;
  readonly faults: readonly FaultGroup[];
  /** Inputs that seemed slow or large and are measured again, alone. */
  readonly suspects: readonly number[];
  /** Seconds of this process's processor time. */
  readonly seconds: number;
}

export const noCounts: Counts = { inputs: 0, accepted: 0, refused: 0, faults: [], suspects: [], seconds: 0 };

export const limits = { slowMs: 2000, largeBytes: 600e6 } as const;

/** Numbers and quoted values of a message, which differ between faults of the same cause. */
function causeOf(message: string): string {
  return message.replace(/"(?:[^"\\]|\\.)*"/g, '""').replace(/-?\d[\d.e+-]*/g, "0");
}

function addGroup(groups: Map<string, FaultGroup>, group: FaultGroup): void {
  const key = `${group.fault}: ${causeOf(group.message)}`.slice(0, 200);
  const known = groups.get(key);
  groups.set(key, known === undefined ? group : { ...known, count: known.count + group.count });
}

export function addCounts(a: Counts, b: Counts): Counts {
  const groups = new Map<string, FaultGroup>();
  for (const group of [...a.faults, ...b.faults]) addGroup(groups, group);
  return {
    inputs: a.inputs + b.inputs,
    accepted: a.accepted + b.accepted,
    refused: a.refused + b.refused,
    faults: [...groups.values()],
    suspects: [...a.suspects, ...b.suspects],
    seconds: a.seconds + b.seconds,
  };
}

/** Tries one input. `show` gets the input itself. */
export async function outcomeOf(
  { tryInput }: OpenKind,
  place: InputPlace,
  show: (input: unknown) => void = () => undefined,
): Promise<Outcome> {
  try {
    await tryInput(randomOf(place), show);
    return { kind: "accepted" };
  } catch (error) {
    return refusalOf(error);
  }
}

export interface Stretch {
  readonly seed: number;
  readonly kind: string;
  readonly from: number;
  readonly count: number;
  /** Inputs that ended or froze a process before. */
  readonly skip: readonly number[];
}

/**
 * Tries the inputs one after the other. `onInput` gets the number of each before it is tried, `onCounts` what was counted since its
 * last call, with the number of the next input.
 */
export async function runInputs(
  opened: OpenKind,
  { seed, kind, from, count, skip }: Stretch,
  told: { onInput(index: number): void; onCounts(counts: Counts, next: number): void },
): Promise<void> {
  let counts = noCounts;
  let lastTold = performance.now();
  let processorTime = process.cpuUsage();
  let highestMemory = process.resourceUsage().maxRSS * 1024;
  const tell = (next: number): void => {
    const { user, system } = process.cpuUsage(processorTime);
    processorTime = process.cpuUsage();
    told.onCounts({ ...counts, seconds: (user + system) / 1e6 }, next);
    counts = noCounts;
    lastTold = performance.now();
  };
  for (let index = from; index < from + count; index++) {
    if (skip.includes(index)) continue;
    told.onInput(index);
    const start = performance.now();
    const outcome = await outcomeOf(opened, { seed, kind, index });
    const end = performance.now();
    let isSuspect = end - start > limits.slowMs;
    // What takes no time takes no memory.
    if (end - start > 5) {
      const memory = process.resourceUsage().maxRSS * 1024;
      isSuspect ||= memory > highestMemory + limits.largeBytes;
      if (isSuspect) highestMemory = Math.max(highestMemory, memory);
      if (end - start > 100) isSuspect ||= childMemoryBytes() > limits.largeBytes;
    }
    counts = addCounts(counts, {
      inputs: 1,
      accepted: outcome.kind === "accepted" ? 1 : 0,
      refused: outcome.kind === "refused" ? 1 : 0,
      faults: outcome.kind === "fault" ? [{ ...outcome, index, count: 1 }] : [],
      suspects: isSuspect ? [index] : [],
      seconds: 0,
    });
    if (end - lastTold > 500) tell(index + 1);
  }
  tell(from + count);
}
