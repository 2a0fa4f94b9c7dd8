/** @file Relevancy of an open run: which map a part is, what is explained together, and the maps and rows of that. */
import { referenceWordRow } from "../../src/methods/word-relevancy.ts";
import { explainedBy } from "../../src/run/explained.ts";
import { nameOfTokens, quoted } from "../../src/figure/token-names.ts";
import { chosenTokens } from "./chosen-tokens.ts";
import { wordOfToken, type RunLayout } from "./layout.ts";
import type { OpenRun } from "./open-run.svelte.ts";
import type { RelevancyPart, Selection } from "../selection/selection.ts";
import {
  mapParts,
  partNames,
  type MapName,
  type MapPart,
  type MethodName,
  type OtherMap,
  type Variant,
} from "../../src/run/map-catalogue.ts";
import { mapOfPart, mapRow, otherMaps } from "../../src/run/maps.ts";
import { hasMap, rowAtImageTokens, rowOfTokens, rowsOfTokens } from "./recorded-map.ts";

export function isOther(part: RelevancyPart): part is OtherMap {
  return otherMaps.some((map) => map === part);
}

/** The map of a variant and part; undefined for a part that the variant does not have. */
export function mapOf(variant: Variant, part: RelevancyPart): MapName | undefined {
  return isOther(part) ? part : mapOfPart("relevancy", { variant, part });
}

/** "Combined", or "LRP, language": what a map is called beside the others of the tab. */
export function nameOfPart(part: RelevancyPart): string {
  if (isOther(part)) return mapRow(part).short;
  return `${partNames[part][0]!.toUpperCase()}${partNames[part].slice(1)}`;
}

/** Parts of relevancy that a variant has in this run, language first. */
export function partsOf(run: Pick<OpenRun, "dims" | "document">, variant: Variant): MapPart[] {
  return mapParts.filter((part) => {
    const map = mapOf(variant, part);
    return map !== undefined && hasMap(run, map, 0);
  });
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
  const explained = new Set(explainedBy(description, isOther(part) ? mapRow(part).method : "relevancy").tokens);
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

/**
 * The row of a group over the map's own axis, [sequence] or [image tokens]; each token's own position is left out. Undefined while it is on
 * its way.
 */
export function rowOfGroup(run: OpenRun, map: MapName, group: ExplainedGroup): Float32Array | undefined {
  const { tokens, isPublished } = group;
  // Only its maps of the language model grow from token to token.
  if (!isPublished || mapRow(map).axis !== "sequence") return rowOfTokens(run, map, tokens);
  const rows = rowsOfTokens(run, map, tokens);
  const row = rows && referenceWordRow(rows, { tokens: tokens.map((_, i) => i) });
  if (row) row[run.layout.predicting[tokens.at(-1)!]!] = 0;
  return row;
}

/** Maps of the groups that were shown last: panels and picture show the same ones, and arrow keys come back to them. */
const knownMaps = new WeakMap<RunLayout, Map<string, Float32Array>>();
const mostMaps = 32;

/** The map of a group, one number per image token; undefined while it is on its way. Do not write into it. */
export function mapOfGroup(run: OpenRun, map: MapName, group: ExplainedGroup): Float32Array | undefined {
  const known = knownMaps.get(run.layout) ?? new Map<string, Float32Array>();
  knownMaps.set(run.layout, known);
  const key = [map, group.isPublished, ...group.tokens].join(" ");
  const row = known.has(key) ? undefined : rowOfGroup(run, map, group);
  const values = known.get(key) ?? (row && rowAtImageTokens(row, map, run));
  if (values === undefined) return undefined;
  known.delete(key);
  known.set(key, values);
  const [oldest] = known.keys();
  if (known.size > mostMaps) known.delete(oldest!);
  return values;
}

/** What a method of a run explains, in words: nothing for the raw logit. */
export function targetName({ document }: Pick<OpenRun, "document">, method: MethodName = "relevancy"): string {
  const { target } = explainedBy(document.description, method);
  if (target === "logit") return "";
  return target.startsWith("contrast:") ? `against ${quoted(target.slice(9).trim())}` : "log-probability";
}
