/** @file Maps and heads of the open run against the marked object, as both arrive. */
import { live } from "../../data/live.ts";
import { referenceScores, sortedByScore } from "../../../src/findings/ground-truth.ts";
import { scoresWithOverlap } from "../../../src/methods/map-scores.ts";
import { nameOfAnswerToken } from "../../../src/figure/token-names.ts";
import { causalSettings } from "../../run/chosen-graph.ts";
import { chosenTokens } from "../../run/chosen-tokens.ts";
import { coveredByMarks, headScores, isMarked } from "../../run/marked-object.ts";
import type { OpenRun } from "../../run/open-run.svelte.ts";
import type { Page } from "../../state/page.svelte.ts";
import { mapsOfMethods, mapsThatAreThere, missingMaps } from "../methods/method-maps.ts";

export function createTruthView(page: Page, openRun: () => OpenRun) {
  const run = $derived(openRun());
  const boxes = $derived(page.selection.boxes);
  const painted = $derived(page.painted.get(run.id));
  const marks = $derived({ boxes, painted });
  const by = $derived(page.selection.scoreBy);
  const fill = $derived(page.selection.fill);
  const selected = $derived(page.selection.tokens);
  const token = $derived(chosenTokens(run, { tokens: selected })[0]);
  const settings = $derived(JSON.stringify(causalSettings(page.selection)));
  const covered = $derived(coveredByMarks(run, marks));
  const entries = $derived(
    token === undefined
      ? []
      : mapsOfMethods(run, { token, causes: JSON.parse(settings) as ReturnType<typeof causalSettings>, fill }),
  );
  const methods = $derived(
    covered &&
      sortedByScore(
        mapsThatAreThere(entries).map(({ method, values }) => ({
          method,
          values,
          scores: scoresWithOverlap(values, covered),
        })),
        by,
      ),
  );
  const references = $derived(covered && referenceScores(run.document.description, covered));
  const attention = $derived(token === undefined ? undefined : run.meanAttention([run.layout.predicting[token]!]));
  const positions = $derived(run.layout.imagePositions);
  const heads = $derived(attention && covered && headScores(attention, { positions, covered, by }));
  const name = $derived(token === undefined ? "the token" : nameOfAnswerToken(run.document.description, token));

  return live({
    run: () => run,
    token: () => token,
    name: () => name,
    by: () => by,
    marks: () => marks,
    /** Whether something is marked, though the model may see nothing of it. */
    isMarked: () => isMarked(marks),
    covered: () => covered,
    methods: () => methods,
    references: () => references,
    missing: () => missingMaps(entries),
    attention: () => attention,
    /** The score of each recorded head, [recorded layers, heads]. */
    heads: () => heads,
  });
}

export type TruthView = ReturnType<typeof createTruthView>;
