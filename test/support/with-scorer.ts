/** @file A scorer of whole sequences for as long as some work lasts, for tests that compare with it. */
import type { Model } from "../../src/engine/model.ts";
import { openScorer, type Scorer, type ScorerOptions } from "../../src/scoring/scoring.ts";

/** Opens a scorer for as long as `work` lasts. Throws as `openScorer`. */
export async function withScorer<T>(
  model: Model,
  options: ScorerOptions,
  work: (score: Scorer) => Promise<T>,
): Promise<T> {
  const { score, close } = await openScorer(model, options);
  try {
    return await work(score);
  } finally {
    await close();
  }
}
