/** @file What the view of methods shows of the open run, as it follows from the selection and arrives. */
import { live } from "../../data/live.ts";
import type { CausalSettings } from "../../../src/run/causes.ts";
import { explainedBy } from "../../../src/run/explained.ts";
import { mapRow } from "../../../src/run/maps.ts";
import { nameOfAnswerToken } from "../../../src/figure/token-names.ts";
import { createKept } from "../../data/kept.ts";
import { causalSettings } from "../../run/chosen-graph.ts";
import { chosenTokens } from "../../run/chosen-tokens.ts";
import type { OpenRun } from "../../run/open-run.svelte.ts";
import { defaultSelection } from "../../selection/selection.ts";
import type { Page } from "../../state/page.svelte.ts";
import type { MapMethod } from "../../../src/run/map-catalogue.ts";
import { agreementOf } from "./agreement-matrix.ts";
import { faithfulnessOf, missingFaithfulness } from "./faithfulness.ts";
import { mapsOfMethods, mapsThatAreThere, missingMaps, patchesOfPictures, type MethodEntry } from "./method-maps.ts";

/** Maps of a token, with the token that they are of. */
interface ShownMaps {
  readonly token: number;
  readonly entries: readonly MethodEntry[];
}

const noEntries: readonly MethodEntry[] = [];

export function createMethodsView(page: Page, openRun: () => OpenRun) {
  const run = $derived(openRun());
  // Read one by one, so that what does not depend on a changed field is not computed again.
  const selected = $derived(page.selection.tokens);
  const fill = $derived(page.selection.fill);
  const settings = $derived(JSON.stringify(causalSettings(page.selection)));
  const tokens = $derived(chosenTokens(run, { tokens: selected }));
  const asked = $derived.by<ShownMaps | undefined>(() => {
    const token = tokens[0];
    if (token === undefined) return undefined;
    const causes = JSON.parse(settings) as CausalSettings;
    return { token, entries: mapsOfMethods(run, { token, causes, fill }) };
  });
  // The maps of one token are compared with each other, so that they are exchanged together, once all have arrived.
  const keep = createKept<ShownMaps>();
  const shown = $derived.by(() => {
    const isWhole = asked?.entries.every(({ state }) => state !== undefined) ?? false;
    return keep(run.id, isWhole ? asked : undefined) ?? asked;
  });
  const entries = $derived(shown?.entries ?? noEntries);
  const token = $derived(shown?.token);
  const maps = $derived(mapsThatAreThere(entries));
  const patches = $derived(patchesOfPictures(run));
  const agreement = $derived(agreementOf(maps, patches));
  const faithfulness = $derived.by(() => {
    if (token === undefined) return undefined;
    const { description } = run.document;
    const targetOf = (method: MapMethod) => explainedBy(description, mapRow(method).method).target;
    const found = faithfulnessOf(description.measures, { token, fill, targetOf });
    const isThere = (method: MapMethod) => maps.some((map) => map.method === method);
    return {
      ...found,
      rows: found.rows.filter(({ method, areas, likeness }) => areas || likeness !== undefined || isThere(method)),
    };
  });
  const offers = $derived(
    faithfulness && token !== undefined
      ? missingFaithfulness(faithfulness, { token, fill, available: maps.map(({ method }) => method) })
      : undefined,
  );
  const name = $derived(token === undefined ? "the token" : nameOfAnswerToken(run.document.description, token));

  return live({
    run: () => run,
    /** The token that is explained, by its index in the answer, and what it is called. */
    token: () => token,
    name: () => name,
    /** Whether it is the first of several that are selected. */
    isFirstOfSeveral: () => tokens.length > 1,
    fill: () => fill,
    /** Whether the map of causes is of other settings than its measurements, which keep to the defaults. */
    hasOtherCauses: () => settings !== JSON.stringify(causalSettings(defaultSelection)),
    entries: () => entries,
    maps: () => maps,
    missing: () => missingMaps(entries),
    agreement: () => agreement,
    faithfulness: () => faithfulness,
    offers: () => offers,
  });
}

export type MethodsView = ReturnType<typeof createMethodsView>;
