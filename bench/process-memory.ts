/** @file Watches the memory of another process (Linux): anonymous memory, and the distinct bytes of weight files that it maps. */
import { readFile } from "node:fs/promises";

export interface PeakMemory {
  readonly anonymousBytes: number;
  readonly mappedWeightBytes: number;
}

const sampleMs = 25;
const weightFile = /\.(?:safetensors|f32)$/;

async function anonymousBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/RssAnon:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
}

/** Adds the pages of weight files that are mapped now; a page mapped by several sessions counts once. */
async function addMappedPages(pid: number, pages: Map<string, [number, number][]>): Promise<void> {
  const maps = await readFile(`/proc/${pid}/maps`, "utf8");
  for (const line of maps.split("\n")) {
    const match = /^([0-9a-f]+)-([0-9a-f]+) \S+ ([0-9a-f]+) \S+ \d+\s+(\/.*)$/.exec(line);
    const file = match?.[4];
    if (match === null || file === undefined || !weightFile.test(file)) continue;
    const offset = parseInt(match[3]!, 16);
    const length = parseInt(match[2]!, 16) - parseInt(match[1]!, 16);
    const ranges = pages.get(file) ?? [];
    if (!ranges.some(([start, end]) => start === offset && end === offset + length))
      ranges.push([offset, offset + length]);
    pages.set(file, ranges);
  }
}

function unionBytes(ranges: readonly [number, number][]): number {
  let covered = 0;
  let reached = 0;
  for (const [start, end] of [...ranges].sort((a, b) => a[0] - b[0])) {
    covered += Math.max(0, end - Math.max(start, reached));
    reached = Math.max(reached, end);
  }
  return covered;
}

/** Samples until `finished` settles; undefined if the system does not tell (anything but Linux). */
export async function watchMemory(pid: number, finished: Promise<unknown>): Promise<PeakMemory | undefined> {
  if (process.platform !== "linux") return undefined;
  let running = true;
  const stop = () => {
    running = false;
  };
  finished.then(stop, stop);
  const pages = new Map<string, [number, number][]>();
  let peak = 0;
  while (running) {
    try {
      peak = Math.max(peak, await anonymousBytes(pid));
      await addMappedPages(pid, pages);
    } catch {
      // The process has ended between two samples.
      break;
    }
    await new Promise((resolve) => setTimeout(resolve, sampleMs));
  }
  const mapped = [...pages.values()].reduce((sum, ranges) => sum + unionBytes(ranges), 0);
  return { anonymousBytes: peak, mappedWeightBytes: mapped };
}
