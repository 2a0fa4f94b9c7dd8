/** @file Values that are fetched when a view first reads them: reading is synchronous, and the view is run again when they arrive. */
import { createSubscriber } from "svelte/reactivity";

export interface ResourceCache<T> {
  /** The value, or undefined while it is fetched (it is asked for now) or after it failed. */
  read(key: string, load: () => Promise<T>): T | undefined;
  /** The value if it is here; asks for nothing. */
  peek(key: string): T | undefined;
  /** Why the last fetch of this key failed. */
  failure(key: string): Error | undefined;
  /** Lets what failed be fetched again, now where something reads it; to be called when the server is back. */
  retry(): void;
}

export interface ResourceCacheOptions<T> {
  /** Largest sum of sizes that is kept; what was read longest ago goes first. */
  readonly maxBytes: number;
  readonly sizeOf: (value: T) => number;
}

/** Makes an empty cache. A failed fetch is not repeated until `retry` is called. */
export function createResourceCache<T>({ maxBytes, sizeOf }: ResourceCacheOptions<T>): ResourceCache<T> {
  /** Insertion order is the order of use, the most recent last. */
  const values = new Map<string, T>();
  const pending = new Set<string>();
  const failures = new Map<string, Error>();
  let bytes = 0;
  /** What runs the readers of a key again; one a key, so that a value that arrives runs no reader of another. */
  const updates = new Map<string, () => void>();
  const subscribers = new Map<string, () => void>();

  function subscribe(key: string): void {
    let subscriber = subscribers.get(key);
    if (subscriber === undefined) {
      subscriber = createSubscriber((update) => {
        updates.set(key, update);
        return () => {
          updates.delete(key);
          subscribers.delete(key);
        };
      });
      subscribers.set(key, subscriber);
    }
    subscriber();
  }

  function drop(key: string): void {
    const value = values.get(key);
    if (value === undefined) return;
    bytes -= sizeOf(value);
    values.delete(key);
  }

  function keep(key: string, value: T): void {
    drop(key);
    values.set(key, value);
    bytes += sizeOf(value);
    for (const [oldest] of values) {
      if (bytes <= maxBytes || oldest === key) break;
      drop(oldest);
    }
  }

  async function fetchValue(key: string, load: () => Promise<T>): Promise<void> {
    pending.add(key);
    try {
      keep(key, await load());
    } catch (error) {
      failures.set(key, error as Error);
    } finally {
      pending.delete(key);
      updates.get(key)?.();
    }
  }

  return {
    read(key, load) {
      subscribe(key);
      const value = values.get(key);
      if (value !== undefined) {
        values.delete(key);
        values.set(key, value);
      } else if (!pending.has(key) && !failures.has(key)) {
        void fetchValue(key, load);
      }
      return value;
    },
    peek: (key) => values.get(key),
    failure(key) {
      subscribe(key);
      return failures.get(key);
    },
    retry() {
      const failed = [...failures.keys()];
      failures.clear();
      for (const key of failed) updates.get(key)?.();
    },
  };
}
