import { describe, expect, test } from "vitest";
import { resultCache } from "./result-cache.ts";

describe("resultCache", () => {
  test("makes a result once, also for two who ask at the same time", async () => {
    const cache = resultCache<number>(10, () => 1);
    let made = 0;
    const make = () => Promise.resolve(++made);
    expect(await Promise.all([cache.get("a", make), cache.get("a", make)])).toEqual([1, 1]);
    expect(await cache.get("a", make)).toBe(1);
  });

  test("drops the least recently used beyond its limit, and does not keep what is larger", async () => {
    const cache = resultCache<number>(10, (size) => size);
    const made: string[] = [];
    const ask = (key: string, size: number) =>
      cache.get(key, () => {
        made.push(key);
        return Promise.resolve(size);
      });
    await ask("a", 4);
    await ask("b", 4);
    await ask("a", 4);
    await ask("c", 4);
    await ask("a", 4);
    await ask("b", 4);
    expect(made).toEqual(["a", "b", "c", "b"]);
    await ask("large", 11);
    await ask("large", 11);
    expect(made.slice(4)).toEqual(["large", "large"]);
  });

  test("does not keep a failure", async () => {
    const cache = resultCache<number>(10, () => 1);
    await expect(cache.get("a", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await cache.get("a", () => Promise.resolve(2))).toBe(2);
  });
});
