/** @file The tables of the grounding score and of places. */
import { logisticScore } from "../../src/methods/grounding/logistic.ts";
import { groundingFeatures } from "../../src/methods/grounding/score.ts";
import type { PlaceVerdict } from "../../src/run/measures.ts";
import type { GroundingFinding, Origin, PlaceFinding } from "./grounding.ts";
import { comparisons, finalModel, partNames, scoredGrounding, scoreName, separation } from "./grounding-summary.ts";
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
  const model = finalModel(findings);
  // Apples are in no fit, so that the final model has not seen them either.
  const scoreOf = (finding: GroundingFinding) =>
    scored.get(finding) ?? logisticScore(model, groundingFeatures(finding.parts));
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
