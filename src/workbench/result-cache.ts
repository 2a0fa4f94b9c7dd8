/** @file Keeps the latest results of reading runs, within a limit on their size. */

export interface ResultCache<T> {
  /** The kept result, or that of `make`, which is kept from then on. Concurrent callers share one pending computation. */
  get(key: string, make: () => Promise<T>): Promise<T>;
}

/** The least recently used results are dropped if the sum of sizes passes the limit; a result beyond it alone is not kept. */
export function resultCache<T>(limit: number, sizeOf: (result: T) => number): ResultCache<T> {
  const kept = new Map<string, { readonly result: Promise<T>; size: number }>();

  function shrink(): void {
    let total = [...kept.values()].reduce((sum, { size }) => sum + size, 0);
    for (const [key, { size }] of kept) {
      if (total <= limit) return;
      kept.delete(key);
      total -= size;
    }
  }
  return {
    get(key, make) {
      const found = kept.get(key);
      if (found !== undefined) {
        kept.delete(key);
        kept.set(key, found);
        return found.result;
      }
      const entry = { result: make(), size: 0 };
      kept.set(key, entry);
      entry.result.then(
        (result) => {
          entry.size = sizeOf(result);
          shrink();
        },
        () => {
          if (kept.get(key) === entry) kept.delete(key);
        },
      );
      return entry.result;
    },
  };
}
