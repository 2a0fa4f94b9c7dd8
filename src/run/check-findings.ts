/** @file Checks that causal graphs and measurements of a run name tokens, layers and heads that the run has. */
import { keyCount } from "./positions.ts";
import type { CausalGraphFinding, CauseTree } from "./causes.ts";
import type {
  CleannResult,
  EarlierVerifyResult,
  Evidence,
  FlowResult,
  MeasureResult,
  MinimalResult,
  PatchingResult,
  VerifyResult,
} from "./measures.ts";
import type { RunDescription } from "./types.ts";

/** What a graph or a measurement names. */
interface Named {
  readonly tokens: readonly number[];
  readonly layers: readonly number[];
  readonly heads: readonly number[];
  readonly positions: readonly number[];
}

function positionsOf({ position, children }: CauseTree): number[] {
  return [position, ...children.flatMap(positionsOf)];
}

function namedByGraph(graph: Omit<CausalGraphFinding, "marks">): Named {
  const { token, layer, head, target, nodes, tree, radiusSets, explanation } = graph;
  const positions = [target, ...nodes, ...positionsOf(tree), ...radiusSets.flat(), ...explanation];
  return { tokens: [token], layers: [layer], heads: [head], positions };
}

type Measured = MeasureResult["request"];

function namedByRequest(request: Measured): Named {
  const token = "token" in request ? [request.token] : [];
  const none = { tokens: token, layers: [], heads: [], positions: [] };
  switch (request.kind) {
    case "verify":
    case "verify-by-fall": {
      const { evidence, source } = request;
      const heads = evidence.kind === "heads" ? evidence.heads : [];
      const edges = evidence.kind === "edges" ? evidence.edges : [];
      const graph = source.kind === "causes" ? [source] : [];
      return {
        tokens: token,
        layers: [...[...heads, ...graph].map(({ layer }) => layer), ...edges.flatMap(({ layers = [] }) => layers)],
        heads: [...[...heads, ...graph].map(({ head }) => head), ...edges.flatMap((edge) => edge.heads ?? [])],
        positions: positionsOfEvidence(evidence),
      };
    }
    case "place":
      return { ...none, positions: request.positions };
    case "patching":
      return { ...none, positions: request.region };
    case "picture-noise":
      return { ...none, layers: [request.layer], heads: [request.head] };
    case "cleann":
      return { ...none, layers: [request.layer] };
    default:
      return none;
  }
}

/** What a result names beside its request. */
function namedByResult(result: MeasureResult): Pick<Named, "positions" | "layers"> {
  return {
    positions: positionsOfResult(result),
    layers: layersOfResult(result),
  };
}

function layersOfResult(result: MeasureResult): readonly number[] {
  if (result.request.kind === "flow") return (result as FlowResult).edges.flatMap(({ layers }) => layers);
  if (result.request.kind !== "patching") return [];
  const { bands, prior } = result as PatchingResult;
  return [...bands.flat(), ...prior.map(({ layer }) => layer)];
}

function positionsOfEvidence(evidence: Evidence): readonly number[] {
  if (evidence.kind === "edges") return evidence.edges.flatMap(({ from, to }) => [...from, ...to]);
  return evidence.kind === "tokens" ? evidence.positions : [];
}

function positionsOfResult(result: MeasureResult): readonly number[] {
  switch (result.request.kind) {
    case "verify": {
      const { parts, leftOut, topAttention, minimal } = result as VerifyResult;
      const named = [...parts.map(({ evidence }) => evidence), ...(minimal === undefined ? [] : [minimal.evidence])];
      return [...named.flatMap(positionsOfEvidence), ...leftOut, ...(topAttention?.positions ?? [])];
    }
    case "verify-by-fall": {
      const { topAttention, minimal } = result as EarlierVerifyResult;
      return [...(topAttention?.positions ?? []), ...(minimal ? positionsOfEvidence(minimal.evidence) : [])];
    }
    case "regions":
      return (result as Extract<MeasureResult, { order: unknown }>).order.flatMap(({ positions }) => positions);
    case "picture-noise": {
      const { edges, explaining } = result as Extract<MeasureResult, { explaining: unknown }>;
      return [...edges.flatMap(({ a, b }) => [a, b]), ...explaining.map(({ position }) => position)];
    }
    case "patching":
      return (result as PatchingResult).groups.flatMap((group) => group.positions);
    case "flow": {
      const { groups, edges } = result as FlowResult;
      return [...groups.flatMap((group) => group.positions), ...edges.flatMap(({ from, to }) => [...from, ...to])];
    }
    case "cleann": {
      const { heads } = result as CleannResult;
      return heads.flatMap(({ sets, attention }) => [...sets.flat(), ...(attention.positions ?? [])]);
    }
    case "minimal": {
      const { image, text } = result as MinimalResult;
      return [image, text].flatMap((causes) => causes?.sets.flatMap(({ positions }) => positions) ?? []);
    }
    default:
      return [];
  }
}

/** Throws an Error that names the file and the field if a graph or a measurement names what the run does not have. */
export function checkFindings({ causes = [], measures = [], ...run }: RunDescription, file: string): void {
  const { answer, model } = run;
  const limits: Readonly<Record<keyof Named, number>> = {
    tokens: answer.end - answer.start,
    layers: model.languageLayers,
    heads: model.languageHeads,
    positions: keyCount(run),
  };
  function check(named: Named, where: string): void {
    for (const [kind, limit] of Object.entries(limits) as [keyof Named, number][]) {
      const wrong = named[kind].find((index) => index >= limit);
      if (wrong === undefined) continue;
      const what = kind === "tokens" ? "answer tokens" : kind;
      throw new Error(`${file}: the run's ${where} names ${wrong}, but the run has ${limit} ${what}.`);
    }
  }
  for (const [i, graph] of causes.entries()) check(namedByGraph(graph), `causes[${i}]`);
  for (const [i, result] of measures.entries()) {
    check(namedByRequest(result.request), `measures[${i}]`);
    check({ tokens: [], heads: [], ...namedByResult(result) }, `measures[${i}]`);
    checkLength(result, { where: `${file}: the run's measures[${i}]`, answerTokens: limits.tokens });
  }
}

/** A grounding score stands for every answer token. */
function checkLength(
  result: MeasureResult,
  { where, answerTokens }: { readonly where: string; readonly answerTokens: number },
): void {
  if (result.request.kind !== "grounding") return;
  const { length } = (result as Extract<MeasureResult, { otherPictures: number }>).tokens;
  if (length === answerTokens) return;
  throw new Error(`${where} has ${length} scores for an answer of ${answerTokens} tokens.`);
}
