/** @file Tests of what is said of sets that change a prediction. */
import { expect, test } from "vitest";
import type { CleannResult } from "../run/measures.ts";
import { attentionFound, cleannSentence, graphFound, setText } from "./cleann-text.ts";

const nameOf = (position: number): string => `t${position}`;
const none = { members: 0, sets: [], first: null, calls: 0, complete: true, attention: { positions: null, calls: 0 } };

test("a head's graph and the order of its attention each say in how many calls", () => {
  const found = { ...none, members: 4, sets: [[5], [6, 7]], first: 3, calls: 4 };
  expect(graphFound(found, nameOf)).toBe("its graph finds a set in 3 calls (t5; t6 + t7)");
  expect(graphFound({ ...found, first: 1, sets: [[1], [2], [3], [4]] }, nameOf)).toBe(
    "its graph finds a set in 1 call (t1; t2; t3; 1 more)",
  );
  expect(graphFound({ ...none, members: 2, calls: 3 }, nameOf)).toBe("its graph finds none in 3 calls");
  expect(graphFound({ ...none, members: 9, calls: 50, complete: false }, nameOf)).toBe(
    "its graph finds none in 50 calls, not every set was tried",
  );
  expect(graphFound(none, nameOf)).toBe("its graph names no cause");
  expect(attentionFound({ ...none, attention: { positions: [3, 8], calls: 2 } })).toBe(
    "the order of attention finds 2 tokens in 2 calls",
  );
  expect(attentionFound({ ...none, attention: { positions: null, calls: 12 } })).toBe(
    "the order of attention finds none in 12 calls",
  );
});

test("a head without a graph says why, and has no order", () => {
  const without = { ...none, noGraph: "Its tokens are singular." };
  expect(graphFound(without, nameOf)).toBe("Its tokens are singular.");
  expect(attentionFound(without)).toBeUndefined();
});

test("a layer says how many of its heads have a set", () => {
  const heads = [none, { ...none, members: 1, sets: [[4]], first: 1, calls: 1 }];
  const result = { request: { layer: 5 }, heads, calls: 9 } as unknown as CleannResult;
  expect(cleannSentence(result, "“right”")).toBe(
    "1 of 2 heads of layer 5 have a set without which the model predicts something else than “right” (9 calls).",
  );
});

test("a long set is named by its first members", () => {
  expect(setText([1, 2, 3, 4, 5, 6, 7, 8], nameOf)).toBe("t1 + t2 + t3 + t4 + t5 + t6 + 2 more");
});
