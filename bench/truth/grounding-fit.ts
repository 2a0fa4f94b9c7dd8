/** @file Fits the grounding score, and tests it on scenes that it was not fitted on. */
import { logisticScore, type LogisticModel } from "../../src/methods/grounding/logistic.ts";
import { fitLogistic, type LabeledFeatures } from "./fit-logistic.ts";

export type SceneSample = LabeledFeatures & { readonly scene: string };

function sceneCount(samples: readonly SceneSample[]): number {
  return new Set(samples.map(({ scene }) => scene)).size;
}

/**
 * Fits on parts in units of their standard deviation, since they spread differently and the ridge should ask the same of each, and gives the
 * model for parts as they are. The ridge is 1 / scenes: with the mean log-loss, that is a normal prior of deviation 1 on every weight against
 * one observation a scene, so that one deviation of a part is expected to change the odds by a factor of about e. It is not tuned.
 */
export function fitScore(samples: readonly SceneSample[]): LogisticModel {
  const width = samples[0]?.features.length ?? 0;
  const scales = Array.from({ length: width }, (_, part) => {
    const values = samples.map(({ features }) => features[part]!);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    return { mean, deviation: variance > 0 ? Math.sqrt(variance) : 1 };
  });
  const standardized = samples.map(({ features, label }) => ({
    label,
    features: scales.map(({ mean, deviation }, part) => (features[part]! - mean) / deviation),
  }));
  const fitted = fitLogistic(standardized, { ridge: 1 / sceneCount(samples) });
  const weights = fitted.weights.map((weight, part) => weight / scales[part]!.deviation);
  const shift = weights.reduce((sum, weight, part) => sum + weight * scales[part]!.mean, 0);
  return { intercept: fitted.intercept - shift, weights };
}

/** The score of each sample by the model that was fitted without its scene. */
export function scoresWithoutScene(samples: readonly SceneSample[]): number[] {
  const models = new Map<string, LogisticModel>();
  return samples.map(({ scene, features }) => {
    const model = models.get(scene) ?? fitScore(samples.filter((other) => other.scene !== scene));
    models.set(scene, model);
    return logisticScore(model, features);
  });
}
