/** @file Matrices of attention from elsewhere, and the causal graphs of those that are read. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { handle } from "../../../src/causes/matrix-work.ts";
import type { Json } from "../json-mutations.ts";
import type { FuzzKind } from "../kind.ts";
import { PropertyFault } from "../outcome.ts";
import type { Random } from "../random.ts";
import { changedFile } from "./configuration.ts";
import { makeFile } from "./safetensors.ts";

const mostGraphTokens = 8;
const settings = { alpha: 1e-5, samples: 128, signRule: "two-sided" } as const;

/** Attention of one head over `count` tokens: rows of the lower triangle that add up to one. */
function attention(count: number, random: Random): number[][] {
  return Array.from({ length: count }, (_, position) => {
    const row = Array.from({ length: position + 1 }, () => random.next());
    const sum = row.reduce((total, value) => total + value, 0);
    return row.map((value) => value / sum);
  });
}

function jsonMatrix(random: Random): Json {
  const count = 1 + random.below(mostGraphTokens);
  return {
    attention_lower: attention(count, random),
    ...(random.chance(0.5) ? { tokens: Array.from({ length: count }, (_, i) => i), target: count - 1 } : {}),
    ...(random.chance(0.5)
      ? { tester: { kind: "row-sum", threshold: random.next(), max_set_size: random.pick([1, 2, 3, 1000, 2 ** 31]) } }
      : {}),
  };
}

function tensorMatrix(random: Random): Uint8Array {
  const side = random.below(6);
  const bytes = 4 * side * side;
  return makeFile(random, {
    header: { "layer0.head0": { dtype: "F32", shape: [side, side], data_offsets: [0, bytes] } },
    dataBytes: bytes,
  });
}

export const matrixKind: FuzzKind = {
  name: "matrix",
  label: "attention matrix",
  share: 50,
  open: (folder) => ({
    async tryInput(random, show) {
      const isTensor = random.chance(0.3);
      const content = isTensor ? tensorMatrix(random) : changedFile([jsonMatrix(random)], random);
      show(typeof content === "string" ? content : Buffer.from(content).toString("latin1"));
      const file = join(folder, isTensor ? "m.safetensors" : "m.json");
      writeFileSync(file, content);
      // The work of the process that the command starts, without the process, which would end it if it took too long.
      const options = { variant: random.pick(["exact", "reference"] as const), ...settings };
      const { nodes, marks } = await handle({ file, options, center: random.chance(0.2) });
      if (marks.length !== nodes.length) throw new PropertyFault("The graph has not one row for each node.");
    },
  }),
};
