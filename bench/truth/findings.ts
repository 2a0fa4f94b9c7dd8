/** @file Explains one token of each answer by every method, and scores the maps. */
import type { HostedModel } from "../../src/explain/host.ts";
import { ask } from "../../src/explain/ask.ts";
import type { RecordedRun } from "../../src/explain/explain.ts";
import { maxMemoryBytes, isExplainable, questionOf, recordContrast, type Asked } from "./asking.ts";
import { coverPicture } from "./covering.ts";
import { baselineMaps, contrastName, imageMaps, imagePart, positionRows } from "./maps.ts";
import { boxMask, coverage, type Corners, type Mask } from "../../src/run/masks.ts";
import { readMask } from "../../src/workbench/mask-file.ts";
import type { TruthQuestion } from "./questions.ts";
import { scoresOf, type Scores } from "../../src/methods/map-scores.ts";

/** The map of the covered shares themselves: what a perfect map of this resolution would score. */
export const ceilingName = "(the mask itself)";

type ByMethod<T> = Readonly<Record<string, T>>;

/** What was found about one question. */
export interface Finding extends Asked {
  /** Against the mask of the evidence, if there is one. */
  readonly evidence?: ByMethod<Scores>;
  /** Against the tag, if it is what the model looks at. */
  readonly tag?: ByMethod<Scores>;
  /** The answers if the tag is covered, and if the apples are. */
  readonly covered?: { readonly tag: string; readonly evidence: string };
  /** Image part of the explained token by each method that has an entry for every position. */
  readonly imagePart?: ByMethod<number>;
}

/** The mask of the tag that the planted counting looks at; undefined for other questions. */
export async function tagMaskOf(
  { tag }: TruthQuestion,
  picture: { readonly width: number; readonly height: number },
): Promise<Mask | undefined> {
  return typeof tag === "string" ? readMask(tag) : tag && boxMask(tag, picture);
}

/** Asks again with one part of the picture covered, then the other; undefined if the two are not known. */
async function coveredAnswers(
  model: HostedModel,
  question: TruthQuestion,
  folder: string,
): Promise<Finding["covered"]> {
  const { tag, evidenceBoxes, picture } = question;
  if (tag === undefined || typeof tag === "string" || evidenceBoxes === undefined) return undefined;
  const answer = async (boxes: readonly Corners[]) => {
    const covered = await coverPicture(picture, boxes, { folder, name: "covered" });
    return (await ask(model, questionOf(question, covered), { maxMemoryBytes })).text;
  };
  return { tag: await answer([tag]), evidence: await answer(evidenceBoxes) };
}

/**
 * Scores every map of the explained token, and if the question has letters also those that say why this letter and not the other.
 * Covered pictures are written to `folder`.
 */
export async function examine(
  model: HostedModel,
  asked: Asked,
  { recorded, folder }: { readonly recorded: RecordedRun | undefined; readonly folder: string },
): Promise<Finding> {
  if (recorded === undefined || !isExplainable(asked)) return asked;
  const { question, token } = asked;
  const { index } = token;
  const contrast = question.form === "lettered" ? await recordContrast(model, asked) : undefined;
  const runs = [
    { run: recorded, name: (method: string) => method },
    ...(contrast === undefined ? [] : [{ run: contrast, name: contrastName }]),
  ];
  const { description } = recorded;
  const maps = runs.flatMap(({ run, name }) =>
    [...imageMaps(run, index)].map(([method, map]) => [name(method), map] as const),
  );
  const parts = runs.flatMap(({ run, name }) =>
    [...positionRows(run, index)].map(([method, row]) => [name(method), imagePart(description, row, index)] as const),
  );
  const scoresAgainst = (mask: Mask) => {
    const covered = coverage(description, [mask]);
    const all = [...baselineMaps(description), ...maps, [ceilingName, covered] as const];
    return Object.fromEntries(all.map(([method, map]) => [method, scoresOf(map, covered)]));
  };
  const { evidence } = question;
  const tagMask = await tagMaskOf(question, description.images[0]!);
  return {
    ...asked,
    evidence: evidence === undefined ? undefined : scoresAgainst(await readMask(evidence)),
    tag: tagMask && scoresAgainst(tagMask),
    covered: await coveredAnswers(model, question, folder),
    imagePart: Object.fromEntries(parts),
  };
}
