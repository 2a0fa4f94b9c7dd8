/**
 * @file CLEANN with its tester (Rohekar, Gurwicz, Nisimov, "Causal Interpretation of Self-Attention in Pre-Trained Transformers", NeurIPS
 * 2023): sets of the causal graphs of all heads of a layer, each taken away before the model is asked again.
 */
import { runGraphs } from "../findings/causes/run-graphs.ts";
import { explanationCandidates } from "../causal-discovery/explanation.ts";
import { testedExplanations, testedPrefix, type Tester } from "../causal-discovery/tested-explanation.ts";
import { largestIndices } from "../methods/probability.ts";
import { orderByMap } from "../methods/perturbation/curves.ts";
import { ProblemError } from "../problem/problem.ts";
import { NotRecordedError } from "../run/attention-block.ts";
import { attentionRow } from "../run/attention-rows.ts";
import type { CausalGraphFinding } from "../run/causes.ts";
import type { CleannRequest, CleannResult } from "../run/measures.ts";
import type { RunDescription } from "../run/types.ts";
import { evaluationCount, kindOfFill, type Evaluations } from "./evaluations.ts";
import { maskingOf, nothingMasked, type Masking } from "./masking.ts";
import type { MeasureContext } from "./measure-types.ts";

type HeadResult = CleannResult["heads"][number];

/** Sets that are tried for a head, usually: of its graph, whose tree has few tokens, and of its attention. */
const usualSets = { graph: 5, attention: 14 } as const;

function setsOfHead(budget: number): number {
  return Math.min(budget, usualSets.graph) + Math.min(budget, usualSets.attention);
}

/** Times that the model is usually asked, one set in four being of words alone. */
export function cleannEvaluations({ budget, fill }: CleannRequest, { model }: RunDescription): Evaluations {
  const sets = model.languageHeads * setsOfHead(budget);
  const words = Math.round(sets / 4);
  return { words: 1 + words, [kindOfFill(fill)]: sets - words };
}

/** The graph of every head of the layer. Throws a ProblemError `not-recorded` if the run does not hold their attention. */
async function graphsOfLayer(
  request: CleannRequest,
  { run, pool, signal }: MeasureContext,
): Promise<CausalGraphFinding[]> {
  const { token, layer, variant, alpha, samples, signRule, threshold } = request;
  const settings = { variant, alpha, samples, signRule, threshold };
  const heads = Array.from({ length: run.description.model.languageHeads }, (_, head) => head);
  const queries = heads.map((head) => ({ ...settings, token, layer, head }));
  try {
    return await runGraphs(run, queries, { pool, signal });
  } catch (cause) {
    if (!(cause instanceof NotRecordedError)) throw cause;
    throw new ProblemError(
      "not-recorded",
      `Causal graphs of layer ${layer} need its attention, which the run does not hold; compute it first.`,
      { cause },
    );
  }
}

/** Whether the model predicts something else without a set of positions, each set asked once; and how often it was asked. */
async function predictionTester(
  { token, fill }: CleannRequest,
  { probe, tick }: MeasureContext,
): Promise<{ readonly changes: Tester; readonly calls: () => number }> {
  let calls = 0;
  async function predicted(maskings: readonly Masking[]): Promise<number[]> {
    const logits = await probe.tokenLogits(token, maskings, tick);
    calls += maskings.length;
    return logits.map((each) => largestIndices(each, 1)[0]!);
  }
  const [original] = await predicted([nothingMasked]);
  const known = new Map<string, boolean>();
  return {
    calls: () => calls,
    async changes(sets) {
      const fresh = [...new Map(sets.map((positions) => [positions.join(), positions]))].filter(
        ([key]) => !known.has(key),
      );
      const maskings = fresh.map(([, positions]) => maskingOf(probe.description, { kind: "tokens", positions }, fill));
      const found = fresh.length === 0 ? [] : await predicted(maskings);
      for (const [i, [key]] of fresh.entries()) known.set(key, found[i] !== original);
      return sets.map((positions) => known.get(positions.join())!);
    },
  };
}

/** Throws `not-recorded` if the run does not hold the attention that graphs are learned from. */
export async function cleann(request: CleannRequest, context: MeasureContext): Promise<CleannResult> {
  const { layer, budget } = request;
  const graphs = await graphsOfLayer(request, context);
  context.expect(evaluationCount(cleannEvaluations(request, context.run.description)));
  const { changes, calls } = await predictionTester(request, context);
  const heads: HeadResult[] = [];
  for (const [head, { nodes, marks, target, explanation, noGraph }] of graphs.entries()) {
    context.expect((graphs.length - head) * setsOfHead(budget));
    if (noGraph !== undefined) {
      const attention = { positions: null, calls: 0 };
      heads.push({ members: 0, noGraph, sets: [], first: null, calls: 0, complete: true, attention });
      continue;
    }
    const graph = { nodes, marks: Uint8Array.from(marks) };
    const found = await testedExplanations(explanationCandidates(graph, target), { changes, budget });
    const row = (await attentionRow(context.run, { layer, head, query: target })).data;
    const others = nodes.filter((position) => position !== target);
    const order = orderByMap(others.map((position) => row[position]!)).map((place) => others[place]!);
    const attention = await testedPrefix(order, { changes, budget });
    heads.push({ members: explanation.length, ...found, sets: found.sets.map((set) => [...set]), attention });
  }
  return { request, heads, calls: calls() };
}
