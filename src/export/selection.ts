/** @file What is exported of a run: which answer tokens, by which method, of which layer and head or which of its maps. */
import { recordedLayers } from "../run/attention-rows.ts";
import { explainedBy } from "../run/explained.ts";
import { answerLength } from "../run/positions.ts";
import type { Run, RunDescription } from "../run/types.ts";
import { quote } from "../json/quote.ts";
import { findTokens, singleToken } from "../findings/answer-words.ts";
import type { TokenGroup } from "../findings/answer-words.ts";
import { mapParts } from "../run/map-catalogue.ts";
import type { MapPart, Method, Variant } from "../run/map-catalogue.ts";
import { methods } from "../run/maps.ts";
import { mostAttentivePlace, mostAttentiveToken, wordTokens } from "../findings/attentive.ts";
import type { Head } from "../findings/attentive.ts";

/** What a user asks for; what is left out is chosen by `chooseSelection`. */
export interface SelectionRequest {
  /** Index of an answer token, or a word of the answer. */
  readonly token?: string;
  readonly method?: Method;
  /** Layer of the language model, from 0. */
  readonly layer?: number;
  readonly head?: Head;
  readonly variant?: Variant;
  readonly map?: MapPart;
  /** Leaves attention sinks out of the maps. */
  readonly hideSinks?: boolean;
}

/** How a method's map is picked out of what it recorded. */
export type MapChoice =
  | { readonly method: "attention"; readonly layer: number; readonly head: Head }
  | { readonly method: "lens" | "grad-cam"; readonly layer: number }
  | { readonly method: "rollout" | "gradient-rollout" }
  | { readonly method: "relevancy"; readonly variant: Variant; readonly map: MapPart }
  | { readonly method: "lrp"; readonly map: "language" | "vision" };

export type Selection = MapChoice & { readonly group: TokenGroup; readonly hideSinks: boolean };

/** What of a request a method has a choice of. */
interface MethodChoices {
  readonly layer: boolean;
  readonly head: boolean;
  readonly variant: boolean;
  readonly maps: readonly MapPart[];
  /** Why it has no other choice. */
  readonly otherwise: string;
}

const none = { layer: false, head: false, variant: false, maps: [] } as const;
const choices: { readonly [M in Method]: MethodChoices } = {
  attention: {
    ...none,
    layer: true,
    head: true,
    otherwise: "Attention has layers and heads, but no variants and one map",
  },
  rollout: { ...none, otherwise: "Rollout goes through all layers and heads" },
  lens: { ...none, layer: true, otherwise: "The lens has no heads" },
  relevancy: { ...none, variant: true, maps: mapParts, otherwise: "Relevancy goes through all layers and heads" },
  "gradient-rollout": { ...none, otherwise: "Gradient rollout goes through all layers and heads" },
  "grad-cam": { ...none, otherwise: "Grad-CAM reads all heads of the last layer" },
  lrp: {
    ...none,
    maps: ["language", "vision"],
    otherwise: "LRP goes through all layers, to the map language or vision",
  },
};

/** Throws an Error if a method has no choice of what is asked. */
export function checkChoices(method: Method, { layer, head, variant, map }: SelectionRequest): void {
  const has = choices[method];
  const wrong = [
    layer !== undefined && !has.layer ? "the layer" : "",
    head !== undefined && !has.head ? "the head" : "",
    variant !== undefined && !has.variant ? "the variant" : "",
    map !== undefined && !has.maps.includes(map) ? `the map ${map}` : "",
  ].filter((choice) => choice !== "");
  if (wrong.length > 0) throw new Error(`${has.otherwise}; leave ${wrong.join(" and ")} out.`);
  if (map === "combined2" && variant !== "reference") {
    throw new Error("The map combined2 belongs to the published tool; choose the reference variant.");
  }
}

/** The tensor of a choice that holds one row per answer token; none for attention and the lens, which hold more. */
export function tensorName(choice: MapChoice): string {
  switch (choice.method) {
    case "relevancy":
      return `relevancy.${choice.variant}.${choice.map}`;
    case "lrp":
      return `lrp.${choice.map}`;
    case "attention":
      return `language.attention.${choice.layer}`;
    case "lens":
      return "lens.answer";
    default:
      return choice.method;
  }
}

const tensorPrefixes: { readonly [M in Method]: string } = {
  attention: "language.attention.",
  rollout: "rollout",
  lens: "lens.answer",
  relevancy: "relevancy.",
  "gradient-rollout": "gradient-rollout",
  "grad-cam": "grad-cam",
  lrp: "lrp.",
};

/** The methods whose results the run holds. */
export function methodsOf(run: Run): Method[] {
  const names = [...run.tensors.keys()];
  return methods.filter((method) =>
    method === "attention"
      ? recordedLayers(run).length > 0
      : names.some((name) => name.startsWith(tensorPrefixes[method])),
  );
}

/** The maps that a run holds of relevancy, with their variants, and of relevance propagation. */
function mapChoicesOf(run: Run, method: "relevancy" | "lrp"): MapChoice[] {
  const found: MapChoice[] =
    method === "lrp"
      ? (["language", "vision"] as const).map((map) => ({ method, map }))
      : (["exact", "reference"] as const).flatMap((variant) => mapParts.map((map) => ({ method, variant, map })));
  return found.filter((choice) => run.tensors.has(tensorName(choice)));
}

function namedList(names: readonly string[]): string {
  return names.join(", ").replace(/, ([^,]*)$/, " and $1");
}

/** Completes the choice of a relevancy or LRP map: the first held one that the request allows. */
function chooseMap(run: Run, method: "relevancy" | "lrp", { variant, map }: SelectionRequest): MapChoice {
  const held = mapChoicesOf(run, method);
  const allowed = held.find(
    (choice) =>
      (variant === undefined || (choice.method === "relevancy" && choice.variant === variant)) &&
      (map === undefined || ("map" in choice && choice.map === map)),
  );
  if (allowed !== undefined) return allowed;
  const asked = [variant, map].filter((part) => part !== undefined).join(" ");
  const names = held.map((choice) => tensorName(choice).split(".").slice(1).join(" "));
  throw new Error(`The run holds no ${asked} map of ${method}, only ${namedList(names)}.`);
}

/** The answer tokens that a method explained. */
export function explainedTokens({ description }: Run, { method }: MapChoice): readonly number[] {
  return explainedBy(description, method).tokens;
}

/** The tokens that a user names: by the published tool's words if its variant is shown, else by ours. */
function namedGroup({ description }: Run, choice: MapChoice, wanted: string): TokenGroup {
  const isReference = choice.method === "relevancy" && choice.variant === "reference";
  const shown = (text: string) => text.replaceAll("\u2581", " ").trim();
  const words = isReference ? explainedBy(description, "relevancy").referenceWords : [];
  const word = words.find(({ text }) => shown(text) === wanted.trim());
  return word === undefined ? findTokens(description, wanted) : { tokens: word.tokens, text: shown(word.text) };
}

async function groupOf(run: Run, choice: MapChoice, { token }: SelectionRequest): Promise<TokenGroup> {
  const { description } = run;
  const explained = explainedTokens(run, choice);
  if (token !== undefined) {
    const group = namedGroup(run, choice, token);
    const missing = group.tokens.filter((index) => !explained.includes(index));
    if (missing.length > 0) {
      throw new Error(
        `${quote(group.text)} (answer token ${missing.join(", ")}) was not explained by ${choice.method}, only ${namedList(explained.map(String)) || "none"}; add it to the tokens that are explained.`,
      );
    }
    return group;
  }
  const [first] = wordTokens(description, explained);
  if (first === undefined) throw new Error(`The run explains no answer token by ${choice.method}.`);
  const looks = recordedLayers(run).length > 0 && description.images.length > 0;
  return looks ? mostAttentiveToken(run, explained) : singleToken(description, first);
}

/**
 * Completes a selection: the first recorded method; the answer token that looks most at the pictures; of the layers and heads that
 * are left open the most attentive one, layers from the last third; of maps the first held one. Throws an Error if the run does
 * not hold what is asked.
 */
export async function chooseSelection(run: Run, request: SelectionRequest): Promise<Selection> {
  const { description } = run;
  const held = methodsOf(run);
  const method = request.method ?? held[0];
  if (method === undefined) {
    throw new Error("The run holds no attention, rollout or lens; record one of these methods.");
  }
  if (!held.includes(method)) {
    throw new Error(
      `The run holds no ${method}, only ${namedList(held) || "the answer"}; record the method ${method}.`,
    );
  }
  if (answerLength(description) === 0) throw new Error("The run has no answer tokens, so nothing can be explained.");
  checkChoices(method, request);
  checkPlace(description, request);
  const { hideSinks = false } = request;
  switch (method) {
    case "attention": {
      const group = await groupOf(run, { method, layer: 0, head: 0 }, request);
      const { layer, head } = await mostAttentivePlace(run, group, request);
      return { method, group, layer, head, hideSinks };
    }
    case "lens":
    case "grad-cam": {
      const last = description.model.languageLayers - 1;
      const layer = method === "lens" ? (request.layer ?? last) : (explainedBy(description, method).layer ?? last);
      const choice: MapChoice = { method, layer };
      return { ...choice, group: await groupOf(run, choice, request), hideSinks };
    }
    case "relevancy":
    case "lrp": {
      const choice = chooseMap(run, method, request);
      return { ...choice, group: await groupOf(run, choice, request), hideSinks };
    }
    case "rollout":
    case "gradient-rollout":
      return { method, group: await groupOf(run, { method }, request), hideSinks };
  }
}

function checkPlace({ model }: RunDescription, { layer, head }: SelectionRequest): void {
  if (layer !== undefined && layer >= model.languageLayers) {
    throw new Error(`The model has layers 0 to ${model.languageLayers - 1}, got layer ${layer}.`);
  }
  if (typeof head === "number" && head >= model.languageHeads) {
    throw new Error(`The model has heads 0 to ${model.languageHeads - 1}, got head ${head}.`);
  }
}
