import { describe, expect, it } from "vitest";
import {
  attentionCases,
  fullCase,
  independenceCases,
  oracleCases,
  rowsOfTriangle,
} from "../../test/support/causal-fixtures.ts";
import { goldenFields, goldenGraph, goldenTree, radiusRecord } from "../../test/support/causal-golden.ts";
import { dSeparationOracle } from "../../test/support/d-separation.ts";
import { attentionCorrelation } from "./correlation.ts";
import { discoverGraph } from "./discover.ts";
import { exactDiscovery } from "./exact-icd.ts";
import { explain, searchExplanations } from "./explanation.ts";
import { mark } from "./graph.ts";
import { headGraph } from "./head-graph.ts";
import { headImportance } from "./importance.ts";
import { fisherTest, independencePValue, partialCorrelation, SingularCorrelationError } from "./independence.ts";
import { orderedDiscovery, type Discovery } from "./ordered-icd.ts";
import { plainDiscovery } from "./plain-icd.ts";

const limit = 1_000_000;

describe("tests of independence", () => {
  const { matrices, cases } = independenceCases();
  it.each(cases.map((each, i) => [i, each] as const))("equal the golden case %i", (_, each) => {
    const correlation = Float64Array.from(matrices[each.matrix]!.flat());
    const { x, y, z: given, num_records: samples } = each;
    const decide = (signRule: "two-sided" | "legacy") =>
      fisherTest(correlation, { alpha: 1e-5, samples, signRule, singular: "signal" }).isIndependent(x, y, given);
    if (each.par_corr === "singular") {
      expect(() => decide("two-sided")).toThrow(SingularCorrelationError);
      return;
    }
    const r = partialCorrelation(correlation, { x, y, given });
    const tolerance = Math.max(1e-12, 1e-14 * each.cond);
    if (typeof each.par_corr === "number") expect(Math.abs(r - each.par_corr)).toBeLessThanOrEqual(tolerance);
    // If rounding alone decides, no two programs agree.
    if (tolerance < 0.1) expect(decide("two-sided")).toBe(each["independent_at_1e-5"]);
    for (const [signRule, golden] of [
      ["two-sided", each.p_value],
      ["legacy", each.p_value_legacy],
    ] as const) {
      if (Number.isNaN(r)) continue;
      const p = independencePValue(r, { samples, given: given.length, signRule });
      if (golden === "inf") expect(p).toBe(Infinity);
      else if (golden === "nan") expect(p).toBeNaN();
      // The published 1 - Phi(v) ends at 1e-16, and a p-value is as precise as its correlation.
      else if (each.cond < 1e3) expect(Math.abs(p - (golden as number))).toBeLessThanOrEqual(1e-9 * p + 1e-15);
    }
  });
});

describe("graphs with an oracle", () => {
  const found = (golden: string, discovery: Discovery, nodes: readonly number[]) =>
    [golden, goldenGraph({ ...discovery, ...discovery.graph }, nodes)] as const;

  it.each(oracleCases().map((each) => [each.name, each] as const))("equal the golden ones of %s", (_, each) => {
    const nodes = [...each.observed].sort((a, b) => a - b);
    const oracle = dSeparationOracle(each.num_nodes, each.edges);
    const test = (x: number, y: number, given: readonly number[]): boolean =>
      oracle(
        nodes[x]!,
        nodes[y]!,
        given.map((node) => nodes[node]!),
      );
    const order = each.causal_order.map((node) => nodes.indexOf(node));
    const size = nodes.length;
    const graphs = [
      found("icd", plainDiscovery(size, test, { limit }), nodes),
      found("ordered_icd", orderedDiscovery(size, test, { order, limit }), nodes),
      found("ordered_icd_local", orderedDiscovery(size, test, { order, schedule: "local", limit }), nodes),
    ];
    for (const [name, graph] of graphs) {
      expect(graph, name).toEqual(goldenFields(each[name as "icd"]));
    }
    if (each.checks.icd_equals_reference) expect(graphs[0]![1].marks).toEqual(each.reference_pag);
  });

  it.each(oracleCases().map((each) => [each.name, each] as const))("have the true edges of %s in exact", (_, each) => {
    const nodes = each.causal_order;
    const oracle = dSeparationOracle(each.num_nodes, each.edges);
    const { graph } = exactDiscovery(
      nodes.length,
      (x, y, given) =>
        oracle(
          nodes[x]!,
          nodes[y]!,
          given.map((node) => nodes[node]!),
        ),
      { limit },
    );
    const ascending = [...nodes].sort((a, b) => a - b);
    const at = ascending.map((node) => nodes.indexOf(node));
    const marks = at.map((a) => at.map((b) => graph.marks[a * nodes.length + b]!));
    // The published R10 also accepts paths that cannot be directed, and so puts tails that Zhang's does not.
    const golden = each.ordered_icd.marks;
    const differing = marks.flatMap((row, a) =>
      row.flatMap((value, b) => (value === golden[a]![b] ? [] : [[value, golden[a]![b]]])),
    );
    for (const pair of differing) expect(pair).toEqual([mark.circle, mark.tail]);
    expect(differing.length).toBeLessThanOrEqual(1);
    expect(marks.map((row) => row.map((value) => value > 0))).toEqual(
      each.reference_pag.map((row) => row.map((value) => value > 0)),
    );
  });
});

describe("graphs of attention", () => {
  const runs = attentionCases().flatMap((each) =>
    each.runs.map((run) => [`${each.name} ${run.alpha} ${run.num_records} ${run.sign_rule}`, each, run] as const),
  );
  it.each(runs)("equal the golden ones of %s", (_, each, run) => {
    const nodes = each.tokens;
    const correlation = attentionCorrelation(rowsOfTriangle(each.attention_lower), nodes);
    const options = {
      variant: "reference",
      alpha: run.alpha,
      samples: run.num_records,
      signRule: run.sign_rule,
    } as const;
    const graph = discoverGraph(correlation, nodes, options);
    expect(goldenGraph(graph, nodes)).toEqual(goldenFields(run));
    const explanation = explain(graph, each.target);
    expect(explanation.members).toEqual(run.explanation);
    expect(goldenTree(explanation.tree)).toEqual(run.pds_tree);
    expect(radiusRecord(explanation.radiusSets)).toEqual(run.radius_sets);
    for (const [range, members] of Object.entries(run.explanation_by_range)) {
      const depth = range === "none" ? nodes.length - 1 : Number(range);
      expect(explain(graph, each.target, depth).members, `range ${range}`).toEqual(members);
    }
    const target = each.attention_lower[each.target]!;
    for (const mode of ["minimal", "all"] as const) {
      const searched = searchExplanations(graph, each.target, {
        mode,
        maxSize: each.tester.max_set_size,
        holds: (members) => members.reduce((sum, key) => sum + target[key]!, 0) >= each.tester.threshold,
      });
      expect(searched.found.map(({ members, distance }) => [members, distance])).toEqual(run.searched[mode]);
    }
  });
});

describe("heads of the complete case", () => {
  const full = fullCase();
  const imagePositions = Array.from({ length: full.num_image_tokens }, (_, i) => full.image_start + i);
  const heads = full.runs.flatMap((run) => run.heads.map((head, index) => ({ run, head, index })));
  it.each(heads)("select the tokens, importance and graph of the published tool ($index)", ({ run, head, index }) => {
    const rowOf = full.rowOf(index);
    const target = run.token_to_explain;
    const options = {
      variant: "reference",
      alpha: run.alpha,
      samples: run.num_records,
      signRule: "two-sided",
      threshold: run.attention_threshold,
    } as const;
    expect(headImportance({ row: rowOf(target), imagePositions }).image).toBeCloseTo(head.importance, 12);
    const found = headGraph({ rowOf, target, imagePositions, options });
    if (!("graph" in found)) throw new Error(found.noGraph);
    expect(found.selection.selected).toEqual(head.relevant_tokens);
    expect(goldenGraph(found.graph, found.graph.nodes)).toEqual(goldenFields(head.graph));
    expect(found.explanation.members).toEqual(head.explanation);
    expect(radiusRecord(found.explanation.radiusSets)).toEqual(head.radius_sets);
    expect(goldenTree(found.explanation.tree)).toEqual(head.pds_tree);
    const text = discoverGraph(attentionCorrelation(rowOf, head.text_tokens), head.text_tokens, options);
    expect(goldenGraph(text, head.text_tokens)).toEqual(goldenFields(head.text_graph));
    expect(explain(text, target).members).toEqual(head.text_explanation);
  });
});
