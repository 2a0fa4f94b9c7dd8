/** @file What the Causes tab shows of the open run, as it follows from the selection and arrives. */
import { live } from "../data/live.ts";
import type { CausalGraphFinding, HeadImportance } from "../../src/run/causes.ts";
import { resultsOf, sameRequest, type PictureNoiseRequest } from "../../src/run/measures.ts";
import { createKept } from "../data/kept.ts";
import { quoted, shownText } from "../../src/figure/token-names.ts";
import { chosenTokens } from "../run/chosen-tokens.ts";
import type { OpenRun } from "../run/open-run.svelte.ts";
import type { Page } from "../state/page.svelte.ts";
import { missingCauses } from "../map/missing-causes.ts";
import { causesLayer, chosenGraph } from "../run/chosen-graph.ts";
import { explanationSets } from "./explanation-sets.ts";
import { graphEdges, type GraphEdge } from "../../src/cause-figure/causal-graph/graph-edges.ts";
import { graphTokens } from "../../src/cause-figure/causal-graph/graph-tokens.ts";
import { geometriesOf, pieceOfPatch } from "../map/patch-pieces.ts";
import { noiseRequest } from "./picture-noise.ts";
import { settingsOf } from "./settings-text.ts";
import { stabilityFacts, type StabilityFacts, type StabilityKind } from "./stability-facts.ts";

/** How often a graph came back, with the graph. */
export interface ListedStability {
  readonly facts: StabilityFacts;
  readonly finding: CausalGraphFinding;
  readonly edges: readonly GraphEdge[];
}

export function createCausesView(page: Page, openRun: () => OpenRun) {
  const keepGraph = createKept<CausalGraphFinding>();
  const keepHeads = createKept<HeadImportance>();
  const keepToken = createKept<number>();
  const keepStability = createKept<ListedStability>();
  let kind = $state.raw<StabilityKind>("settings");
  /** Whether the stability is computed along: once it was asked for, it follows the settings. */
  let isWanted = $state(false);

  const run = $derived(openRun());
  const { selection } = page;
  const chosen = $derived(chosenTokens(run, selection));
  const token = $derived(keepToken(run.id, chosen[0]));
  const layer = $derived(causesLayer(run, selection));
  const query = $derived(token === undefined ? undefined : chosenGraph(run, selection, token));
  const missing = $derived(token === undefined ? undefined : missingCauses(run, selection, token));
  const finding = $derived.by(() => {
    const found = query && run.findings.causes(query);
    return missing ? undefined : keepGraph(run.id, found);
  });
  const heads = $derived.by(() => {
    const found = token === undefined ? undefined : run.findings.headImportance({ token, layer });
    return missing?.request ? undefined : keepHeads(run.id, found);
  });
  const tokens = $derived(finding ? graphTokens(run, finding) : []);
  const edges = $derived(finding ? graphEdges(finding) : []);
  const sets = $derived(finding ? explanationSets(run, finding, run.document.description.measures) : []);
  const geometries = $derived(geometriesOf(run));
  const explained = $derived.by(() => {
    if (!finding) return "";
    return quoted(shownText(run.document.description.tokens[finding.target + 1]?.text ?? ""));
  });

  // Of the graph that is drawn: while the next one is on its way, so is its stability.
  const ofDrawn = $derived(finding && { token: finding.token, ...settingsOf(finding) });
  const noise = $derived<PictureNoiseRequest | undefined>(ofDrawn && noiseRequest(ofDrawn));
  const stability = $derived.by<StabilityFacts | undefined>(() => {
    if (!ofDrawn || !noise) return undefined;
    if (kind === "picture-noise") {
      const { measures } = run.document.description;
      const found = resultsOf(measures, kind).findLast(({ request }) => sameRequest(request, noise));
      return found && stabilityFacts(kind, found);
    }
    const found = isWanted ? run.findings.stability({ ...ofDrawn, over: kind }) : undefined;
    return found && stabilityFacts(kind, found);
  });
  const stabilityFailure = $derived(
    ofDrawn && isWanted && kind !== "picture-noise"
      ? run.findings.failureOfStability({ ...ofDrawn, over: kind })
      : undefined,
  );
  const listedStability = $derived(
    keepStability(`${run.id}.${kind}`, finding && stability && { facts: stability, finding, edges }),
  );

  return live(
    {
      run: () => run,
      /** The explained token; of several selected ones the first. */
      token: () => token,
      selectedTokens: () => chosen.length,
      layer: () => layer,
      query: () => query,
      missing: () => missing,
      /** The graph, the old one while the next is on its way. */
      finding: () => finding,
      heads: () => heads,
      tokens: () => tokens,
      edges: () => edges,
      sets: () => sets,
      /** The explained token in quotation marks. */
      explained: () => explained,
      /** "layer 5, head 2, exact". */
      place: () => (finding ? `layer ${finding.layer}, head ${finding.head}, ${finding.variant}` : ""),
      /** The settings of the graph that is shown, for exports. */
      settings: () => (finding ? settingsOf(finding) : {}),
      kind: () => kind,
      isWanted: () => isWanted,
      /** The measurement that counts over noise on the picture. */
      noise: () => noise,
      stability: () => stability,
      /** The last stability with the graph that it is of, for lists that stay until the next one has arrived. */
      listedStability: () => listedStability,
      stabilityFailure: () => stabilityFailure,
    },
    {
      pieceOf: (patch: number) => pieceOfPatch(run, geometries, patch),
      chooseKind(next: StabilityKind) {
        kind = next;
      },
      computeStability() {
        isWanted = true;
      },
    },
  );
}

export type CausesView = ReturnType<typeof createCausesView>;
