/** @file What the verified causes of the open run are, as they follow from the selection and arrive. */
import { live } from "../../data/live.ts";
import { createKept } from "../../data/kept.ts";
import { defaultCauseOrder, flowDefaults, flowRequestOf, minimalRequestOf } from "../../../src/run/cause-requests.ts";
import { nullSetLimits, type CauseOrder } from "../../../src/run/measure-choices.ts";
import { namedGroups } from "../../../src/cause-figure/flow-layout.ts";
import { quoted, shownToken } from "../../../src/figure/token-names.ts";
import { chosenTokens } from "../../run/chosen-tokens.ts";
import type { OpenRun } from "../../run/open-run.svelte.ts";
import type { Page } from "../../state/page.svelte.ts";
import { geometriesOf, pieceAround, pieceOfPatch } from "../../map/patch-pieces.ts";
import { flowOf, listedCauses, minimalOf, sentencesOf } from "../../../src/cause-figure/found-causes.ts";

const minimalFields = ["order", "nullSets"] as const;
const flowFields = ["edges", "randomGraphs"] as const;

/** Whether two requests differ in a setting that the page offers. */
function isOther<T extends object>(shown: T, chosen: T | undefined, fields: readonly (keyof T)[]): boolean {
  return chosen !== undefined && fields.some((field) => shown[field] !== chosen[field]);
}

/** How minimal causes are searched, and what a flow graph measures; no address holds it. */
export interface CauseChoices {
  readonly order: CauseOrder;
  readonly nullSets: number;
  readonly edges: number;
  readonly randomGraphs: number;
}

export function createVerifiedView(page: Page, openRun: () => OpenRun) {
  let choices = $state.raw<CauseChoices>({
    order: defaultCauseOrder,
    nullSets: nullSetLimits.default,
    edges: flowDefaults.edges,
    randomGraphs: flowDefaults.randomGraphs,
  });
  let hasChosen = $state(false);
  const keepToken = createKept<number>();
  const run = $derived(openRun());
  const chosen = $derived(chosenTokens(run, page.selection));
  const token = $derived(keepToken(run.id, chosen[0]));
  const description = $derived(run.document.description);
  const text = $derived(token === undefined ? "" : shownToken(description, description.answer.start + token));
  const minimal = $derived(token === undefined ? undefined : minimalOf(description.measures, token));
  const flow = $derived.by(() => {
    const found = token === undefined ? undefined : flowOf(description.measures, token);
    return found && namedGroups(found, quoted(text));
  });
  const minimalRequest = $derived.by(() => {
    if (token === undefined) return undefined;
    const { order, nullSets } = choices;
    return { ...minimalRequestOf(description, token), order, nullSets };
  });
  const flowRequest = $derived.by(() => {
    if (token === undefined) return undefined;
    const { edges, randomGraphs } = choices;
    return { ...flowRequestOf(description, token), edges, randomGraphs };
  });
  const sets = $derived(minimal ? listedCauses(run, minimal) : []);
  const sentences = $derived(minimal ? sentencesOf(run, minimal, text) : []);
  const geometries = $derived(geometriesOf(run));

  return live(
    {
      run: () => run,
      /** The explained token; of several selected ones the first. */
      token: () => token,
      selectedTokens: () => chosen.length,
      text: () => text,
      word: () => quoted(text),
      choices: () => choices,
      /** What a search would ask for now. */
      minimalRequest: () => minimalRequest,
      flowRequest: () => flowRequest,
      /** Whether settings were chosen by which what is shown was not asked for. */
      isOtherMinimal: () =>
        hasChosen && minimal !== undefined && isOther(minimal.request, minimalRequest, minimalFields),
      isOtherFlow: () => hasChosen && flow !== undefined && isOther(flow.request, flowRequest, flowFields),
      minimal: () => minimal,
      flow: () => flow,
      /** Sets of both kinds. */
      sets: () => sets,
      /** A sentence about each kind. */
      sentences: () => sentences,
    },
    {
      choose(next: Partial<CauseChoices>) {
        hasChosen = true;
        choices = { ...choices, ...next };
      },
      pieceOf: (patch: number) => pieceOfPatch(run, geometries, patch),
      /** A small picture of a region. */
      pieceAround: (patches: readonly number[]) => pieceAround(run, geometries, patches),
    },
  );
}

export type VerifiedView = ReturnType<typeof createVerifiedView>;
