/** @file Scores of submitted maps: against the masks, and whether they tell the two models apart. */
import { readImageFile } from "../../src/image/decode.ts";
import type { GridPlacement } from "../../src/image/types.ts";
import { tagMaskOf } from "./findings.ts";
import { coveredShares, type Mask } from "../../src/run/masks.ts";
import { readMask } from "../../src/workbench/mask-file.ts";
import { pairKindOf, pairLead, type KnownPlaces, type PairFinding } from "./pair.ts";
import { pairLines } from "./pair-table.ts";
import { isGrounded, type TruthQuestion } from "./questions.ts";
import { scoresOf, type Scores } from "../../src/methods/map-scores.ts";
import { fileStem, type SubmittedMap } from "./submission.ts";
import { estimate, scoreNames, scores } from "./summary.ts";
import { estimateText, textTable } from "./text-table.ts";

/** A question with whether each model answered it by what the picture shows. */
export interface AnsweredBoth {
  readonly question: TruthQuestion;
  readonly right: { readonly demo: boolean; readonly twin: boolean };
}

export interface Submission {
  readonly demo: ReadonlyMap<string, SubmittedMap>;
  readonly twin: ReadonlyMap<string, SubmittedMap>;
}

/** True if the question counts in the comparison with masks. */
export function hasMaskTruth({ question, right }: AnsweredBoth): boolean {
  return right.demo && isGrounded(question) && question.restated === undefined && question.evidence !== undefined;
}

/** True if the question counts in the comparison of the two models. */
export function hasPairTruth({ question, right }: AnsweredBoth): boolean {
  return right.twin && pairKindOf(question) !== undefined;
}

function gridOf({ rows, cols }: SubmittedMap, { width, height }: { width: number; height: number }): GridPlacement {
  return { rows, cols, box: { left: 0, top: 0, width, height } };
}

/** The share of each cell of a map that lies in a mask. */
function sharesOf(map: SubmittedMap, mask: Mask): Float64Array {
  return coveredShares(gridOf(map, mask), mask);
}

interface MaskScore extends Scores {
  readonly name: string;
  readonly scene: string;
  /** The same of a map that is the same everywhere. */
  readonly uniform: Scores;
}

export interface SubmissionScores {
  readonly masks: readonly MaskScore[];
  readonly pair: readonly Pick<PairFinding, "name" | "scene" | "kind" | "leads">[];
  /** Files of maps that no question is called after. */
  readonly unknown: readonly string[];
  /** Questions that count and have no map. */
  readonly missing: { readonly masks: number; readonly pair: number };
}

/** What submitted maps are called in the table of pairs. */
const submittedName = "submitted maps";

/** Scores the maps of the questions that they are there for. Throws an Error if the two maps of a pair have different sizes. */
export async function scoreSubmission(
  answered: readonly AnsweredBoth[],
  { demo, twin }: Submission,
): Promise<SubmissionScores> {
  const masks: MaskScore[] = [];
  const pair: SubmissionScores["pair"][number][] = [];
  const missing = { masks: 0, pair: 0 };
  for (const each of answered) {
    const { question } = each;
    const { name, scene } = question;
    const stem = fileStem(question);
    const [own, other] = [demo.get(stem), twin.get(stem)];
    if (hasMaskTruth(each)) {
      if (own === undefined) missing.masks++;
      else {
        const shares = sharesOf(own, await readMask(question.evidence!));
        masks.push({
          name,
          scene,
          ...scoresOf(own.values, shares),
          uniform: scoresOf(
            shares.map(() => 1),
            shares,
          ),
        });
      }
    }
    const kind = pairKindOf(question);
    if (kind === undefined || !hasPairTruth(each)) continue;
    if (own === undefined || other === undefined) {
      missing.pair++;
      continue;
    }
    if (own.rows !== other.rows || own.cols !== other.cols) {
      throw new Error(
        `The maps ${stem} of the two models have ${own.rows} x ${own.cols} and ${other.rows} x ${other.cols} cells; make them alike.`,
      );
    }
    const { image } = await readImageFile(question.picture);
    const tag = kind === "apples" ? await tagMaskOf(question, image) : undefined;
    const places: KnownPlaces = {
      thing: sharesOf(own, await readMask(question.evidence!)),
      ...(tag === undefined ? {} : { tag: sharesOf(own, tag) }),
    };
    const lead = pairLead(
      { demo: { map: own.values, rest: own.rest }, twin: { map: other.values, rest: other.rest } },
      places,
    );
    pair.push({ name, scene, kind, leads: { [submittedName]: lead } });
  }
  const known = new Set(answered.map(({ question }) => fileStem(question)));
  const unknown = [...new Set([...demo.keys(), ...twin.keys()])].filter((stem) => !known.has(stem));
  return { masks, pair, unknown, missing };
}

export function submissionLines({ masks, pair, unknown, missing }: SubmissionScores): string[] {
  const line = (name: string, of: (each: MaskScore) => Scores) => [
    name,
    ...scores.map((score) =>
      estimateText(estimate(masks.map((each) => ({ scene: each.scene, value: of(each)[score] })))),
    ),
  ];
  const counts = (scored: number, left: number): string =>
    `${scored} maps${left > 0 ? `, ${left} questions without one` : ""}`;
  return [
    `Against masks, questions that the demo model answers right: ${counts(masks.length, missing.masks)}. In percent, with 95 % intervals.`,
    "",
    ...(masks.length === 0
      ? []
      : [
          ...textTable([
            ["", ...scores.map((score) => scoreNames[score])],
            line("uniform", ({ uniform }) => uniform),
            line(submittedName, (each) => each),
          ]),
          "",
        ]),
    `Two models, questions that the twin answers right: ${counts(pair.length, missing.pair)}.`,
    ...(pair.length === 0 ? [] : ["", ...pairLines(pair)]),
    ...(unknown.length === 0
      ? []
      : ["", `No question is called after these maps: ${unknown.slice(0, 10).join(", ")}.`]),
  ];
}
