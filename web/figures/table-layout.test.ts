/** @file Long tables are drawn where they are seen, at the place where they would stand. */
import { describe, expect, it } from "vitest";
import type { Table } from "./figure.ts";
import { cellWriters, columnWidths, visibleRows } from "./table-layout.ts";

describe("rows of a long table", () => {
  it("stand where they would if all were drawn, and cover what is in sight", () => {
    for (const top of [0, 13, 2700, 269_000, 270_000, 999_999]) {
      const { first, end, above, below } = visibleRows({ top, height: 700, rowHeight: 27, count: 10_000 });
      expect(above + (end - first) * 27 + below).toBe(270_000);
      expect(end - first).toBeLessThan(60);
      if (top + 700 <= 270_000) {
        expect(above).toBeLessThanOrEqual(top);
        expect(above + (end - first) * 27).toBeGreaterThanOrEqual(top + 700);
      }
    }
  });

  it("are all drawn where there are few, none where there are none", () => {
    expect(visibleRows({ top: 0, height: 700, rowHeight: 27, count: 5 })).toEqual({
      first: 0,
      end: 5,
      above: 0,
      below: 0,
    });
    expect(visibleRows({ top: 0, height: 700, rowHeight: 27, count: 0 })).toMatchObject({ first: 0, end: 0 });
    expect(visibleRows({ top: 9000, height: 700, rowHeight: 27, count: 5 })).toMatchObject({ first: 0, end: 5 });
    expect(visibleRows({ top: -40, height: 700, rowHeight: 27, count: 5 })).toMatchObject({ first: 0, end: 5 });
  });
});

describe("cells", () => {
  const table: Table = {
    columns: [
      { label: "Token", kind: "text" },
      { label: "Layer", kind: "number" },
      { label: "Share", kind: "number" },
      { label: "Difference", kind: "number" },
    ],
    rows: [
      ["a", 0, 0.5, -0.25],
      ["b", 12, 0.263, 1e-7],
      ["c", 3, 0, null],
    ],
  };

  it("of one column have the same decimals, and a true minus", () => {
    const written = table.rows.map((row) => cellWriters(table).map((write, column) => write(row[column]!)));
    expect(written).toEqual([
      ["a", "0", "0.500", "\u22120.2500"],
      ["b", "12", "0.263", "1.0e\u22127"],
      ["c", "3", "0.000", "-"],
    ]);
  });

  it("have columns as wide as their longest text, within bounds", () => {
    const columns = [
      { label: "A", kind: "number", unit: "no unit" },
      { label: "A long head", kind: "number" },
      { label: "T", kind: "text" },
      { label: "U", kind: "text" },
    ] as const;
    expect(columnWidths({ columns, rows: [] }, [["1", "2", "x".repeat(90), "y"]])).toEqual([9, 13, 26, 7]);
  });
});
