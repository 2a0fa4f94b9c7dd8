/** @file Which test of a run is shown: the newest that fits what is chosen, and what to choose for an earlier one. */
import { alphas, sampleCounts } from "../../src/run/causes.ts";
import {
  earlierTests,
  resultsOf,
  sameRequest,
  type CurvesRequest,
  type CurvesResult,
  type EarlierVerifyResult,
  type MeasureResult,
  type PlaceRequest,
  type PlaceResult,
  type VerifyRequest,
  type VerifyResult,
} from "../../src/run/measures.ts";
import type { MapMethod } from "../../src/run/map-catalogue.ts";
import { tokenClasses } from "../../src/run/token-classes.ts";
import type { OpenRun } from "../run/open-run.svelte.ts";
import type { Selection } from "../selection/selection.ts";
import { choiceOfEdge } from "./evidence/edge-evidence.ts";
import { importantHeads } from "./evidence/head-evidence.ts";
import { membersOf, sameEvidence, type EvidenceRun } from "./evidence/masked-evidence.ts";

type Measures = readonly MeasureResult[] | undefined;

/** The newest test of this evidence for this token by this fill; one of the same score with as many null sets before others. */
export function fittingTest(measures: Measures, wanted: VerifyRequest): VerifyResult | undefined {
  const fitting = resultsOf(measures, "verify").filter(
    ({ request }) =>
      request.token === wanted.token &&
      sameEvidence(request.evidence, wanted.evidence) &&
      (request.evidence.kind !== "tokens" || request.fill === wanted.fill),
  );
  const isAlike = ({ request }: VerifyResult): boolean =>
    request.sets === wanted.sets && JSON.stringify(request.score) === JSON.stringify(wanted.score);
  return fitting.findLast(isAlike) ?? fitting.at(-1);
}

export function fittingPlace(measures: Measures, wanted: PlaceRequest | undefined): PlaceResult | undefined {
  return wanted && resultsOf(measures, "place").findLast(({ request }) => sameRequest(request, wanted));
}

/** The newest curves of a method for a token, over these members and by this fill. */
export function fittingCurves(
  measures: Measures,
  { token, over, fill }: Pick<CurvesRequest, "token" | "over" | "fill">,
  method: MapMethod,
): CurvesResult | undefined {
  return resultsOf(measures, "curves").findLast(
    ({ request, methods }) =>
      request.token === token &&
      request.over === over &&
      request.fill === fill &&
      methods.some((each) => each.method === method),
  );
}

/** Tests of a token, the newest first. */
export function testsOf(measures: Measures, token: number): VerifyResult[] {
  return resultsOf(measures, "verify")
    .filter(({ request }) => request.token === token)
    .reverse();
}

/** The same of an earlier version of the program. */
export function earlierTestsOf(measures: Measures, token: number): EarlierVerifyResult[] {
  return earlierTests(measures)
    .filter(({ request }) => request.token === token)
    .reverse();
}

/** Whether the evidence is every patch that can be taken away. */
export function isWholePicture(
  { document, layout }: EvidenceRun,
  { token, evidence }: Pick<VerifyRequest, "token" | "evidence">,
): boolean {
  const { image } = tokenClasses(document.description, layout.predicting[token]!);
  return image.length > 0 && sameEvidence(evidence, { kind: "tokens", positions: image });
}

/** A single head, or the most important ones of a layer; the fill stays, as heads have none. */
function choiceOfHeads(
  { findings }: Pick<OpenRun, "findings">,
  { token, evidence, sets }: Pick<VerifyRequest, "token" | "evidence" | "sets">,
): Partial<Selection> | undefined {
  const [first, ...others] = evidence.kind === "heads" ? evidence.heads : [];
  if (first === undefined) return undefined;
  const { layer, head } = first;
  if (others.length === 0) return { mask: "heads", layer, head, sets };
  if (others.some((each) => each.layer !== layer)) return undefined;
  const importance = findings.headImportance({ token, layer });
  const maskCount = others.length + 1;
  if (importance === undefined) return undefined;
  const heads = importantHeads(importance, maskCount);
  return sameEvidence({ kind: "heads", heads }, evidence)
    ? { mask: "heads", layer, head: null, maskCount, sets }
    : undefined;
}

/** What to select for a test to be shown again; undefined where the page has no choice for its evidence. */
export function choiceOf(
  run: EvidenceRun & Pick<OpenRun, "findings">,
  request: Pick<VerifyRequest, "token" | "evidence" | "source" | "fill" | "sets">,
): Partial<Selection> | undefined {
  const { evidence, source, fill, sets } = request;
  if (evidence.kind === "heads") return choiceOfHeads(run, request);
  if (evidence.kind === "edges") {
    const choice = choiceOfEdge(run, request.token, evidence.edges);
    return choice && { ...choice, sets };
  }
  if (fill === "mean" && isWholePicture(run, request)) return { mask: "picture" };
  if (source.kind === "causes" && alphas.includes(source.alpha) && sampleCounts.includes(source.samples)) {
    const { layer, head, radius, variant, alpha, samples, signRule, threshold } = source;
    const graph = { causesLayer: layer, causesHead: head, causesVariant: variant, alpha, samples, signRule, threshold };
    return { mask: "causes", ...graph, radius, fill, sets };
  }
  const { patches, words } = membersOf(run, evidence);
  if (words.some(({ from }) => from !== "question")) return undefined;
  return { mask: "selection", patches, words: words.flatMap(({ positions }) => positions), fill, sets };
}
