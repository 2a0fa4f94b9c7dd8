/** @file The table of maps beside relevance propagation. */
import { regionLimits } from "../../src/run/measure-choices.ts";
import { guideNames, type GuideName, type GuidesFinding } from "./guides.ts";
import { estimate, scoreNames, scores, type Score } from "./summary.ts";
import { estimateText, textTable } from "./text-table.ts";

export function guidesLines(findings: readonly GuidesFinding[]): string[] {
  const [first] = guideNames;
  const cell = (name: GuideName, score: Score): string[] => {
    const samples = (value: (finding: GuidesFinding) => number) =>
      estimateText(estimate(findings.map((finding) => ({ scene: finding.scene, value: value(finding) }))));
    const own = samples((finding) => finding.scores[name][score]);
    if (name === first) return [own, ""];
    return [own, samples((finding) => finding.scores[name][score] - finding.scores[first][score])];
  };
  return [
    `Guides without relevance propagation: ${findings.length} grounded questions answered right, one a scene, against the masks. In percent, with 95 % intervals;`,
    `beside each score its difference to LRP, question by question. The search asks the model ${regionLimits.budget.default} times at most.`,
    "",
    ...textTable([
      ["", ...scores.flatMap((score) => [scoreNames[score], "less LRP"])],
      ...guideNames.map((name) => [name, ...scores.flatMap((score) => cell(name, score))]),
    ]),
  ];
}
