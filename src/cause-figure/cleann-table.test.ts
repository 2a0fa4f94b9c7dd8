/** @file Tests of the table of tested sets. */
import { expect, test } from "vitest";
import { cleannTable } from "./cleann-table.ts";

const none = { members: 0, sets: [], first: null, calls: 0, complete: true, attention: { positions: null, calls: 7 } };

test("tested sets of a layer have a row for each head, with their members by name and by position", () => {
  const attention = { positions: [3, 8], calls: 2 };
  const found = { ...none, members: 3, sets: [[4], [9, 10]], first: 2, calls: 3, attention };
  expect(cleannTable({ heads: [none, found] }, (position) => `t${position}`).rows).toEqual([
    [0, 0, "", "", null, 0, "", 7],
    [1, 3, "t4; t9 + t10", "4; 9 10", 2, 3, "t3 + t8", 2],
  ]);
});
