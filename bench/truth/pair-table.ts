/** @file The table of one picture and two models: how often each method tells them apart. */
import { pairKinds, type PairFinding, type PairKind } from "./pair.ts";
import { estimate, type Estimate } from "./summary.ts";
import { estimateText, textTable } from "./text-table.ts";

/** A difference below this is rounding. */
const noLead = 1e-6;

/** 1 if the models are told apart, 0 if one is taken for the other, 1/2 if the method shows the same of both. */
export function toldApart(lead: number): number {
  if (Math.abs(lead) < noLead) return 0.5;
  return lead > 0 ? 1 : 0;
}

export interface PairScore {
  readonly method: string;
  readonly kind: PairKind;
  readonly questions: number;
  /** How often the models are told apart: 1 is always, 1/2 is chance. */
  readonly apart: Estimate;
  /** Mean lead. */
  readonly lead: Estimate;
}

/** The scores of every method of a kind of question. */
export function pairScores(findings: readonly Pick<PairFinding, "scene" | "kind" | "leads">[]): PairScore[] {
  const methods = [...new Set(findings.flatMap(({ leads }) => Object.keys(leads)))];
  return pairKinds.flatMap((kind) =>
    methods.flatMap((method): PairScore[] => {
      const samples = findings.flatMap((finding) => {
        const lead = finding.kind === kind ? finding.leads[method] : undefined;
        return lead === undefined ? [] : [{ scene: finding.scene, value: lead }];
      });
      if (samples.length === 0) return [];
      const apart = estimate(samples.map(({ scene, value }) => ({ scene, value: toldApart(value) })));
      return [{ method, kind, questions: samples.length, apart, lead: estimate(samples) }];
    }),
  );
}

/** An asterisk if the whole interval is above chance. */
function markOf({ interval }: Estimate): string {
  return interval !== undefined && interval.low > 0.5 ? " *" : "  ";
}

export function pairLines(findings: readonly Pick<PairFinding, "scene" | "kind" | "leads">[]): string[] {
  const all = pairScores(findings);
  const kinds = pairKinds.filter((kind) => all.some((score) => score.kind === kind));
  const methods = [...new Set(all.map(({ method }) => method))];
  const cells = (method: string, kind: PairKind): string[] => {
    const score = all.find((each) => each.method === method && each.kind === kind);
    return score === undefined
      ? ["-  ", "-"]
      : [estimateText(score.apart) + markOf(score.apart), estimateText(score.lead)];
  };
  const counts = kinds.map((kind) => `${kind} ${findings.filter((finding) => finding.kind === kind).length}`);
  return [
    `One picture, two models: how often a method tells the demo model from its twin (${counts.join(", ")} questions), and its mean lead.`,
    "In percent, with 95 % intervals; 50 is chance. * clearly above chance.",
    "",
    ...textTable([
      ["", ...kinds.flatMap((kind) => [`${kind}: told apart  `, "lead"])],
      ...methods.map((method) => [method, ...kinds.flatMap((kind) => cells(method, kind))]),
    ]),
  ];
}
