/** @file What the findings come to: the mean score of each method over a group of questions, against the baselines. */
import { bootstrapInterval, meanOf, type Interval, type Sample } from "./bootstrap.ts";
import { ceilingName, type Finding } from "./findings.ts";
import { attentionName, baselineNames, recordedMethodNames } from "./maps.ts";
import { isGrounded } from "./questions.ts";
import type { Scores } from "../../src/methods/map-scores.ts";

export type Score = keyof Scores;
export const scoreNames = { pointing: "pointing", mass: "mass inside", precision: "average precision" } as const;
export const scores = Object.keys(scoreNames) as readonly Score[];

export interface Estimate {
  readonly mean: number;
  readonly interval?: Interval;
}

export interface ComparedEstimate extends Estimate {
  /** Difference to each baseline, question by question. */
  readonly over: Readonly<Record<(typeof baselineNames)[number], Estimate>>;
}

export type MethodSummary = { readonly method: string } & Readonly<Record<Score, ComparedEstimate>>;

/** A finding that has scores against the evidence. */
export type ScoredFinding = Finding & Required<Pick<Finding, "evidence">>;

/**
 * The findings on which grounding is judged, right or not: grounded family, evidence in the picture, key in the answer, and asked as the
 * benchmark and the examples ask it.
 */
export function groundedFindings(findings: readonly Finding[]): ScoredFinding[] {
  return findings.filter(
    (finding): finding is ScoredFinding =>
      isGrounded(finding.question) && finding.question.restated === undefined && finding.evidence !== undefined,
  );
}

export function estimate(samples: readonly Sample[]): Estimate {
  return { mean: meanOf(samples), interval: bootstrapInterval(samples) };
}

function samplesOf(findings: readonly ScoredFinding[], value: (finding: ScoredFinding) => number): Sample[] {
  return findings.map((finding) => ({ scene: finding.question.scene, value: value(finding) }));
}

/** The difference of two methods in one score, question by question. */
export function difference(
  findings: readonly ScoredFinding[],
  score: Score,
  [method, other]: readonly [string, string],
): Estimate {
  return estimate(samplesOf(findings, ({ evidence }) => evidence[method]![score] - evidence[other]![score]));
}

export function summarize(findings: readonly ScoredFinding[], method: string): MethodSummary {
  const [pointing, mass, precision] = scores.map((score): ComparedEstimate => ({
    ...estimate(samplesOf(findings, ({ evidence }) => evidence[method]![score])),
    over: {
      uniform: difference(findings, score, [method, "uniform"]),
      center: difference(findings, score, [method, "center"]),
    },
  })) as [ComparedEstimate, ComparedEstimate, ComparedEstimate];
  return { method, pointing, mass, precision };
}

/** `above`: the 95 % interval of the difference to both baselines lies above 0; `below`: that to one of them lies below 0. */
export function verdict({ over }: ComparedEstimate): "above" | "below" | undefined {
  const intervals = baselineNames.map((baseline) => over[baseline].interval);
  if (intervals.every((interval) => interval !== undefined && interval.low > 0)) return "above";
  if (intervals.some((interval) => interval !== undefined && interval.high < 0)) return "below";
  return undefined;
}

/** The method with the highest mean of a score. */
export function bestOf(findings: readonly ScoredFinding[], methods: readonly string[], score: Score): string[] {
  const means = new Map(
    methods.map((method) => [method, meanOf(samplesOf(findings, ({ evidence }) => evidence[method]![score]))]),
  );
  return methods.toSorted((a, b) => means.get(b)! - means.get(a)!);
}

export interface TableMethods {
  /** The attention layer with the highest average precision, found on the very questions that it is judged by. */
  readonly bestLayer: number;
  readonly lastLayer: number;
  /** In the order of the table, baselines first and the ceiling last. */
  readonly methods: readonly string[];
}

export function tableMethods(findings: readonly ScoredFinding[], layers: number): TableMethods {
  const names = Array.from({ length: layers }, (_, layer) => attentionName(layer));
  const best = bestOf(findings, names, "precision")[0]!;
  const last = attentionName(layers - 1);
  return {
    bestLayer: names.indexOf(best),
    lastLayer: layers - 1,
    methods: [...baselineNames, ...new Set([best, last]), "rollout", ...recordedMethodNames, ceilingName],
  };
}

/** The findings with the summary of the grounded questions that were answered right, for `--json`. */
export function truthDocument(findings: readonly Finding[], layers: number): object {
  const right = groundedFindings(findings).filter((finding) => finding.right);
  const { bestLayer, lastLayer } = tableMethods(right, layers);
  const methods = Object.keys(right[0]!.evidence).filter((method) =>
    right.every(({ evidence }) => evidence[method] !== undefined),
  );
  return { bestLayer, lastLayer, grounded: methods.map((method) => summarize(right, method)), findings };
}
