/** @file Tests of which rows depend on which, against walks over the masks of every layer. */
import { describe, expect, test } from "vitest";
import { loadParityModel, openParityCase } from "../../test/support/parity-case.ts";
import { randomEmbedded } from "../../test/support/random-question.ts";
import { rowReach } from "./row-reach.ts";

describe.each(["gemma3", "paligemma", "own-paligemma2", "llava-clip-mistral"])(
  "the reach of rows of %s",
  async (name) => {
    const { definition } = await loadParityModel(await openParityCase(name));
    const model = await loadParityModel(await openParityCase(name));
    const { embedded, ids } = await randomEmbedded(model);
    const length = ids.length;
    const { layers } = definition.language.config;
    const { plan } = embedded;
    const reach = rowReach(plan, { length, layers });
    const reads = (row: number, position: number): boolean =>
      Array.from(
        { length: layers },
        (_, layer) => plan.mask(plan.kindOf(layer), length, [row]).data[position],
      ).includes(0);
    const rows = Array.from({ length }, (_, row) => row);

    test("names the first reader of each position", () => {
      const found = rows.map((position) => rows.find((row) => row !== position && reads(row, position)) ?? length);
      const most = rows.map(reach.firstReader);
      // Less may be known than is so, but nothing that is wrong.
      for (const position of rows) expect(most[position]).toBeLessThanOrEqual(found[position]!);
      if (plan.seesAhead) expect(most).toEqual(found);
    });

    test("finds all that changes with rows from one on, and all that rows depend on", () => {
      for (const first of [1, 4, Math.floor(length / 2), length - 2]) {
        const changed = new Set(rows.filter((row) => row >= first));
        for (let size = -1; size !== changed.size;) {
          size = changed.size;
          for (const row of rows) if ([...changed].some((position) => reads(row, position))) changed.add(row);
        }
        expect(reach.firstChanged(first)).toBe(Math.min(...changed));
        const needed = new Set(rows.filter((row) => row < first));
        for (let size = -1; size !== needed.size;) {
          size = needed.size;
          for (const row of [...needed]) for (const position of rows) if (reads(row, position)) needed.add(position);
        }
        expect(reach.needed(first)).toBe(Math.max(...needed) + 1);
      }
    });
  },
);
