/** @file Which causes of a run are exported: those that `causes` or the page kept in it, of one answer token. */
import { singleToken, findTokens, type TokenGroup } from "../../findings/answer-words.ts";
import { defaultToken } from "../../findings/decisive-word.ts";
import { quote } from "../../json/quote.ts";
import type { GridChoice } from "../../run/grids.ts";
import { causeMethods, flowChoices, type CauseMethod, type FlowChoice } from "../../run/measure-choices.ts";
import { resultsOf, type CleannResult, type FlowResult, type MinimalResult } from "../../run/measures.ts";
import type { Run } from "../../run/types.ts";
import type { SelectionRequest } from "../selection.ts";

/** What a user asks for; what is left out is chosen by `chooseCauses`. */
export interface CauseSelectionRequest {
  readonly method: CauseMethod;
  /** Index of an answer token, or a word of the answer. */
  readonly token?: string;
  /** Of `cleann`: the layer of the heads, and the head whose tree is drawn. */
  readonly layer?: number;
  readonly head?: number | "mean";
  /** Of `flow`: which edges are drawn. */
  readonly edges?: FlowChoice;
  /** Of `minimal`: which patches are framed if several grids see one place of a picture. */
  readonly grids?: GridChoice;
}

/** The causes that are exported. */
export type CauseSelection = { readonly group: TokenGroup } & (
  | { readonly method: "minimal"; readonly result: MinimalResult; readonly grids?: GridChoice }
  | { readonly method: "flow"; readonly result: FlowResult; readonly edges: FlowChoice }
  | { readonly method: "cleann"; readonly result: CleannResult; readonly layer: number; readonly head: number }
);

/** What each method takes beside the token, by the names of the options. */
const ownChoices: Readonly<Record<CauseMethod, readonly string[]>> = {
  minimal: ["grids"],
  flow: ["edges"],
  cleann: ["layer", "head"],
};

const choiceNames = ["layer", "head", "edges", "grids", "variant", "map", "hideSinks"] as const;

/** Whether a method finds causes, and has no map. */
export function isCauseMethod(method: string | undefined): method is CauseMethod {
  return causeMethods.some((each) => each === method);
}

/** Whether causes are asked for, not a map. */
export function isCauseRequest(request: SelectionRequest | CauseSelectionRequest): request is CauseSelectionRequest {
  return isCauseMethod(request.method);
}

/** Throws an Error if a method has no choice of what is asked. */
export function checkCauseChoices(request: CauseSelectionRequest): void {
  const { method } = request;
  const given = request as Readonly<Partial<Record<(typeof choiceNames)[number], unknown>>>;
  const wrong = choiceNames.filter(
    (name) => given[name] !== undefined && given[name] !== false && !ownChoices[method].includes(name),
  );
  if (wrong.length > 0) {
    const names = wrong.map((name) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`));
    throw new Error(`The causes of ${method} have no choice of ${names.join(" and ")}; leave it out.`);
  }
  if (request.head === "mean") throw new Error("The causes of cleann are of one head, got the mean; name a head.");
}

/** The newest result of the token that is asked for, else of the decisive word, else of any token. */
function resultOf(run: Run, { method, token, layer }: CauseSelectionRequest) {
  const { description } = run;
  const all: readonly (MinimalResult | FlowResult | CleannResult)[] = resultsOf(description.measures, method);
  const held = all.filter(({ request }) => layer === undefined || !("layer" in request) || request.layer === layer);
  const ofTokens = (tokens: readonly number[]) => held.findLast(({ request }) => tokens.includes(request.token));
  const group = token === undefined ? undefined : findTokens(description, token);
  const found = group === undefined ? (ofTokens(defaultToken(run).tokens) ?? held.at(-1)) : ofTokens(group.tokens);
  if (found !== undefined) return found;
  const whose = group === undefined ? "" : ` of ${quote(group.text.trim())}`;
  const where = layer === undefined ? "" : ` in layer ${layer}`;
  throw new Error(
    `The run holds no causes by ${method}${whose}${where}; find them with: causes RUN --method ${method}${token === undefined ? "" : ` --token ${token}`}.`,
  );
}

/** The head with the fewest calls to a set; if none has one, the one whose tree has most tokens. */
function bestHead({ heads }: CleannResult): number {
  const best = (rank: (head: CleannResult["heads"][number]) => number): number => {
    const ranks = heads.map(rank);
    return ranks.indexOf(Math.min(...ranks));
  };
  return heads.some(({ first }) => first !== null)
    ? best(({ first }) => first ?? Infinity)
    : best(({ members }) => -members);
}

/** Completes a selection. Throws an Error if the run does not hold the causes that are asked for. */
export function chooseCauses(run: Run, request: CauseSelectionRequest): CauseSelection {
  checkCauseChoices(request);
  const { description } = run;
  const { method, edges, grids, head } = request;
  const found = resultOf(run, request);
  const group = singleToken(description, found.request.token);
  switch (method) {
    case "minimal":
      return { method, group, result: found as MinimalResult, ...(grids === undefined ? {} : { grids }) };
    case "flow": {
      const result = found as FlowResult;
      const hasGraph = result.edges.some(({ kept }) => kept);
      return { method, group, result, edges: edges ?? (hasGraph ? flowChoices[0] : "measured") };
    }
    case "cleann": {
      const result = found as CleannResult;
      if (typeof head === "number" && head >= result.heads.length) {
        throw new Error(`The layer has heads 0 to ${result.heads.length - 1}, got head ${head}.`);
      }
      const { layer } = result.request;
      return { method, group, result, layer, head: typeof head === "number" ? head : bestHead(result) };
    }
  }
}
