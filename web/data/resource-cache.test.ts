import { describe, expect, it } from "vitest";
import { createResourceCache } from "./resource-cache.svelte.ts";

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** A cache of numbers, each of eight bytes, and a source that counts how often it is asked and may be away. */
function numbers(maxBytes = 800) {
  const source = { asked: 0, isAway: false };
  const cache = createResourceCache<number>({ maxBytes, sizeOf: () => 8 });
  const read = (key: string): number | undefined =>
    cache.read(key, () => {
      source.asked++;
      return source.isAway ? Promise.reject(new Error("away")) : Promise.resolve(key.length);
    });
  return { source, cache, read };
}

describe("values that are fetched when they are read", () => {
  it("are asked for once", async () => {
    const { source, read } = numbers();
    expect(read("one")).toBeUndefined();
    expect(read("one")).toBeUndefined();
    await settled();
    expect(read("one")).toBe(3);
    expect(source.asked).toBe(1);
  });

  it("are not asked for again and again where that fails, but once more after a retry", async () => {
    const { source, cache, read } = numbers();
    source.isAway = true;
    read("one");
    await settled();
    read("one");
    await settled();
    expect(source.asked).toBe(1);
    expect(cache.failure("one")?.message).toBe("away");

    source.isAway = false;
    cache.retry();
    expect(cache.failure("one")).toBeUndefined();
    read("one");
    await settled();
    expect(read("one")).toBe(3);
    expect(source.asked).toBe(2);
  });

  it("stay as they are at a retry where they are here", async () => {
    const { source, cache, read } = numbers();
    read("one");
    await settled();
    cache.retry();
    expect(read("one")).toBe(3);
    expect(source.asked).toBe(1);
  });

  it("go, those read longest ago first, where room is short", async () => {
    const { cache, read } = numbers(16);
    for (const key of ["a", "bb"]) {
      read(key);
      await settled();
    }
    read("a");
    read("ccc");
    await settled();
    expect([cache.peek("a"), cache.peek("bb"), cache.peek("ccc")]).toEqual([1, undefined, 3]);
  });
});
