/** @file Writes the fitted grounding score into the product. */
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";
import type { LogisticModel } from "../../src/methods/grounding/logistic.ts";
import type { GroundingFinding } from "./grounding.ts";
import { agreementModelOf, agreementSamples, finalModel, samplesOf } from "./grounding-summary.ts";

const path = fileURLToPath(new URL("../../src/methods/grounding/coefficients.ts", import.meta.url));

/** How many answers the models were fitted on. */
interface FittedCounts {
  readonly grounded: number;
  readonly planted: number;
  readonly scenes: number;
  readonly right: number;
  readonly wrong: number;
}

/** The source text, with six digits of each number. */
export function coefficientsSource(
  { grounding, agreement }: { readonly grounding: LogisticModel; readonly agreement: LogisticModel },
  counts: FittedCounts,
): string {
  const digits = (value: number) => Number(value.toPrecision(6));
  const model = ({ intercept, weights }: LogisticModel) =>
    `{ intercept: ${digits(intercept)}, weights: [${weights.map(digits).join(", ")}] }`;
  return `/** @file Coefficients of the grounding score, written by \`npm run bench:truth -- --write-grounding\`. */
import type { LogisticModel } from "./logistic.ts";

/**
 * In the order change without the picture, change with other pictures, logits moved, odds lost. Fitted on ${counts.grounded} answers of the demo model that come from
 * looking and ${counts.planted} that do not, of ${counts.scenes} scenes; docs/truth.md says how well it tells them apart.
 */
export const groundingModel: LogisticModel = ${model(grounding)};

/**
 * In the order nearest patches, mean patch. Fitted on ${counts.right} right answers of the demo model and ${counts.wrong} wrong ones; docs/truth.md says how well
 * it tells them apart.
 */
export const agreementModel: LogisticModel = ${model(agreement)};
`;
}

/** Fits the score on every finding and writes it; gives the path. */
export async function writeCoefficients(findings: readonly GroundingFinding[]): Promise<string> {
  const samples = samplesOf(findings);
  const grounded = samples.filter(({ label }) => label === 1).length;
  const agreement = agreementSamples(findings);
  const right = agreement.filter(({ label }) => label === 1).length;
  const models = { grounding: finalModel(findings), agreement: agreementModelOf(findings) };
  const source = coefficientsSource(models, {
    grounded,
    planted: samples.length - grounded,
    scenes: new Set(samples.map(({ scene }) => scene)).size,
    right,
    wrong: agreement.length - right,
  });
  const config = await resolveConfig(path);
  await writeFile(path, await format(source, { ...config, filepath: path }));
  return path;
}
