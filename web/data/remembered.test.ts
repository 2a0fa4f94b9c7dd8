import { expect, it } from "vitest";
import { createRemembered } from "./remembered.ts";

it("computes once for each owner and detail, undefined results too", () => {
  const remembered = createRemembered<number | undefined>();
  let computed = 0;
  const [one, other] = [new Float32Array(1), new Float32Array(1)];
  const ask = (owner: object, detail: string, value?: number) => remembered(owner, detail, () => (computed++, value));
  expect([ask(one, "a", 1), ask(one, "a", 9), ask(one, "b", 2), ask(other, "a", 3)]).toEqual([1, 1, 2, 3]);
  expect([ask(one, "c"), ask(one, "c")]).toEqual([undefined, undefined]);
  expect(computed).toBe(4);
});
