/** @file How well the grounding score and its parts tell answers that come from looking from those that do not. */
import { groundingFeatures } from "../../src/methods/grounding/score.ts";
import type { LogisticModel } from "../../src/methods/grounding/logistic.ts";
import { bootstrapIntervalOf } from "./bootstrap.ts";
import type { GroundingFinding } from "./grounding.ts";
import { fitScore, scoresWithoutScene, type SceneSample } from "./grounding-fit.ts";
import { areaUnderCurve } from "./shortcuts.ts";
import type { Estimate } from "./summary.ts";

/** In the order of `groundingFeatures`. */
export const partNames = ["attention", "image part of relevancy", "change to mean color", "change to others"] as const;

const isFitted = ({ origin }: GroundingFinding) => origin !== "tag";

/** What the score is fitted on: grounded answers against the banana and the door. The apples are held out. */
export function samplesOf(findings: readonly GroundingFinding[]): SceneSample[] {
  return findings.filter(isFitted).map(({ scene, origin, parts }) => ({
    scene,
    label: origin === "grounded" ? 1 : 0,
    features: groundingFeatures(parts),
  }));
}

/** The planted questions that a group of grounded ones is compared with. */
export interface Comparison {
  readonly name: string;
  readonly isPlanted: (finding: GroundingFinding) => boolean;
  /** The grounded questions of the same form. */
  readonly isGrounded: (finding: GroundingFinding) => boolean;
}

const planted = (origin: "prior" | "door", form?: GroundingFinding["form"]) => (finding: GroundingFinding) =>
  finding.origin === origin && (form === undefined || finding.form === form);
const grounded = (form?: GroundingFinding["form"]) => (finding: GroundingFinding) =>
  finding.origin === "grounded" && (form === undefined || finding.form === form);

export const comparisons: readonly Comparison[] = [
  {
    name: "all",
    isPlanted: ({ origin }) => origin === "prior" || origin === "door",
    isGrounded: grounded(),
  },
  { name: "banana", isPlanted: planted("prior"), isGrounded: grounded() },
  { name: "door", isPlanted: planted("door"), isGrounded: grounded() },
  { name: "banana, (a)/(b)", isPlanted: planted("prior", "lettered"), isGrounded: grounded("lettered") },
  { name: "banana, open", isPlanted: planted("prior", "open"), isGrounded: grounded("open") },
  { name: "door, (a)/(b)", isPlanted: planted("door", "lettered"), isGrounded: grounded("lettered") },
  { name: "door, open", isPlanted: planted("door", "open"), isGrounded: grounded("open") },
];

export interface ScoredGrounding {
  readonly finding: GroundingFinding;
  /** By what: the score of a model that has not seen the scene, or a part. */
  readonly values: Readonly<Record<string, number>>;
}

export const scoreName = "score (scene left out)";

/** The fitted answers with their score by a model that was fitted without their scene, and with each part. */
export function scoredGrounding(findings: readonly GroundingFinding[]): ScoredGrounding[] {
  const samples = samplesOf(findings);
  const scores = scoresWithoutScene(samples);
  return findings.filter(isFitted).map((finding, i) => ({
    finding,
    values: {
      [scoreName]: scores[i]!,
      ...Object.fromEntries(partNames.map((name, part) => [name, samples[i]!.features[part]!])),
    },
  }));
}

/** Area under the ROC curve with its 95 % interval over scenes. */
export function separation(
  scored: readonly ScoredGrounding[],
  by: string,
  { isPlanted, isGrounded }: Comparison,
): Estimate {
  const items = scored
    .filter(({ finding }) => isPlanted(finding) || isGrounded(finding))
    .map(({ finding, values }) => ({ scene: finding.scene, value: values[by]!, isGrounded: isGrounded(finding) }));
  const area = (drawn: typeof items) =>
    areaUnderCurve(
      drawn.flatMap((item) => (item.isGrounded ? [item.value] : [])),
      drawn.flatMap((item) => (item.isGrounded ? [] : [item.value])),
    );
  return { mean: area(items), interval: bootstrapIntervalOf(items, (drawn) => area([...drawn])) };
}

/** The model of all fitted answers. */
export function finalModel(findings: readonly GroundingFinding[]): LogisticModel {
  return fitScore(samplesOf(findings));
}
