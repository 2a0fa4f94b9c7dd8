/** @file What the Relevancy tab shows of the open run, as it follows from the selection and arrives. */
import { live } from "../data/live.ts";
import { defaultRange } from "../../src/figure/color-map.ts";
import { evidenceOf } from "../../src/methods/text-against-image.ts";
import { createKept } from "../data/kept.ts";
import { exactRelevancyRows } from "../../src/run/maps.ts";
import { imageParts } from "../../src/findings/image-share.ts";
import type { OpenRun } from "../run/open-run.svelte.ts";
import type { Page } from "../state/page.svelte.ts";
import {
  groupOf,
  isOther,
  mapOfGroup,
  partsOf,
  rowOfGroup,
  mapOf,
  type ExplainedGroup,
} from "../run/relevancy-rows.ts";
import { wordMaps } from "./word-maps.ts";

export function createRelevancyView(page: Page, openRun: () => OpenRun) {
  const keepGroup = createKept<ExplainedGroup>();
  const run = $derived(openRun());
  const variant = $derived(page.shown.variant);
  const part = $derived(page.shown.part);
  // Read one by one, so that what does not depend on a changed field is not computed again.
  const scope = $derived(page.shown.scope);
  const tokens = $derived(page.shown.tokens);
  const group = $derived.by(() => {
    const found = groupOf(run, { scope, tokens, variant, part: isOther(part) ? "language" : part });
    return keepGroup(`${run.id}.${variant}.${scope}`, found.tokens.length > 0 ? found : undefined);
  });
  const parts = $derived(partsOf(run, variant));
  const maps = $derived(
    group &&
      parts.flatMap((each) => {
        const values = mapOfGroup(run, mapOf(variant, each)!, group);
        return values ? [{ part: each, values, range: defaultRange(values, "viridis") }] : [];
      }),
  );
  const galleryPart = $derived(isOther(part) || !parts.includes(part) ? "language" : part);
  const words = $derived(wordMaps(run, { variant, part: galleryPart }));
  const exact = $derived(run.has(exactRelevancyRows) ? run.tensor(exactRelevancyRows) : undefined);
  const evidence = $derived.by(() => {
    if (!exact || !group) return undefined;
    const owned = group.tokens.map((token) => ({ token, own: run.layout.predicting[token]! }));
    const rows = { type: "f32", dims: exact.dims, data: exact.data as Float32Array } as const;
    return evidenceOf(rows, owned, run.document.description);
  });
  const imagePartOf = $derived(
    exact && imageParts(exact.data, { ...run.document.description, predicting: run.layout.predicting }),
  );
  const row = $derived(
    group && parts.includes("language") ? rowOfGroup(run, mapOf(variant, "language")!, group) : undefined,
  );

  return live({
    run: () => run,
    group: () => group,
    /** The maps that have arrived, each with its own scale. */
    maps: () => maps,
    galleryPart: () => galleryPart,
    /** A map per word of the answer, on one scale. */
    words: () => words,
    /** What stands behind the group, by exact relevancy; undefined where that was not computed. */
    evidence: () => evidence,
    /** Image part of each answer token; undefined where it was not computed. */
    imageParts: () => imagePartOf,
    /** Relevancy of each position for the group, [N]. */
    row: () => row,
  });
}

export type RelevancyView = ReturnType<typeof createRelevancyView>;
