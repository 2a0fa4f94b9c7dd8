/** @file Relevancy of an open run: which tensor a map is in, what is explained together, and the maps and rows of that. */
import { explainedBy } from "../../src/run/explained.ts";
import { meanRow, referenceWordRow, wordRow } from "../../src/methods/word-relevancy.ts";
import type { FloatTensor } from "../../src/tensor/tensor.ts";
import { nameOfTokens, quoted } from "../../src/figure/token-names.ts";
import type { NumberTensor } from "../data/data-source.ts";
import { chosenTokens } from "./chosen-tokens.ts";
import { atImageTokens, wordOfToken } from "./layout.ts";
import type { OpenRun } from "./open-run.svelte.ts";
import type { OtherMethod, RelevancyPart, Selection, Variant } from "../selection/selection.ts";

/** What the maps are called, in the order in which they are offered. */
export const partNames: { readonly [P in RelevancyPart]: string } = {
  language: "Language model",
  vision: "Vision tower",
  combined: "Combined",
  combined2: "Combined, second form",
  "gradient-rollout": "Rollout of attention × gradient",
  "grad-cam": "Grad-CAM, last layer",
  lrp: "Relevance propagation, language model",
  "lrp-vision": "Relevance propagation, vision tower",
};

/** The methods besides relevancy, by their map: the tensor, and the name of the method in requests and descriptions. */
export const otherMethods: {
  readonly [M in OtherMethod]: {
    readonly tensor: string;
    readonly method: "gradient-rollout" | "grad-cam" | "lrp";
    readonly signed: boolean;
  };
} = {
  "gradient-rollout": { tensor: "gradient-rollout", method: "gradient-rollout", signed: false },
  "grad-cam": { tensor: "grad-cam", method: "grad-cam", signed: false },
  lrp: { tensor: "lrp.language", method: "lrp", signed: true },
  "lrp-vision": { tensor: "lrp.vision", method: "lrp", signed: true },
};

export function isOther(part: RelevancyPart): part is OtherMethod {
  return part in otherMethods;
}

/** The tensor of a map. */
export function tensorOf(variant: Variant, part: RelevancyPart): string {
  return isOther(part) ? otherMethods[part].tensor : `relevancy.${variant}.${part}`;
}

/** Maps of relevancy that a variant has in this run, language first. */
export function partsOf(run: Pick<OpenRun, "has">, variant: Variant): RelevancyPart[] {
  return (["language", "vision", "combined", "combined2"] as const).filter((part) => run.has(tensorOf(variant, part)));
}

/** Answer tokens that are explained together. */
export interface ExplainedGroup {
  readonly tokens: readonly number[];
  /** “spoon”, or "the whole answer". */
  readonly name: string;
  /** A word by the published tool's rules, whose row is not the mean of its tokens' rows. */
  readonly isPublished: boolean;
}

/** The answer tokens that were explained by relevancy, of those given. */
function explainedOf(run: OpenRun, part: RelevancyPart, tokens: readonly number[]): number[] {
  const { description } = run.document;
  const explained = new Set(explainedBy(description, isOther(part) ? otherMethods[part].method : "relevancy").tokens);
  return tokens.filter((token) => explained.has(token));
}

/** What is explained for a selection; no tokens while the default token is on its way, or where none of them was explained. */
export function groupOf(
  run: OpenRun,
  { scope, tokens, variant, part }: Pick<Selection, "scope" | "tokens" | "variant" | "part">,
): ExplainedGroup {
  const { description } = run.document;
  const nameOf = (group: readonly number[]): string =>
    nameOfTokens(
      description,
      group.map((token) => description.answer.start + token),
    );
  if (scope === "answer") {
    const said = explainedOf(run, part, run.layout.saidTokens);
    return { tokens: said, name: "the whole answer", isPublished: false };
  }
  const chosen = chosenTokens(run, { tokens });
  if (scope === "token" || chosen.length === 0) {
    const group = explainedOf(run, part, chosen);
    return { tokens: group, name: nameOf(group), isPublished: false };
  }
  if (variant === "reference" && !isOther(part)) {
    const word = explainedBy(description, "relevancy").referenceWords.find((each) => each.tokens.includes(chosen[0]!));
    if (word) {
      const text = word.text.replaceAll("\u2581", " ").trim();
      return { tokens: word.tokens, name: quoted(text), isPublished: true };
    }
  }
  const words = new Set(chosen.flatMap((token) => wordOfToken(run.layout, token).tokens));
  const group = explainedOf(
    run,
    part,
    [...words].sort((a, b) => a - b),
  );
  return { tokens: group, name: nameOf(group), isPublished: false };
}

const floats = ({ dims, data }: NumberTensor): FloatTensor => ({ type: "f32", dims, data: data as Float32Array });

/**
 * The row of a group over the sequence, [N], or the image tokens, whichever the tensor has; each token's own position is left out.
 * Undefined while it is on its way.
 */
export function rowOfGroup(run: OpenRun, name: string, group: ExplainedGroup): Float32Array | undefined {
  if (group.tokens.length === 0) return undefined;
  const [, width = 0] = run.dims(name) ?? [];
  // Rows that are asked for one by one are put together, so that a large tensor is never fetched whole.
  const rows = group.tokens.map((token) => run.row(name, token));
  if (rows.some((row) => row === undefined)) return undefined;
  const data = new Float32Array(rows.length * width);
  for (const [i, row] of rows.entries()) data.set(row!, i * width);
  const tensor = floats({ dims: [rows.length, width], data });
  const isSequence = width === run.document.description.tokens.length;
  const keepsIdentity = isSequence && (name.startsWith("relevancy.") || name === "gradient-rollout");
  if (group.isPublished) {
    const row = referenceWordRow(tensor, { tokens: group.tokens.map((_, i) => i) });
    if (keepsIdentity) row[run.layout.predicting[group.tokens.at(-1)!]!] = 0;
    return row;
  }
  return keepsIdentity
    ? wordRow(
        tensor,
        group.tokens.map((token, i) => ({ token: i, own: run.layout.predicting[token]! })),
      )
    : meanRow(
        tensor,
        group.tokens.map((_, i) => i),
      );
}

/** The map of a group, one number per image token; undefined while it is on its way. */
export function mapOfGroup(run: OpenRun, name: string, group: ExplainedGroup): Float32Array | undefined {
  const row = rowOfGroup(run, name, group);
  if (row === undefined) return undefined;
  return row.length === run.document.description.tokens.length ? atImageTokens(row, run.layout) : row;
}

/** What the relevancy of a run explains, in words: nothing for the raw logit. */
export function targetName({ document }: Pick<OpenRun, "document">): string {
  const { target } = explainedBy(document.description, "relevancy");
  if (target === "logit") return "";
  return target.startsWith("contrast:") ? `against ${quoted(target.slice(9).trim())}` : "log-probability";
}
