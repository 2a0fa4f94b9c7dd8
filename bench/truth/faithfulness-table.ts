/** @file The table of deletion and insertion. */
import { faithfulnessNames, randomName, type Areas, type FaithfulnessFinding } from "./faithfulness.ts";
import { estimate, type Estimate } from "./summary.ts";
import { estimateText, percent, textTable } from "./text-table.ts";

/** Mean area of a method, and its difference to random orders, question by question. */
export interface AreaSummary {
  readonly area: Estimate;
  readonly overRandom: Estimate;
}

export function areaSummary(findings: readonly FaithfulnessFinding[], method: string, form: keyof Areas): AreaSummary {
  const area = ({ areas }: FaithfulnessFinding) => areas[method]![form];
  const random = ({ areas }: FaithfulnessFinding) => areas[randomName]![form];
  return {
    area: estimate(findings.map((finding) => ({ scene: finding.scene, value: area(finding) }))),
    overRandom: estimate(findings.map((finding) => ({ scene: finding.scene, value: area(finding) - random(finding) }))),
  };
}

/** " *" if a difference is clearly to the better, " -" if to the worse. */
function mark({ interval }: Estimate, form: keyof Areas): string {
  if (interval === undefined) return "  ";
  const [up, down] = [interval.low > 0, interval.high < 0];
  const [better, worse] = form === "insertion" ? [up, down] : [down, up];
  return better ? " *" : worse ? " -" : "  ";
}

export function faithfulnessLines(findings: readonly FaithfulnessFinding[]): string[] {
  const mean = (value: (finding: FaithfulnessFinding) => number) =>
    percent(findings.reduce((sum, finding) => sum + value(finding), 0) / findings.length);
  const header = ["", "deletion", "less random  ", "insertion", "less random  "];
  const rows = [randomName, "center", ...faithfulnessNames].map((method) => [
    method,
    ...(["deletion", "insertion"] as const).flatMap((form) => {
      const { area, overRandom } = areaSummary(findings, method, form);
      const difference = method === randomName ? "" : `${estimateText(overRandom)}${mark(overRandom, form)}`;
      return [estimateText(area), difference];
    }),
  ]);
  return [
    `Faithfulness: areas under deletion (lower is better) and insertion (higher is better), ${findings.length} grounded questions answered right,`,
    "one a scene. In percent of probability, with 95 % intervals; * clearly better than random orders, - clearly worse.",
    `Probability of the explained token with the picture ${mean(({ full }) => full)}, with its mean color alone ${mean(({ empty }) => empty)}.`,
    "",
    ...textTable([header, ...rows]),
  ];
}
