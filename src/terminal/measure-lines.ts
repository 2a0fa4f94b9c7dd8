/** @file What a measurement found, in lines. */
import { dependenceSentences } from "../cause-figure/dependence-text.ts";
import { formatProbability } from "../figure/figure-style.ts";
import { placeNumbers, placeSentences } from "../figure/verdict-text.ts";
import type { CausalStability } from "../run/causes.ts";
import {
  resultsOf,
  type CurvesResult,
  type GroundingResult,
  type MeasureResult,
  type PictureNoiseResult,
  type RandomWeightsResult,
  type RegionsResult,
} from "../run/measures.ts";
import { imageTokens } from "../run/positions.ts";
import type { RunDescription } from "../run/types.ts";
import { singleToken } from "../findings/answer-words.ts";
import { causeName } from "../export/causes/cause-name.ts";
import { cleannLines } from "./cleann-lines.ts";
import { minimalLines } from "./minimal-lines.ts";
import { patchingLines } from "./patching-lines.ts";
import { flowLines } from "./flow-lines.ts";
import { textTable } from "./text-table.ts";

/** What a measurement reports. */
export interface MeasureReport {
  /** Index of the answer token, and its text. */
  readonly token: number;
  readonly text: string;
  readonly result: MeasureResult | CausalStability;
  /** Of `occlusion`: the fall of the probability for each image token, in the order of the tokens. */
  readonly falls?: readonly number[];
}

/** Rows of a table that has no natural end; --json prints all. */
const listedRows = 10;

/** Lines for the terminal. */
export function measureLines(description: RunDescription, report: MeasureReport): string[] {
  const { result } = report;
  if (!("request" in result)) return stabilityLines(description, result);
  return measuredLines(description, { ...report, result });
}

function measuredLines(
  description: RunDescription,
  { result, text, falls }: Omit<MeasureReport, "result"> & { readonly result: MeasureResult },
): string[] {
  if ("tokens" in result) return groundingLines(description, result);
  if ("faithfulness" in result) return flowLines(result);
  if ("shares" in result) return curveLines(result, text);
  if ("without" in result && "verdict" in result) return dependenceSentences(result, text);
  if ("withoutPlace" in result) return [`${placeSentences[result.verdict]} ${placeNumbers(result, text)}`];
  if ("explaining" in result) return stabilityLines(description, result);
  if ("order" in result) return regionLines(description, result, text);
  if ("methods" in result) return randomWeightLines(result);
  if ("prior" in result) return patchingLines(result, text);
  if ("heads" in result) return cleannLines(description, result, text);
  if (!("original" in result)) return minimalLines(description, result, text);
  return resultsOf([result], "occlusion").flatMap(({ original }) =>
    occlusionLines(description, { text, original, falls: falls ?? [] }),
  );
}

function groundingLines(description: RunDescription, { tokens, otherPictures }: GroundingResult): string[] {
  const rows = tokens.map(({ parts, score, agrees }, token) => [
    singleToken(description, token).text,
    ...[
      score,
      parts.blank,
      parts.others,
      parts.logits,
      parts.odds,
      parts.necessity,
      agrees?.score,
      agrees?.local,
      agrees?.whole,
    ].map((value) => (typeof value === "number" ? value.toFixed(2) : "-")),
  ]);
  const parts = ["blank", `${otherPictures} others`, "logits", "odds", "necessity"];
  return [
    "Grounding of each answer token: whether it depends on the picture, and whether it agrees with it, 0 to 1. They are two questions:",
    "a right answer may be a guess, and one that rests on the picture may be wrong.",
    ...textTable([["token", "depends", ...parts, "agrees", "local", "whole"], ...rows]),
  ];
}

function curveLines({ methods, random, center }: CurvesResult, text: string): string[] {
  const area = (value: number): string => value.toFixed(3);
  const rows = methods.map(({ method, deletion, insertion }) => [method, area(deletion.area), area(insertion.area)]);
  const { deletion, insertion } = random;
  return [
    `Area under the probability of "${text}": small under deletion and large under insertion is good.`,
    ...textTable([
      ["map", "deletion", "insertion"],
      ...rows,
      ...(center === undefined ? [] : [["center first", area(center.deletion.area), area(center.insertion.area)]]),
      [
        "random, 95 %",
        `${area(deletion.areaLow)} to ${area(deletion.areaHigh)}`,
        `${area(insertion.areaLow)} to ${area(insertion.areaHigh)}`,
      ],
    ]),
  ];
}

function randomWeightLines({ methods }: RandomWeightsResult): string[] {
  const rows = methods.map(({ method, correlation }) => [
    method,
    correlation === null ? "flat" : correlation.toFixed(2),
  ]);
  return [
    "Rank correlation with the map of the same model with shuffled weights, -1 to 1:",
    ...textTable([["map", "correlation"], ...rows]),
  ];
}

function regionLines(description: RunDescription, result: RegionsResult, text: string): string[] {
  const { original, without, order, chosen, calls } = result;
  const rows = order
    .slice(0, Math.min(chosen, listedRows))
    .map(({ positions, gain, insight, necessity }) => [
      causeName(description, positions[0]!),
      String(positions.length),
      gain.toFixed(2),
      formatProbability(insight!),
      formatProbability(1 - necessity!),
    ]);
  return [
    `p(${text.trim()}) is ${formatProbability(original)}, and ${formatProbability(without)} without the picture. Regions in the order of the search, after ${calls} questions to the model:`,
    ...textTable([["from", "patches", "gain", "with these alone", "without them"], ...rows]),
  ];
}

function occlusionLines(
  description: RunDescription,
  { text, original, falls }: { readonly text: string; readonly original: number; readonly falls: readonly number[] },
): string[] {
  const places = description.images.flatMap((_, image) => imageTokens(description, image));
  const ranked = [...falls.entries()].sort(([, a], [, b]) => b - a).slice(0, listedRows);
  const rows = ranked.map(([index, fall]) => [
    causeName(description, places[index]!.position),
    formatProbability(original - fall),
  ]);
  return [
    `p(${text.trim()}) is ${formatProbability(original)}; without one patch alone it falls most to:`,
    ...textTable(rows),
  ];
}

function stabilityLines(
  description: RunDescription,
  { count, edges, explaining }: CausalStability | PictureNoiseResult,
): string[] {
  const name = (position: number): string => causeName(description, position);
  const often = <T extends { readonly count: number }>(found: readonly T[]): T[] =>
    [...found].sort((a, b) => b.count - a.count).slice(0, listedRows);
  return [
    `Of ${count} graphs, so many hold a token in the explanation:`,
    ...textTable(often(explaining).map((each) => [name(each.position), `${each.count}`])),
    "And so many hold an edge:",
    ...textTable(often(edges).map((each) => [`${name(each.a)} and ${name(each.b)}`, `${each.count}`])),
  ];
}
