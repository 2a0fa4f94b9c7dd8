/** @file Tests that a table has the names that stand in it, and no others. */
import { expect, it } from "vitest";
import { lookUp } from "./look-up.ts";

/** What every object inherits. */
const inheritedNames = Object.getOwnPropertyNames(Object.prototype);

it("finds what stands in the table, also where the value is false", () => {
  const table = { "0": false, "1": true };
  expect(lookUp(table, "0")).toBe(false);
  expect(lookUp(table, "1")).toBe(true);
  expect(lookUp(table, "2")).toBeUndefined();
});

it("finds nothing that objects inherit", () => {
  expect(inheritedNames).toContain("constructor");
  expect(inheritedNames.map((name) => lookUp({ a: 1 }, name))).toEqual(inheritedNames.map(() => undefined));
});
