/** @file A map for each word of the answer, on one scale. */
import { defaultRange, type ValueRange } from "../../src/figure/color-map.ts";
import { explainedBy } from "../../src/run/explained.ts";
import type { OpenRun } from "../run/open-run.svelte.ts";
import type { RelevancyPart } from "../selection/selection.ts";
import { mapOfGroup, mapOf } from "../run/relevancy-rows.ts";
import type { Variant } from "../../src/run/map-catalogue.ts";
import { hasMap } from "../run/recorded-map.ts";

interface WordMap {
  readonly text: string;
  /** Answer tokens of the word. */
  readonly tokens: readonly number[];
  readonly values: Float32Array;
  readonly max: number;
}

export interface WordMaps {
  readonly words: readonly WordMap[];
  /** From 0 to the largest value of any word. */
  readonly range: ValueRange;
}

/** Maps of the words whose tokens were all explained and said; undefined while one of them is on its way, or where there is none. */
export function wordMaps(
  run: OpenRun,
  { variant, part }: { readonly variant: Variant; readonly part: RelevancyPart },
): WordMaps | undefined {
  const map = mapOf(variant, part);
  if (map === undefined || !hasMap(run, map, 0)) return undefined;
  const { description } = run.document;
  const explained = explainedBy(description, "relevancy");
  const known = new Set(explained.tokens);
  const said = new Set(run.layout.saidTokens);
  const published = variant === "reference";
  const groups = published
    ? explained.referenceWords.map(({ text, tokens }) => ({ text: text.replaceAll("\u2581", " ").trim(), tokens }))
    : run.layout.answerWords;
  const words: WordMap[] = [];
  for (const { text, tokens } of groups) {
    if (text === "" || !tokens.every((token) => known.has(token) && said.has(token))) continue;
    const values = mapOfGroup(run, map, { tokens, name: text, isPublished: published });
    if (values === undefined) return undefined;
    words.push({ text, tokens, values, max: values.reduce((most, value) => Math.max(most, value), 0) });
  }
  const max = words.reduce((most, word) => Math.max(most, word.max), 0);
  return { words, range: defaultRange([max], "viridis") };
}
