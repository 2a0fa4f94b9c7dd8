/** @file The tables of verified minimal causes: what was found, the planted shortcuts, and the goals. */
import { bootstrapIntervalOf } from "./bootstrap.ts";
import { isSearched, type CausesFinding, type FoundSet, type PlaceName } from "./causes.ts";
import type { Origin } from "./grounding.ts";
import { estimate, type Estimate } from "./summary.ts";
import { estimateText, percent, textTable } from "./text-table.ts";

/** Questions by what their answer comes from, as the tables put them side by side. */
export const groups: Readonly<Record<string, readonly Origin[]>> = {
  grounded: ["grounded"],
  banana: ["prior"],
  door: ["door"],
  apples: ["tag"],
};

/** Share of findings for which something holds. */
function shareOf(findings: readonly CausesFinding[], holds: (finding: CausesFinding) => boolean): Estimate {
  return estimate(findings.map((finding) => ({ scene: finding.scene, value: holds(finding) ? 1 : 0 })));
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  if (sorted.length === 0) return NaN;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The median of a number that some findings have, with its interval. */
export function medianOf<Finding extends { readonly scene: string }>(
  findings: readonly Finding[],
  value: (finding: Finding) => number | undefined,
): Estimate {
  const known = findings.flatMap((finding) => {
    const number = value(finding);
    return number === undefined || Number.isNaN(number) ? [] : [{ scene: finding.scene, number }];
  });
  const of = (drawn: readonly { number: number }[]) => median(drawn.map(({ number }) => number));
  return { mean: of(known), interval: bootstrapIntervalOf(known, of) };
}

/** True if the answer changes when the picture becomes an empty one. */
const depends = ({ image }: CausesFinding): boolean => isSearched(image);
/** True if it changes only when other pictures take its place: it is also the answer to an empty one. */
const dependsOnOthers = ({ image }: CausesFinding): boolean =>
  !isSearched(image) && image.verdict !== "nothing to test";
const hasSet = ({ image }: CausesFinding): boolean => image.sets.length > 0;
const isVerified = ({ image }: CausesFinding): boolean => image.verdict === "verified";

/** The set that speaks for a question: the first confirmed one, else the first. */
export function leadingSet({ image: { sets } }: CausesFinding): FoundSet | undefined {
  return sets.find(({ confirmed }) => confirmed) ?? sets[0];
}

/** How many times as much of the set lies in a place as of the whole picture. */
function concentration(finding: CausesFinding, place: PlaceName): number | undefined {
  const inside = leadingSet(finding)?.inside[place];
  const area = finding.area[place];
  return inside === undefined || area === undefined ? undefined : inside / area;
}

/** Times with one digit after the point, and no percent. */
export function timesText({ mean, interval }: Estimate): string {
  const text = (value: number): string => (Number.isNaN(value) ? "-" : value.toFixed(1));
  return interval === undefined ? text(mean) : `${text(mean)} [${text(interval.low)}, ${text(interval.high)}]`;
}

function sum(findings: readonly CausesFinding[], value: (finding: CausesFinding) => number): number {
  return findings.reduce((total, finding) => total + value(finding), 0);
}

const confirmedSets = ({ image, text }: CausesFinding): number =>
  [...image.sets, ...text.sets].filter(({ confirmed }) => confirmed).length;
const calls = ({ image, text }: CausesFinding): number => image.calls + text.calls;

/** A mean cost of one confirmed set; "-" without any. */
function perCause(findings: readonly CausesFinding[], cost: (finding: CausesFinding) => number): string {
  const sets = sum(findings, confirmedSets);
  return sets === 0 ? "-" : (sum(findings, cost) / sets).toFixed(1);
}

type Row = readonly [string, (findings: readonly CausesFinding[]) => string];

const rows: readonly Row[] = [
  ["questions", (all) => String(all.length)],
  ["matters against other pictures only", (all) => estimateText(shareOf(all, dependsOnOthers))],
  ["matters against an empty picture", (all) => estimateText(shareOf(all, depends))],
  ["  of these: a set of patches exists", (all) => estimateText(shareOf(all.filter(depends), hasSet))],
  ["  of sets: confirmed (verified)", (all) => estimateText(shareOf(all.filter(hasSet), isVerified))],
  ["  patches of the set (median share of all)", (all) => estimateText(medianOf(all, sizeShare))],
  ["  its necessity (median)", (all) => estimateText(medianOf(all, (each) => leadingSet(each)?.necessity))],
  ["  its sufficiency (median)", (all) => estimateText(medianOf(all, (each) => leadingSet(each)?.sufficiency))],
  ["  inside the thing", (all) => estimateText(medianOf(all, (each) => leadingSet(each)?.inside.evidence))],
  ["  inside the thing, times its area", (all) => timesText(medianOf(all, (each) => concentration(each, "evidence")))],
  ["  inside the tag", (all) => estimateText(medianOf(all, (each) => leadingSet(each)?.inside.tag))],
  ["alternative sets of patches (mean)", (all) => timesText({ mean: sum(all, alternatives) / all.length })],
  ["question words: a set exists", (all) => estimateText(shareOf(all, ({ text }) => text.sets.length > 0))],
  ["question words: verified", (all) => estimateText(shareOf(all, ({ text }) => text.verdict === "verified"))],
  ["forwards a question", (all) => (sum(all, calls) / all.length).toFixed(0)],
  ["forwards a verified set", (all) => perCause(all, calls)],
  ["processor seconds a verified set", (all) => perCause(all, ({ processorSeconds }) => processorSeconds)],
];

function sizeShare(finding: CausesFinding): number | undefined {
  const set = leadingSet(finding);
  return set && set.positions.length / finding.image.units;
}

const alternatives = ({ image }: CausesFinding): number => Math.max(0, image.sets.length - 1);

/** A goal with what was measured. */
export interface Goal {
  readonly name: string;
  readonly measured: string;
  readonly met: boolean;
}

/** The goals of verified causes that have questions to be measured on. */
export function causesGoals(findings: readonly CausesFinding[]): Goal[] {
  const of = (...origins: readonly Origin[]) => findings.filter(({ origin }) => origins.includes(origin));
  const looked = of("grounded").filter(depends);
  const ignoring = of("prior", "door");
  const tagged = of("tag").filter(isVerified);
  const shuffled = findings.filter((finding) => finding.shuffled !== null);
  const goal = (
    name: string,
    { of: all, value, reaches }: { of: readonly CausesFinding[]; value: Estimate; reaches: (mean: number) => boolean },
    text = estimateText(value),
  ): Goal[] => (all.length === 0 ? [] : [{ name, measured: `${text} of ${all.length}`, met: reaches(value.mean) }]);
  const found = looked.filter(hasSet);
  const times = medianOf(found, (each) => concentration(each, "evidence"));
  return [
    ...goal("banana and door: no set of patches is verified (100)", {
      ...{ of: ignoring, value: shareOf(ignoring, (each) => !isVerified(each)) },
      reaches: (mean) => mean === 1,
    }),
    ...goal("apples: a verified set lies on the tag more than on the apples (100)", {
      ...{ of: tagged, value: shareOf(tagged, liesOnTag) },
      reaches: (mean) => mean === 1,
    }),
    ...goal("sets of another question pass (at most 5)", {
      ...{ of: shuffled, value: shareOf(shuffled, (each) => each.shuffled!.confirmed) },
      reaches: (mean) => mean <= 0.05,
    }),
    ...goal("grounded and the picture matters: a set of patches exists (over 80)", {
      ...{ of: looked, value: shareOf(looked, hasSet) },
      reaches: (mean) => mean > 0.8,
    }),
    ...goal("of these sets: confirmed by the other interventions (over 80)", {
      ...{ of: found, value: shareOf(found, isVerified) },
      reaches: (mean) => mean > 0.8,
    }),
    ...goal("median size, share of all patches (under 10)", {
      ...{ of: found, value: medianOf(found, sizeShare) },
      reaches: (mean) => mean < 0.1,
    }),
    ...goal(
      "share of the set inside the thing, times its area (3 or more)",
      { of: found, value: times, reaches: (mean) => mean >= 3 },
      timesText(times),
    ),
  ];
}

/** True if more of the set lies on the tag than on the apples. */
function liesOnTag(finding: CausesFinding): boolean {
  const inside = leadingSet(finding)?.inside;
  return (inside?.tag ?? 0) > (inside?.evidence ?? 0);
}

/** Lines that say of each goal what was measured, and whether it is met. */
function goalLines(goals: readonly Goal[]): string[] {
  return textTable(goals.map(({ name, measured, met }) => [name, measured, met ? "met" : "missed"]));
}

export function causesLines(findings: readonly CausesFinding[]): string[] {
  const columns = Object.entries(groups).flatMap(([name, origins]) => {
    const members = findings.filter(({ origin }) => origins.includes(origin));
    return members.length === 0 ? [] : [{ name, members }];
  });
  return [
    "Verified minimal causes: the smallest sets of patches, or of question words, without which the score falls by nine tenths of the fall without",
    "all of them, found with the mean color, and confirmed by other interventions against sets of the same size. In percent, with 95 % intervals;",
    `${percent(1)} % of a fall is the fall without the whole picture, or without all question words.`,
    "",
    ...textTable([
      ["", ...columns.map(({ name }) => name)],
      ...rows.map(([name, text]) => [name, ...columns.map(({ members }) => text(members))]),
    ]),
    "",
    "Goals",
    ...goalLines(causesGoals(findings)),
  ];
}
