/** @file Tests of the lines about two runs patched into each other. */
import { expect, test } from "vitest";
import { exampleDescription } from "../../test/support/example-run.ts";
import { resultsOf } from "../run/measures.ts";
import { patchingLines } from "./patching-lines.ts";

const result = resultsOf(exampleDescription().measures, "patching")[0]!;

test("sentences come first, then both directions as tables and the heads that bring the other answer back", () => {
  const lines = patchingLines(result, "right.");
  expect(lines[0]).toMatch(/^This run and the other run differ by 5.00 nats/);
  const tables = lines.map((line) => line.trim().split(/ {2,}/));
  expect(tables).toContainEqual(["layer 0", "90 %", "10 %", "0 %", "20 %"]);
  expect(tables).toContainEqual(["layer 0", "70 %", "20 %", "0 %", "10 %"]);
  expect(tables).toContainEqual(["0", "1", "20 %", "15 %"]);
  expect(patchingLines({ ...result, prior: [] }, "right.").join("\n")).not.toContain("weakens");
});

test("one sentence is enough if there is nothing to restore", () => {
  const same = { ...result, verdict: "nothing to restore", own: 1, other: 1 } as const;
  expect(patchingLines(same, "right.")).toHaveLength(1);
});
