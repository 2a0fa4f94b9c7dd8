/** @file Writes the fitted grounding score into the product. */
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";
import type { LogisticModel } from "../../src/methods/grounding/logistic.ts";
import type { GroundingFinding } from "./grounding.ts";
import { finalModel, samplesOf } from "./grounding-summary.ts";

const path = fileURLToPath(new URL("../../src/methods/grounding/coefficients.ts", import.meta.url));

/** The source text, with six digits of each number. */
export function coefficientsSource(
  { intercept, weights }: LogisticModel,
  counts: { readonly grounded: number; readonly planted: number; readonly scenes: number },
): string {
  const digits = (value: number) => Number(value.toPrecision(6));
  return `/** @file Coefficients of the grounding score, written by \`npm run bench:truth -- --write-grounding\`. */
import type { LogisticModel } from "./logistic.ts";

/**
 * In the order attention, relevancy, change without the picture, change with other pictures. Fitted on ${counts.grounded} answers of the demo model that
 * come from looking and ${counts.planted} that do not, of ${counts.scenes} scenes; docs/truth.md says how well it tells them apart.
 */
export const groundingModel: LogisticModel = { intercept: ${digits(intercept)}, weights: [${weights.map(digits).join(", ")}] };
`;
}

/** Fits the score on every finding and writes it; gives the path. */
export async function writeCoefficients(findings: readonly GroundingFinding[]): Promise<string> {
  const samples = samplesOf(findings);
  const grounded = samples.filter(({ label }) => label === 1).length;
  const source = coefficientsSource(finalModel(findings), {
    grounded,
    planted: samples.length - grounded,
    scenes: new Set(samples.map(({ scene }) => scene)).size,
  });
  const config = await resolveConfig(path);
  await writeFile(path, await format(source, { ...config, filepath: path }));
  return path;
}
