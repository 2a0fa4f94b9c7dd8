/** @file The time that a computation takes the processor once it is warm, whatever else the machine does. */

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}

const warmUpMs = 200;
const batches = 5;
const batchMs = 60;

/** Milliseconds of all threads of the process for one computation: the median of batches, each a mean over many. */
export function processorTime(work: () => unknown): number {
  const warm = performance.now() + warmUpMs;
  while (performance.now() < warm) work();
  const times = Array.from({ length: batches }, () => {
    const before = process.cpuUsage();
    const end = performance.now() + batchMs;
    let count = 0;
    do {
      work();
      count += 1;
    } while (performance.now() < end);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000 / count;
  });
  return median(times);
}
