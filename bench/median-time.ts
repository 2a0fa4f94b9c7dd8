/** @file The time that a computation takes once it is warm. */

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}

/** Median milliseconds of a computation that is repeated, for a fifth of a second to get warm and then for another. */
export function medianTime(work: () => unknown, budget = 200): number {
  const warm = performance.now() + budget;
  while (performance.now() < warm) work();
  const times: number[] = [];
  const end = performance.now() + budget;
  do {
    const start = performance.now();
    work();
    times.push(performance.now() - start);
  } while (performance.now() < end);
  return median(times);
}
