/** @file The explanation sets of a causal graph by radius: patches, words, and what a test of each set measured. */
import { wordsAt } from "../../src/methods/token-words.ts";
import type { CausalGraphFinding } from "../../src/run/causes.ts";
import { resultsOf, sameRequest, type MeasureResult, type VerifyResult } from "../../src/run/measures.ts";
import type { Figure, Table } from "../figures/figure.ts";
import { setAtRadius } from "../run/chosen-graph.ts";
import { graphToken, type GraphToken, type NamedRun } from "../../src/cause-figure/causal-graph/graph-tokens.ts";

export const radii = [1, 2, 3] as const;

export interface ExplanationSet {
  readonly radius: number;
  /** Positions within the radius, ascending. */
  readonly positions: readonly number[];
  /** Tokens that stand at exactly this distance, patches before words. */
  readonly added: readonly GraphToken[];
  /** Of all within the radius. */
  readonly patches: number;
  readonly words: number;
  /** The newest test of this very set; undefined where there was none. */
  readonly test?: VerifyResult;
}

/** The newest test whose evidence came from this graph at this radius, whatever it was filled with. */
function testOfSet(
  measures: readonly MeasureResult[] | undefined,
  { layer, head, variant, alpha, samples, signRule, threshold, token }: CausalGraphFinding,
  radius: number,
): VerifyResult | undefined {
  const source = { kind: "causes", layer, head, radius, variant, alpha, samples, signRule, threshold } as const;
  return resultsOf(measures, "verify").findLast(({ request }) => sameRequest(request, { ...request, token, source }));
}

/** The sets of the three radii; a radius at which nothing is added has the set of the one before. */
export function explanationSets(
  run: NamedRun,
  finding: CausalGraphFinding,
  measures: readonly MeasureResult[] | undefined,
): ExplanationSet[] {
  const { tokens } = run.document.description;
  let before = new Set<number>();
  return radii.map((radius) => {
    const positions = setAtRadius(finding, radius);
    const added = positions
      .filter((position) => !before.has(position))
      .map((position) => graphToken(run, position, { ...finding, radius }))
      .sort((a, b) => Number(b.kind === "patch") - Number(a.kind === "patch") || a.position - b.position);
    before = new Set(positions);
    const text = positions.filter((position) => tokens[position]?.role !== "image");
    return {
      radius,
      positions,
      added,
      patches: positions.length - text.length,
      words: wordsAt(tokens, text).length,
      test: testOfSet(measures, finding, radius),
    };
  });
}

/** "11 patches, 3 words", "1 patch", "nothing". */
export function sizeText({ patches, words }: Pick<ExplanationSet, "patches" | "words">): string {
  const parts = [
    ...(patches > 0 ? [`${patches} ${patches === 1 ? "patch" : "patches"}`] : []),
    ...(words > 0 ? [`${words} ${words === 1 ? "word" : "words"}`] : []),
  ];
  return parts.length === 0 ? "nothing" : parts.join(", ");
}

/** Change of the token's probability when the set is masked; undefined where it was not tested. */
export function changeOf({ test }: Pick<ExplanationSet, "test">): number | undefined {
  return test && test.masked.probability - test.original.probability;
}

/** Every token of the sets, by the radius at which it first stands. */
export function setsTable(sets: readonly ExplanationSet[]): Table {
  return {
    columns: [
      { label: "Radius", kind: "number" },
      { label: "Token", kind: "text" },
      { label: "Position", kind: "number" },
      { label: "Patches within", kind: "number" },
      { label: "Words within", kind: "number" },
      { label: "p", kind: "number" },
      { label: "p when masked", kind: "number" },
      { label: "Filled with", kind: "text" },
    ],
    rows: sets.flatMap(({ radius, added, patches, words, test }) => {
      const [original, masked] = [test?.original.probability ?? null, test?.masked.probability ?? null];
      const numbers = [patches, words, original, masked, test?.request.fill ?? ""] as const;
      return added.length === 0
        ? [[radius, "", null, ...numbers]]
        : added.map(({ name, position }) => [radius, name, position, ...numbers]);
    }),
  };
}

/** What a set's figure is called in exports. */
export const setsFigure: Pick<Figure, "name" | "title" | "topic"> = {
  name: "sets",
  title: "Explanation sets",
  topic: "explanation-sets",
};
