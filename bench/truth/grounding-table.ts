/** @file The tables of the grounding score and of places. */
import { groundingFeatures } from "../../src/methods/grounding/score.ts";
import type { PlaceVerdict } from "../../src/run/measures.ts";
import type { GroundingFinding, Origin, PlaceFinding } from "./grounding.ts";
import {
  agreementAreas,
  comparisons,
  finalModel,
  partNames,
  scoredGrounding,
  scoreName,
  separation,
} from "./grounding-summary.ts";
import type { Estimate } from "./summary.ts";
import { quantiles, textTable } from "./text-table.ts";

function areaText({ mean, interval }: Estimate): string {
  const digits = (value: number) => (Number.isNaN(value) ? "-" : value.toFixed(2));
  return interval === undefined ? digits(mean) : `${digits(mean)} [${digits(interval.low)}, ${digits(interval.high)}]`;
}

const originNames: Readonly<Record<Origin, string>> = {
  grounded: "grounded, answered right",
  prior: "banana (prior)",
  door: "door (first, leading)",
  tag: "apples (tag), not fitted",
};
const origins = Object.keys(originNames) as readonly Origin[];
const formNames = { lettered: "(a)/(b)", open: "open" } as const;
const forms = ["lettered", "open"] as const;

function scoreRows(findings: readonly GroundingFinding[]): string[][] {
  const scored = new Map(scoredGrounding(findings).map(({ finding, values }) => [finding, values[scoreName]!]));
  const scoreOf = (finding: GroundingFinding) => scored.get(finding)!;
  return origins.flatMap((origin) =>
    forms.map((form) => {
      const members = findings.filter((finding) => finding.origin === origin && finding.form === form);
      const values = members.map(scoreOf);
      const parts = partNames.map((_, part) => quantiles(members.map((each) => groundingFeatures(each.parts)[part]!)));
      const above = values.filter((value) => value > 0.5).length;
      return [
        `${originNames[origin]}, ${formNames[form]}`,
        String(members.length),
        String(new Set(members.map(({ scene }) => scene)).size),
        quantiles(values),
        `${above} of ${members.length}`,
        ...parts,
      ];
    }),
  );
}

export function groundingLines(findings: readonly GroundingFinding[]): string[] {
  const scored = scoredGrounding(findings);
  const { intercept, weights } = finalModel(findings);
  const count = (isMember: (finding: GroundingFinding) => boolean) => findings.filter(isMember).length;
  const areas = [scoreName, ...partNames].map((by) => [
    by,
    ...comparisons.map((comparison) => areaText(separation(scored, by, comparison))),
  ]);
  const sizes = comparisons.map((one) => `${count(one.isGrounded)} against ${count(one.isPlanted)}`);
  return [
    "Grounding score: area under the ROC curve, grounded answers against planted ones, with 95 % intervals over scenes.",
    "",
    ...textTable([["", ...comparisons.map(({ name }) => name)], ["questions", ...sizes], ...areas]),
    "",
    "Score and parts in percent (least, quartiles, most)",
    ...textTable([["", "n", "scenes", "score", "above 50", ...partNames], ...scoreRows(findings)]),
    "",
    `Fitted on all of them: intercept ${intercept.toFixed(2)}; ${partNames.map((name, part) => `${name} ${weights[part]!.toFixed(2)}`).join(", ")}.`,
    "",
    ...agreementLines(findings),
  ];
}

/** Whether an answer that agrees with the picture is right: another question than whether it depends on it. */
function agreementLines(findings: readonly GroundingFinding[]): string[] {
  const known = findings.filter(({ agrees }) => agrees !== null);
  if (new Set(known.map(({ right }) => right)).size < 2)
    return ["Agreement: there are no right and wrong answers to compare."];
  const groups = [
    { name: "all", isMember: () => true },
    ...forms.map((form) => ({
      name: formNames[form],
      isMember: (finding: GroundingFinding) => finding.form === form,
    })),
  ];
  const areas = groups.map(({ isMember }) => agreementAreas(findings, isMember));
  const names = Object.keys(areas[0] ?? {});
  const count = (isMember: (finding: GroundingFinding) => boolean, wanted: boolean) =>
    known.filter((finding) => isMember(finding) && finding.right === wanted).length;
  return [
    "Agreement: area under the ROC curve, right answers against wrong ones, with 95 % intervals over scenes.",
    ...textTable([
      ["", ...groups.map(({ name }) => name)],
      ["questions", ...groups.map(({ isMember }) => `${count(isMember, true)} against ${count(isMember, false)}`)],
      ...names.map((name) => [name, ...areas.map((area) => areaText(area[name]!))]),
    ]),
  ];
}

const verdicts: readonly PlaceVerdict[] = ["expected-place", "wrong-place", "undecided", "not-the-image"];

function placeRow(name: string, found: readonly (PlaceFinding | undefined)[]): string[] {
  const places = found.filter((place) => place !== undefined);
  const counts = verdicts.map((verdict) => String(places.filter((place) => place.verdict === verdict).length));
  const fall = (without: (place: PlaceFinding) => number) =>
    quantiles(places.map((place) => place.original - without(place)));
  return [
    name,
    String(places.length),
    ...counts,
    fall(({ withoutPlace }) => withoutPlace),
    fall(({ onlyPlace }) => onlyPlace),
    fall(({ withoutImage }) => withoutImage),
  ];
}

export function placeLines(findings: readonly GroundingFinding[]): string[] {
  const group = (origin: Origin, form: GroundingFinding["form"]) =>
    findings.filter((finding) => finding.origin === origin && finding.form === form);
  const rows = forms.flatMap((form) => {
    const apples = group("tag", form).map(({ places }) => places);
    const grounded = group("grounded", form).map(({ places }) => places);
    return [
      placeRow(
        `grounded, ${formNames[form]}: the thing`,
        grounded.map(({ evidence }) => evidence),
      ),
      placeRow(
        `apples, ${formNames[form]}: the apples`,
        apples.map(({ evidence }) => evidence),
      ),
      placeRow(
        `apples, ${formNames[form]}: the tag`,
        apples.map(({ tag }) => tag),
      ),
    ];
  });
  const header = ["", "n", ...verdicts, "drop without it", "with it alone", "without the picture"];
  return [
    "Place: is the expected place what matters? Drops of the probability in percent (least, quartiles, most), filled with the mean color",
    ...textTable([header, ...rows]),
  ];
}
