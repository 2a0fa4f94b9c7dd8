/** @file Tests of what the page shows of CLEANN's tester. */
import { describe, expect, it } from "vitest";
import { cleannRequestOf } from "../../src/run/cause-requests.ts";
import { defaultCausalSettings, type CausalQuery } from "../../src/run/causes.ts";
import type { CleannResult } from "../../src/run/measures.ts";
import { cleannOf, headSentence } from "./cleann-facts.ts";

const query: CausalQuery = { ...defaultCausalSettings, token: 2, layer: 5, head: 1 };
const attention = { positions: [3, 8], calls: 2 };
const none = { members: 0, sets: [], first: null, calls: 0, complete: true, attention: { positions: null, calls: 7 } };
const resultOf = (change: Partial<CausalQuery> = {}, budget = 50): CleannResult => ({
  request: cleannRequestOf({ ...query, ...change }, budget),
  heads: [none, { ...none, members: 3, sets: [[4], [9]], first: 2, calls: 3, attention }],
  calls: 12,
});
const nameOf = (position: number): string => `t${position}`;

describe("tested sets of a layer", () => {
  it("are the newest of the graph's layer and settings, of any head and budget", () => {
    const [first, second] = [resultOf(), resultOf({ head: 0 }, 200)];
    const others = [resultOf({ layer: 4 }), resultOf({ alpha: 1e-3 }), resultOf({ token: 1 })];
    expect(cleannOf([first, second, ...others], query)).toBe(second);
    expect(cleannOf(others, query)).toBeUndefined();
    expect(cleannOf(undefined, query)).toBeUndefined();
  });

  it("say of a head what its graph and its attention find", () => {
    expect(headSentence(resultOf(), 1, nameOf)).toBe(
      "Head 1: its graph finds a set in 2 calls (t4; t9); the order of attention finds 2 tokens in 2 calls.",
    );
    expect(headSentence(resultOf(), 0, nameOf)).toBe(
      "Head 0: its graph names no cause; the order of attention finds none in 7 calls.",
    );
  });
});
