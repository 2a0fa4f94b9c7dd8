/** @file Whether causal explanations pass their own test: do the tokens that a graph names matter more than as many drawn by chance? */
import { randomSets } from "../../src/methods/perturbation/random-sets.ts";
import { smallDrop, verdictOf } from "../../src/methods/perturbation/verdict.ts";
import { defaultCausalSettings } from "../../src/run/causes.ts";
import { predictingPosition } from "../../src/run/positions.ts";
import { runGraphs } from "../../src/findings/causes/run-graphs.ts";
import { largestOf } from "../../src/findings/top-evidence.ts";
import { importantHead } from "../../src/measure/evidence-choice.ts";
import { tokenClasses, type TokenClasses } from "../../src/run/token-classes.ts";
import { maskingOf, nothingMasked } from "../../src/measure/masking.ts";
import type { MeasureContext } from "../../src/measure/measure-types.ts";
import { runMap } from "../../src/measure/run-maps.ts";
import type { Explainable } from "./asking.ts";
import type { Origin } from "./grounding.ts";

export const graphVariants = ["exact", "reference"] as const;
export type GraphVariant = (typeof graphVariants)[number];

/** The tested sets: the explanation, and as many tokens of each kind with the largest relevancy and the largest attention. */
export const setNames = ["explanation", "relevancy", "attention"] as const;
export type SetName = (typeof setNames)[number];

/** Random sets of each test. */
export const setCount = 20;

interface TestedSet {
  /** Drop of the probability without the set. */
  readonly drop: number;
  readonly p: number;
  /** p < 0.05 and a drop of more than 0.05. */
  readonly passes: boolean;
}

export type GraphTest =
  | { readonly outcome: "no graph"; readonly reason: string }
  | { readonly outcome: "empty" }
  /** Fewer than 20 other sets of this size exist, so that p cannot be below 0.05, whatever the set does. */
  | { readonly outcome: "too few others"; readonly others: number }
  | {
      readonly outcome: "tested";
      readonly size: { readonly image: number; readonly question: number; readonly text: number };
      readonly sets: Readonly<Record<SetName, TestedSet>>;
      /** Mean drop without the random sets. */
      readonly randomDrop: number;
      /** How many of the random sets drop more than 0.05. */
      readonly randomAboveSmall: number;
    };

export interface CausesFinding {
  readonly name: string;
  readonly scene: string;
  readonly origin: Origin;
  readonly head: number;
  readonly tests: Readonly<Record<GraphVariant, GraphTest>>;
}

const classNames = ["image", "question", "text"] as const;
const radius = 3;

interface Testing {
  readonly context: MeasureContext;
  readonly token: number;
  readonly classes: TokenClasses;
  /** Probability of the token with everything. */
  readonly original: number;
  /** Numbers of every position that the other sets take the largest of. */
  readonly maps: Readonly<Record<Exclude<SetName, "explanation">, ArrayLike<number>>>;
  readonly seed: number;
}

/**
 * Tests a set as `verify` does. The same random sets serve the sets of relevancy and attention, which have as many tokens of each kind.
 */
async function testSets(explanation: readonly number[], testing: Testing): Promise<GraphTest> {
  const { context, token, classes, original, maps, seed } = testing;
  const { probe } = context;
  const dropOf = async (positions: readonly number[]): Promise<number> =>
    original - (await probe.probability(token, maskingOf(probe.description, { kind: "tokens", positions }, "mean")));
  const members = new Set(explanation);
  const tested = classNames.map((name) => classes[name].filter((position) => members.has(position)));
  const [image, question, text] = tested.map(({ length }) => length) as [number, number, number];
  const top = (map: ArrayLike<number>) =>
    classNames.flatMap((name, index) => largestOf(classes[name], map, tested[index]!.length));
  const drawn = randomSets({
    classes: classNames.map((name, index) => ({ name, pool: classes[name], tested: tested[index]! })),
    count: setCount,
    seed,
  });
  if (drawn.sets.length < setCount) return { outcome: "too few others", others: drawn.sets.length };
  const randomDrops: number[] = [];
  for (const set of drawn.sets) randomDrops.push(await dropOf(set));
  const test = async (positions: readonly number[]): Promise<TestedSet> => {
    const drop = await dropOf(positions);
    const { p, code } = verdictOf({ drop, randomDrops });
    return { drop, p, passes: code === "matters" || code === "depends" };
  };
  return {
    outcome: "tested",
    size: { image, question, text },
    sets: {
      explanation: await test(tested.flat()),
      relevancy: await test(top(maps.relevancy)),
      attention: await test(top(maps.attention)),
    },
    randomDrop: randomDrops.reduce((sum, drop) => sum + drop, 0) / randomDrops.length,
    randomAboveSmall: randomDrops.filter((drop) => drop > smallDrop).length,
  };
}

/** Learns the graph of the most important head for the picture in the last layer, and tests the set that it explains the token by. */
export async function measureCauses(
  { question, token: { index: token } }: Explainable,
  { origin, context, seed }: { origin: Origin; context: MeasureContext; seed: number },
): Promise<CausesFinding> {
  const { run, probe, pool } = context;
  const layer = run.description.model.languageLayers - 1;
  const head = await importantHead(run, { token, layer });
  const queries = graphVariants.map((variant) => ({ ...defaultCausalSettings, variant, token, layer, head }));
  const graphs = await runGraphs(run, queries, { pool });
  const testing: Testing = {
    context,
    token,
    classes: tokenClasses(run.description, predictingPosition(run.description, token)),
    original: await probe.probability(token, nothingMasked),
    maps: {
      relevancy: await runMap(run, { token, method: "relevancy.language", pool }),
      attention: await runMap(run, { token, method: "attention", pool }),
    },
    seed,
  };
  const known = new Map<string, GraphTest>();
  async function testOf(variant: number): Promise<GraphTest> {
    const { noGraph, radiusSets } = graphs[variant]!;
    if (noGraph !== undefined) return { outcome: "no graph", reason: noGraph };
    const explanation = [...new Set(radiusSets.slice(0, radius).flat())].sort((a, b) => a - b);
    if (explanation.length === 0) return { outcome: "empty" };
    const key = explanation.join();
    const test = known.get(key) ?? (await testSets(explanation, testing));
    known.set(key, test);
    return test;
  }
  const { name, scene } = question;
  return { name, scene, origin, head, tests: { exact: await testOf(0), reference: await testOf(1) } };
}
