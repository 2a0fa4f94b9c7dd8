/** @file How well the grounding score and its parts tell answers that come from looking from those that do not. */
import { agreementFeatures, groundingFeatures } from "../../src/methods/grounding/score.ts";
import { logisticScore, type LogisticModel } from "../../src/methods/grounding/logistic.ts";
import { bootstrapIntervalOf } from "./bootstrap.ts";
import type { GroundingFinding } from "./grounding.ts";
import { fitScore, scoresWithoutScene, type SceneSample } from "./grounding-fit.ts";
import { areaUnderCurve } from "./shortcuts.ts";
import type { Estimate } from "./summary.ts";

/** In the order of `groundingFeatures`. */
export const partNames = ["change to mean color", "change to others", "logits moved", "odds lost"] as const;

const fittedOrigins: readonly GroundingFinding["origin"][] = ["grounded", "prior", "door"];
const isFitted = ({ origin }: GroundingFinding) => fittedOrigins.includes(origin);

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

const planted = (origin: "prior" | "door" | "tag", form?: GroundingFinding["form"]) => (finding: GroundingFinding) =>
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
  { name: "apples (not fitted)", isPlanted: planted("tag"), isGrounded: grounded() },
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

/**
 * The answers with their score by a model that was fitted without their scene, and with each part. Apples are in no fit, so that the model of
 * all fitted answers has not seen them either.
 */
export function scoredGrounding(findings: readonly GroundingFinding[]): ScoredGrounding[] {
  const samples = samplesOf(findings);
  const scores = scoresWithoutScene(samples);
  const model = finalModel(findings);
  const valuesOf = (features: readonly number[], score: number) => ({
    [scoreName]: score,
    ...Object.fromEntries(partNames.map((name, part) => [name, features[part]!])),
  });
  const fitted = findings.filter(isFitted).map((finding, i) => ({
    finding,
    values: valuesOf(samples[i]!.features, scores[i]!),
  }));
  const apples = findings
    .filter(({ origin }) => origin === "tag")
    .map((finding) => {
      const features = groundingFeatures(finding.parts);
      return { finding, values: valuesOf(features, logisticScore(model, features)) };
    });
  return [...fitted, ...apples];
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

/** What agreement is fitted on: every answer with image tokens that have states, right ones against wrong ones, wherever they come from. */
export function agreementSamples(findings: readonly GroundingFinding[]): SceneSample[] {
  return findings.flatMap(({ scene, right, agrees }) =>
    agrees === null ? [] : [{ scene, label: right ? 1 : 0, features: agreementFeatures(agrees) }],
  );
}

/** The model of agreement. */
export function agreementModelOf(findings: readonly GroundingFinding[]): LogisticModel {
  return fitScore(agreementSamples(findings));
}

/** How well agreement, by a model that has not seen the scene, and each similarity tell right answers from wrong ones. */
export function agreementAreas(
  findings: readonly GroundingFinding[],
  isMember: (finding: GroundingFinding) => boolean = () => true,
): Readonly<Record<string, Estimate>> {
  const known = findings.filter(({ agrees }) => agrees !== null);
  const samples = agreementSamples(known);
  const scores = scoresWithoutScene(samples);
  const areaOf = (value: (index: number) => number): Estimate => {
    const items = samples.flatMap(({ scene, label }, index) =>
      isMember(known[index]!) ? [{ scene, label, value: value(index) }] : [],
    );
    const area = (drawn: typeof items) =>
      areaUnderCurve(
        drawn.flatMap((item) => (item.label === 1 ? [item.value] : [])),
        drawn.flatMap((item) => (item.label === 0 ? [item.value] : [])),
      );
    return { mean: area(items), interval: bootstrapIntervalOf(items, (drawn) => area([...drawn])) };
  };
  return {
    "agreement (scene left out)": areaOf((index) => scores[index]!),
    "nearest patches": areaOf((index) => samples[index]!.features[0]!),
    "mean patch": areaOf((index) => samples[index]!.features[1]!),
  };
}
