/** @file Verified flow graphs of every question whose reason is known: how much they keep, how good the estimates are, and what they say of the picture. */
import { flow } from "../../src/measure/flow.ts";
import type { MeasureContext } from "../../src/measure/measure-types.ts";
import { flowRequestOf } from "../../src/run/cause-requests.ts";
import type { FlowResult } from "../../src/run/measures.ts";
import { imageTokens } from "../../src/run/positions.ts";
import type { Explainable } from "./asking.ts";
import type { Origin } from "./grounding.ts";
import { coverage } from "../../src/run/masks.ts";
import { readMask } from "../../src/workbench/mask-file.ts";

export interface FlowFinding extends Pick<FlowResult, "faithfulness" | "necessity" | "p" | "spearman" | "calls"> {
  readonly name: string;
  readonly scene: string;
  readonly origin: Origin;
  /** True if an edge from a region of the picture is in the graph. */
  readonly usesPicture: boolean;
  /** Of the region whose edge has the largest measured effect in the graph: its share inside the thing, over that of the whole picture. */
  readonly concentration: number | null;
  /** Time of all processors together, which does not depend on what else the machine does. */
  readonly processorSeconds: number;
}

/** How many times as much of the leading region lies in the thing as of the picture; null without a region in the graph, or a mask. */
async function concentrationOf(
  { question: { evidence } }: Explainable,
  { edges, groups }: FlowResult,
  { run: { description } }: MeasureContext,
): Promise<number | null> {
  const regions = new Set(groups.filter(({ kind }) => kind === "region").map(({ positions }) => positions.join()));
  const [leading] = edges
    .filter(({ from, kept }) => kept && regions.has(from.join()))
    .sort((a, b) => (b.effect ?? 0) - (a.effect ?? 0));
  if (leading === undefined || evidence === undefined) return null;
  const shares = coverage(description, [await readMask(evidence)]);
  const inRegion = new Set(leading.from);
  const inside = imageTokens(description).flatMap(({ position }, i) => (inRegion.has(position) ? [shares[i]!] : []));
  const mean = (values: ArrayLike<number>): number =>
    Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
  return mean(inside) / mean(shares);
}

/** Measures the flow graph of the explained token at its default settings. */
export async function measureFlow(
  asked: Explainable,
  { origin, context }: { readonly origin: Origin; readonly context: MeasureContext },
): Promise<FlowFinding> {
  const start = process.cpuUsage();
  const result = await flow(flowRequestOf(context.run.description, asked.token.index), context);
  const { user, system } = process.cpuUsage(start);
  const regions = new Set(
    result.groups.filter(({ kind }) => kind === "region").map(({ positions }) => positions.join()),
  );
  const { name, scene } = asked.question;
  const { faithfulness, necessity, p, spearman, calls } = result;
  return {
    ...{ name, scene, origin, faithfulness, necessity, p, spearman, calls },
    processorSeconds: (user + system) / 1e6,
    usesPicture: result.edges.some(({ from, kept }) => kept && regions.has(from.join())),
    concentration: await concentrationOf(asked, result, context),
  };
}
