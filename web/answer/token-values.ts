/** @file What answer tokens are colored by: one number a token, its scale, its tint and the length of its bar. */
import type { RunDescription } from "../../src/run/types.ts";
import { formatBits, formatMapValue, formatProbability, formatShare, noNumber } from "../../src/figure/numbers.ts";
import { exactRelevancyRows } from "../../src/run/maps.ts";
import { imageAttention, imageParts } from "../../src/findings/image-share.ts";
import type { OpenRun } from "../run/open-run.svelte.ts";
import type { Selection, TokenColoring } from "../selection/selection.ts";

/** One number per answer token; undefined for tokens that have none. */
export interface TokenValues {
  readonly coloring: TokenColoring;
  readonly values: readonly (number | undefined)[];
  /** The value of a full bar; a bar begins at 0. */
  readonly max: number;
}

/** How a value looks: hue, strength of the fill and length of the bar, both 0 to 1. */
export interface TokenTint {
  readonly hue: "image" | "text" | "certain";
  readonly strength: number;
  readonly length: number;
}

/** -log2 of a probability, in bits. */
export function surprise(probability: number): number {
  return probability > 0 ? -Math.log2(probability) : Infinity;
}

/** "0.10 bits", "<0.01 bits". */
export function bitsText(bits: number): string {
  if (bits > 0 && bits < 0.005) return "<0.01 bits";
  return Number.isFinite(bits) ? `${formatBits(Math.abs(bits))} bits` : noNumber;
}

export const coloringLabels: Readonly<Record<TokenColoring, string>> = {
  source: "Image or text",
  attention: "Image attention",
  probability: "Probability",
  surprise: "Surprise",
  patches: "Selected patches",
};

/** What a value is called in a sentence: "image part 0.81". */
export function valueText(coloring: TokenColoring, value: number | undefined): string {
  if (value === undefined) return "not known";
  const texts = {
    source: () => `image part ${formatShare(value)}`,
    attention: () => `attention on the image ${formatShare(value)}`,
    probability: () => `probability ${formatProbability(value)}`,
    surprise: () => `surprise ${bitsText(value)}`,
    patches: () => `attention on the selected patches ${formatMapValue(value)}`,
  };
  return texts[coloring]();
}

/** The ends of the scale, in words. */
export function scaleEnds({ coloring, max }: Pick<TokenValues, "coloring" | "max">): readonly [string, string] {
  if (coloring === "source") return ["text", "image"];
  if (coloring === "probability") return ["0", "1"];
  if (coloring === "surprise") return ["0", bitsText(max)];
  return ["0", coloring === "attention" ? formatShare(max) : formatMapValue(max)];
}

/** The tint of a token; undefined where it has no value. */
export function tintOf(
  { coloring, max }: Pick<TokenValues, "coloring" | "max">,
  value: number | undefined,
): TokenTint | undefined {
  if (value === undefined) return undefined;
  const share = max > 0 ? Math.min(1, Math.max(0, value / max)) : 0;
  // Image against text is neutral in the middle; the bar still tells the value itself.
  if (coloring === "source")
    return { hue: share >= 0.5 ? "image" : "text", strength: Math.abs(share - 0.5) * 2, length: share };
  return {
    hue: coloring === "attention" || coloring === "patches" ? "image" : "certain",
    strength: share,
    length: share,
  };
}

/** The fill of a tint as a CSS color. */
export function tintColor({ hue, strength }: Pick<TokenTint, "hue" | "strength">, ground = "--inset"): string {
  return `color-mix(in srgb, var(--${hue}-mid) ${Math.round(strength * 100)}%, var(${ground}))`;
}

function largest(values: readonly (number | undefined)[], said: readonly number[]): number {
  return said.reduce((max, token) => Math.max(max, values[token] ?? 0), 0);
}

export function probabilityValues(coloring: "probability" | "surprise", probabilities: readonly number[]): TokenValues {
  if (coloring === "probability") return { coloring, values: probabilities, max: 1 };
  const values = probabilities.map(surprise);
  return { coloring, values, max: Math.max(1, ...values.filter(Number.isFinite)) };
}

/** Attention of each answer token on some image tokens, by rows [answer tokens, N]. */
export function attentionOn(
  rows: ArrayLike<number>,
  { answerLength, imagePositions }: OpenRun["layout"],
  patches: readonly number[],
): number[] {
  const length = answerLength === 0 ? 0 : rows.length / answerLength;
  return Array.from({ length: answerLength }, (_, token) =>
    patches.reduce((sum, patch) => sum + (rows[token * length + imagePositions[patch]!] ?? 0), 0),
  );
}

/** The coloring that is in use: some can only be shown once they are known. */
export function coloringInUse(
  run: Pick<OpenRun, "has" | "attentionLayers" | "layout">,
  { coloring, patches }: Pick<Selection, "coloring" | "patches">,
): TokenColoring {
  const hasAttention = run.attentionLayers.length > 0 && run.layout.imagePositions.length > 0;
  if (coloring === "patches" && (patches.length === 0 || !hasAttention))
    return coloringInUse(run, { coloring: "source", patches });
  if (coloring === "source" && !run.has(exactRelevancyRows)) return hasAttention ? "attention" : "probability";
  if (coloring === "attention" && !hasAttention) return "probability";
  return coloring;
}

/** The values of a coloring; undefined until they arrive. */
export function tokenValues(
  run: OpenRun,
  coloring: TokenColoring,
  selection: Pick<Selection, "layer" | "head" | "patches">,
): TokenValues | undefined {
  const { layout } = run;
  const { tokens, memory, answerTokens }: RunDescription = run.document.description;
  if (coloring === "probability" || coloring === "surprise") {
    return probabilityValues(
      coloring,
      answerTokens.map(({ probability }) => probability),
    );
  }
  if (coloring === "source") {
    const rows = run.tensor(exactRelevancyRows);
    return (
      rows && { coloring, values: imageParts(rows.data, { tokens, memory, predicting: layout.predicting }), max: 1 }
    );
  }
  const rows = run.answerAttention(selection.layer, selection.head);
  if (rows === undefined) return undefined;
  const values =
    coloring === "attention" ? imageAttention(rows.data, layout) : attentionOn(rows.data, layout, selection.patches);
  return { coloring, values, max: largest(values, layout.saidTokens) };
}

/**
 * How much of the relevancy for some answer tokens lies on each question token, 0 to 1 of the largest; undefined while the relevancy is not
 * known. `rows` [answer tokens, N].
 */
export function questionShares(
  rows: { readonly dims: readonly number[]; readonly data: ArrayLike<number> },
  { tokens, positions }: { readonly tokens: readonly number[]; readonly positions: readonly number[] },
): ReadonlyMap<number, number> {
  const length = rows.dims.at(-1) ?? 0;
  const sums = positions.map((position) =>
    Math.max(
      0,
      tokens.reduce((sum, token) => sum + rows.data[token * length + position]!, 0),
    ),
  );
  const max = Math.max(...sums);
  return new Map(positions.map((position, i) => [position, max > 0 ? sums[i]! / max : 0]));
}
