/** @file How often edges and explaining tokens of a head's graph come back when one of its parameters changes. */
import { NotRecordedError } from "../../run/attention-block.ts";
import {
  alphas,
  sampleCounts,
  type CausalQuery,
  type CausalStability,
  type StabilityOver,
  type StabilityRequest,
} from "../../run/causes.ts";
import { imageTokenPositions, predictingPosition } from "../../run/positions.ts";
import type { Run } from "../../run/types.ts";
import type { GraphLearner } from "./graph-learner.ts";
import type { HeadRows } from "./head-rows.ts";
import { selectRows } from "./select-rows.ts";
import type { StabilityWork } from "./stability-work.ts";

/** Attention from which a token becomes a node, as it is varied. */
const thresholds: readonly number[] = [0.002, 0.005, 0.01, 0.02, 0.05];
/** Graphs that are learned of disturbed attention. */
const noiseRepeats = 20;

async function headRows(run: Run, query: CausalQuery): Promise<HeadRows> {
  const { selection, rows } = await selectRows(run, query);
  return { positions: selection.nodes, rows };
}

/** The same head of every layer that was recorded whole; others are left out. */
async function overLayers(run: Run, query: CausalQuery): Promise<{ heads: HeadRows[]; settings: string[] }> {
  const heads: HeadRows[] = [];
  const settings: string[] = [];
  for (let layer = 0; layer < run.description.model.languageLayers; layer++) {
    try {
      heads.push(await headRows(run, { ...query, layer }));
      settings.push(`layer ${layer}`);
    } catch (error) {
      if (!(error instanceof NotRecordedError)) throw error;
    }
  }
  return { heads, settings };
}

async function workOf(
  run: Run,
  query: CausalQuery,
  over: StabilityOver,
): Promise<Pick<StabilityWork, "varied" | "heads"> & { readonly settings: string[] }> {
  switch (over) {
    case "layer":
      return { varied: { over: "rows" }, ...(await overLayers(run, query)) };
    case "threshold": {
      // The lowest selects every token that any of them makes a node.
      const lowest = Math.min(...thresholds);
      return {
        varied: { over, thresholds },
        heads: [await headRows(run, { ...query, threshold: lowest })],
        settings: thresholds.map((each) => `threshold ${each}`),
      };
    }
    case "noise": {
      const settings = Array.from({ length: noiseRepeats }, (_, i) => `attention with noise, number ${i + 1}`);
      return { varied: { over, repeats: noiseRepeats }, heads: [await headRows(run, query)], settings };
    }
    case "settings": {
      const settings = alphas.flatMap((alpha) =>
        sampleCounts.map((samples) => `alpha ${alpha.toExponential()}, ${samples} samples`),
      );
      return { varied: { over, alphas, samples: sampleCounts }, heads: [await headRows(run, query)], settings };
    }
  }
}

/** Learns the graph of a head again and again with one parameter changed. Throws a NotRecordedError if its attention is not there. */
export async function causalStability(
  run: Run,
  { over, ...query }: StabilityRequest,
  { pool, signal }: { readonly pool: GraphLearner; readonly signal?: AbortSignal },
): Promise<CausalStability> {
  const { settings, ...work } = await workOf(run, query, over);
  const { variant, alpha, samples, signRule, threshold } = query;
  const found = await pool.count(
    {
      ...work,
      target: predictingPosition(run.description, query.token),
      imagePositions: imageTokenPositions(run.description),
      options: { variant, alpha, samples, signRule, threshold },
    },
    signal,
  );
  return { query, over, settings, ...found };
}
