/** @file Two runs in numbers, at the same answer tokens. */
import { rankCorrelation } from "../../../src/methods/agreement.ts";
import { formatProbability, formatShare, formatSigned, noNumber } from "../../../src/figure/numbers.ts";
import { imageAttention, imageParts } from "../../../src/findings/image-share.ts";
import { exactRelevancyRows } from "../../../src/run/maps.ts";
import type { OpenRun } from "../../run/open-run.svelte.ts";
import type { Comparison } from "./comparison.ts";
import { newestGrounding } from "../grounding/grounding-rows.ts";

/** A row of the table; values are null where a run does not hold them. */
export interface Measure {
  readonly name: string;
  readonly a: number | null;
  readonly b: number | null;
  /** Of both runs together; left out for measures of each. */
  readonly both?: number | null;
  readonly decimals: number;
  readonly format: (value: number) => string;
}

function meanAt(values: readonly (number | undefined)[], tokens: readonly number[]): number | null {
  const known = tokens.map((token) => values[token]);
  if (known.length === 0 || known.some((value) => value === undefined)) return null;
  return known.reduce<number>((sum, value) => sum + value!, 0) / known.length;
}

function probability({ document }: OpenRun, tokens: readonly number[]): number | null {
  return meanAt(
    document.description.answerTokens.map((token) => token.probability),
    tokens,
  );
}

function attentionOnImage(run: OpenRun, tokens: readonly number[]): number | null {
  if (run.attentionLayers.length === 0) return null;
  const rows = run.answerAttention(null, null);
  return rows ? meanAt(imageAttention(rows.data, run.layout), tokens) : null;
}

function imagePart(run: OpenRun, tokens: readonly number[]): number | null {
  const rows = run.has(exactRelevancyRows) ? run.tensor(exactRelevancyRows) : undefined;
  if (!rows) return null;
  return meanAt(imageParts(rows.data, { ...run.document.description, predicting: run.layout.predicting }), tokens);
}

function groundingScore({ document }: OpenRun, tokens: readonly number[]): number | null {
  const scores = newestGrounding(document.description.measures)?.tokens ?? [];
  return meanAt(
    scores.map(({ score }) => score),
    tokens,
  );
}

/** The measures of two runs; of several answer tokens, means. Grounding stands there only where both runs have it. */
export function measuresOf(a: OpenRun, b: OpenRun, comparison: Comparison): Measure[] {
  const { tokens, tokensOfB } = comparison;
  const each = (
    name: string,
    measure: (run: OpenRun, tokens: readonly number[]) => number | null,
    format: Measure["format"],
  ): Measure => ({ name, a: measure(a, tokens), b: measure(b, tokensOfB), decimals: 3, format });
  const onPatches = (map: Float32Array) => Float32Array.from(comparison.placed, (token) => map[token]!);
  const grounding = each("Grounding score", groundingScore, formatShare);
  return [
    each(`Probability of the selected ${tokens.length === 1 ? "token" : "tokens"}`, probability, formatProbability),
    each("Attention on the image, mean of all heads", attentionOnImage, formatShare),
    each("Image part of exact relevancy", imagePart, formatShare),
    ...(grounding.a === null || grounding.b === null ? [] : [grounding]),
    {
      name: "Rank correlation of the two maps (Spearman)",
      a: null,
      b: null,
      both: rankCorrelation(onPatches(comparison.a), onPatches(comparison.bOnA)) ?? null,
      decimals: 3,
      format: (value) => formatSigned(value, 3),
    },
  ];
}

/** A measure as it is written: A, B and B less A; "-" where there is no number. */
export function measureTexts({ a, b, both, decimals, format }: Measure): {
  readonly a: string;
  readonly b: string;
  readonly difference: string;
} {
  const text = (value: number | null): string => (value === null ? noNumber : format(value));
  if (both !== undefined) return { a: "", b: "", difference: text(both) };
  return {
    a: text(a),
    b: text(b),
    difference: a === null || b === null ? noNumber : formatSigned(b - a, decimals),
  };
}
