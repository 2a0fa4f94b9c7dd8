/** @file What the verified causes of the open run are, as they follow from the selection and arrive. */
import { live } from "../../data/live.ts";
import { createKept } from "../../data/kept.ts";
import { flowRequestOf, minimalRequestOf } from "../../../src/run/cause-requests.ts";
import { namedGroups } from "../../../src/figure/flow-layout.ts";
import { quoted, shownText } from "../../../src/figure/token-names.ts";
import { chosenTokens } from "../../run/chosen-tokens.ts";
import type { OpenRun } from "../../run/open-run.svelte.ts";
import type { Page } from "../../state/page.svelte.ts";
import { geometriesOf, pieceAround, pieceOfPatch } from "../../map/patch-pieces.ts";
import { flowOf, listedCauses, minimalOf, sentencesOf } from "../../../src/figure/found-causes.ts";

export function createVerifiedView(page: Page, openRun: () => OpenRun) {
  const keepToken = createKept<number>();
  const run = $derived(openRun());
  const chosen = $derived(chosenTokens(run, page.selection));
  const token = $derived(keepToken(run.id, chosen[0]));
  const description = $derived(run.document.description);
  const text = $derived(
    token === undefined ? "" : shownText(description.tokens[description.answer.start + token]!.text),
  );
  const minimal = $derived(token === undefined ? undefined : minimalOf(description.measures, token));
  const flow = $derived.by(() => {
    const found = token === undefined ? undefined : flowOf(description.measures, token);
    return found && namedGroups(found, quoted(text));
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
      minimalRequest: () => (token === undefined ? undefined : minimalRequestOf(description, token)),
      flowRequest: () => (token === undefined ? undefined : flowRequestOf(description, token)),
      minimal: () => minimal,
      flow: () => flow,
      /** Sets of both kinds. */
      sets: () => sets,
      /** A sentence about each kind. */
      sentences: () => sentences,
    },
    {
      pieceOf: (patch: number) => pieceOfPatch(run, geometries, patch),
      /** A small picture of a region. */
      pieceAround: (patches: readonly number[]) => pieceAround(run, geometries, patches),
    },
  );
}

export type VerifiedView = ReturnType<typeof createVerifiedView>;
