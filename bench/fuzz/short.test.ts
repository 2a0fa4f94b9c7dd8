import { afterAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import type { OpenKind } from "./kind.ts";
import { plannedInputs } from "./kinds.ts";
import { faultLines } from "./report.ts";
import { addCounts, noCounts, runInputs, type Counts } from "./run-inputs.ts";

/** The long form is `npm run fuzz`. */
const inputs = 2000;
const seed = 13;

const opened: OpenKind[] = [];
afterAll(async () => {
  for (const kind of opened) await kind.close?.();
});

describe("changed and made-up inputs", () => {
  it.each([...plannedInputs(inputs)].map(([kind, count]) => ({ name: kind.name, kind, count })))(
    "are accepted or refused with a sentence: $name",
    async ({ kind, count }) => {
      const open = await kind.open(temporaryFolder());
      opened.push(open);
      let counts: Counts = noCounts;
      const stretch = { seed, kind: kind.name, from: 0, count, skip: [] };
      await runInputs(open, stretch, {
        onInput: () => undefined,
        onCounts: (more) => (counts = addCounts(counts, more)),
      });
      expect(faultLines({ kind, counts, slow: [], large: [] }, seed)).toEqual([]);
      expect(counts.inputs).toBe(count);
      expect(counts.accepted).toBeGreaterThan(0);
    },
  );
});
