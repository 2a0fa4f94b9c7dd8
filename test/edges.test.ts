/** @file Edges of attention that are cut, against PyTorch with the same edges masked, for every family (test/fixtures/make-edge-cases.py). */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { embedPrompt, type Sequence } from "../src/engine/embed.ts";
import { generate } from "../src/engine/generate.ts";
import type { EdgeKnockOut } from "../src/engine/intervention.ts";
import type { Tap } from "../src/engine/taps.ts";
import { traceLanguage } from "../src/engine/trace.ts";
import type { HostedModel } from "../src/explain/host.ts";
import { pickRows } from "../src/tensor/rows.ts";
import { defaultSampling } from "../src/run/question-limits.ts";
import { encodeParity, fixturesFolder, largest, loadParityModel, openParityCase } from "./support/parity-case.ts";
import { withScorer } from "./support/with-scorer.ts";

interface EdgeCase {
  /** Positions and vocabulary entries of the logits. */
  readonly positions: number[];
  readonly ids: number[];
  readonly edges: {
    readonly name: string;
    readonly cuts: EdgeKnockOut[];
    readonly logits: number[][];
    readonly next: number;
    readonly margin: number;
    readonly layer: number;
    /** Of the last position, [heads, keys]. */
    readonly attention: number[][];
  }[];
}

const cases = JSON.parse(await readFile(join(fixturesFolder, "edges.json"), "utf8")) as Record<string, EdgeCase>;
const tolerance = (expected: readonly number[]) => Math.max(1e-4, 2e-5 * largest(Float32Array.from(expected)));

describe.each(Object.entries(cases))("%s", (name, { positions, ids, edges }) => {
  let model: HostedModel;
  let sequence: Sequence;
  let rows: number;
  beforeAll(async () => {
    const parity = await openParityCase(name);
    model = await loadParityModel(parity);
    rows = parity.text.input_ids.length;
    sequence = await embedPrompt(model, parity.text.input_ids, await encodeParity(parity, model));
  });

  test("logits and attention of a trace are those of PyTorch with the same edges masked", async () => {
    for (const { cuts, logits, layer, attention } of edges) {
      const row = [rows - 1];
      const taps: [Tap, Tap] = [
        { site: "logits", rows: positions },
        { site: `language.layers.${layer}.attention.probs`, rows: row },
      ];
      const captures = await traceLanguage(model, sequence, { taps, intervention: { edges: cuts } });
      const found = captures.get(taps[0])!;
      for (const [i, expected] of logits.entries()) {
        const { data } = pickRows(found, [i]);
        expect(ids.map((id) => data[id]!)).toBeCloseToArray(expected, tolerance(expected));
      }
      expect(captures.get(taps[1])!.data).toBeCloseToArray(attention.flat(), 5e-5);
    }
  });

  test("a scorer gives the same logits, one intervention after another", async () => {
    const { plan } = sequence;
    await withScorer(model, { rows, plan, predicting: positions, ids, edges: true }, async (score) => {
      for (const { cuts, logits } of edges) {
        const found = await score(sequence, { edges: cuts });
        expect(found.data).toBeCloseToArray(logits.flat(), tolerance(logits.flat()));
      }
    });
  });

  test("an answer begins with the token that PyTorch chooses", async () => {
    for (const { cuts, next, margin } of edges) {
      // What PyTorch chooses by less than the tolerance may go either way.
      if (margin < 2e-3) continue;
      const options = { sampling: defaultSampling, maxNewTokens: 1, stopTokenIds: [], intervention: { edges: cuts } };
      expect((await generate(model, sequence, options)).ids).toEqual([next]);
    }
  });
});
