/** @file Processor time and memory of a process with the processes that it started (Linux; nothing elsewhere). */
import { readdirSync, readFileSync } from "node:fs";

/** Ticks of a second in /proc; the same on every Linux of today. */
const ticksPerSecond = 100;

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // The process has ended, or this is no Linux.
    return "";
  }
}

function childrenOf(pid: number | "self"): number[] {
  let threads: string[];
  try {
    threads = readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
  return threads.flatMap((thread) =>
    read(`/proc/${pid}/task/${thread}/children`).trim().split(" ").filter(Boolean).map(Number),
  );
}

function descendantsOf(pid: number | "self"): number[] {
  return childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)]);
}

function processorTicks(pid: number): number {
  // Names may hold spaces, so that fields are counted from the bracket after them.
  const fields = read(`/proc/${pid}/stat`).split(") ")[1]?.split(" ") ?? [];
  // utime, stime, and those of children that have ended and were waited for.
  return [11, 12, 13, 14].reduce((sum, field) => sum + Number(fields[field] ?? 0), 0);
}

/** Seconds of processor time that a process and all that it started have taken so far. */
export function treeProcessorSeconds(pid: number): number {
  return [pid, ...descendantsOf(pid)].reduce((sum, each) => sum + processorTicks(each), 0) / ticksPerSecond;
}

/** The most memory that any process which this one started has held so far. */
export function childMemoryBytes(): number {
  const peaks = descendantsOf("self").map(
    (pid) => Number(/VmHWM:\s+(\d+) kB/.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) * 1024,
  );
  return Math.max(0, ...peaks);
}
