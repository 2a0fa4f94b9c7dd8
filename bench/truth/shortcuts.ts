/** @file Whether the methods show the planted shortcuts: pictures that do not matter, and the tag in the place of the apples. */
import type { Finding } from "./findings.ts";
import { isGrounded, type Shortcut, type TruthQuestion } from "./questions.ts";

/** P(a > b) for a drawn from `higher` and b from `lower`, equal values counted half: the area under the ROC curve. NaN if one is empty. */
export function areaUnderCurve(higher: readonly number[], lower: readonly number[]): number {
  let wins = 0;
  for (const a of higher) for (const b of lower) wins += a > b ? 1 : a === b ? 0.5 : 0;
  return wins / (higher.length * lower.length);
}

/** Questions whose picture does not matter, and grounded ones of the same kind whose picture does. */
export interface PictureComparison {
  readonly name: string;
  readonly against: string;
  readonly planted: readonly Finding[];
  readonly grounded: readonly Finding[];
}

const isYesOrNo = ({ question }: Finding) => question.form === "open" && /^(yes|no)$/i.test(question.key);

/** The planted questions whose answer ignores the picture, each with the grounded questions of the same form that were answered right. */
export function pictureComparisons(findings: readonly Finding[]): PictureComparison[] {
  const explained = findings.filter(({ token }) => token !== undefined);
  const grounded = explained.filter(({ question, right }) => right && isGrounded(question));
  const lettered = ({ question }: Finding) => question.form === "lettered";
  const open = ({ question }: Finding) => question.form === "open";
  const family = (name: string) => (finding: Finding) => finding.question.family === name;
  const planted = (name: string) => (finding: Finding) => finding.question.shortcut === name;
  const both =
    (...tests: readonly ((finding: Finding) => boolean)[]) =>
    (finding: Finding) =>
      tests.every((test) => test(finding));
  return [
    {
      name: "banana (prior), (a)/(b)",
      against: "color, (a)/(b)",
      planted: explained.filter(both(planted("prior"), lettered)),
      grounded: grounded.filter(both(family("color"), lettered)),
    },
    {
      name: "banana (prior), open",
      against: "color, open",
      planted: explained.filter(both(planted("prior"), open)),
      grounded: grounded.filter(both(family("color"), open)),
    },
    {
      name: "door (first), (a)/(b)",
      against: "state, (a)/(b)",
      planted: explained.filter(planted("first")),
      grounded: grounded.filter(both(family("state"), lettered)),
    },
    {
      name: "door (leading), yes/no",
      against: "any, yes/no",
      planted: explained.filter(planted("leading")),
      grounded: grounded.filter(isYesOrNo),
    },
  ];
}

/** Image parts of findings by one method, those that have none left out. */
export function imageParts(findings: readonly Finding[], method: string): number[] {
  return findings.map(({ imagePart }) => imagePart![method]!).filter((part) => !Number.isNaN(part));
}

/** Of the pairs of pictures of the benchmark, how many got the same answer twice, though it should differ. */
export function sameAnswers(findings: readonly Finding[]): { readonly same: number; readonly pairs: number } {
  const answers = new Map<string, string[]>();
  for (const { question, answer } of findings) {
    const name = `${question.scene}: ${question.text}`;
    answers.set(name, [...(answers.get(name) ?? []), answer]);
  }
  const pairs = [...answers.values()].filter(({ length }) => length === 2);
  return { same: pairs.filter(([first, second]) => first === second).length, pairs: pairs.length };
}

/** Findings of one planted shortcut in one form, as the benchmark has them or restated. */
export function plantedFindings(
  findings: readonly Finding[],
  shortcut: Exclude<Shortcut, null>,
  form: TruthQuestion["form"],
): Finding[] {
  return findings.filter(({ question }) => question.shortcut === shortcut && question.form === form);
}
