/** @file What is exported of a run: which answer tokens, by which method, of which layer and head or which of its maps. */
import { recordedLayers } from "../run/attention-rows.ts";
import { explainedBy } from "../run/explained.ts";
import type { GridChoice } from "../run/grids.ts";
import { answerLength } from "../run/positions.ts";
import type { Run, RunDescription } from "../run/types.ts";
import { quote } from "../json/quote.ts";
import { findTokens, type TokenGroup } from "../findings/answer-words.ts";
import {
  mapNames,
  type MapName,
  type MapPart,
  type Method,
  type MethodName,
  type Variant,
} from "../run/map-catalogue.ts";
import { hasTensors, mapOfPart, mapRow, mapsOf, methodRow, methods, type HeldTensors } from "../run/maps.ts";
import { mostAttentivePlace, type Head } from "../findings/attentive.ts";
import { defaultToken } from "../findings/decisive-word.ts";

/** What a user asks for; what is left out is chosen by `chooseSelection`. */
export interface SelectionRequest {
  /** Index of an answer token, or a word of the answer. */
  readonly token?: string;
  readonly method?: MethodName;
  /** Layer of the language model, from 0. */
  readonly layer?: number;
  readonly head?: Head;
  readonly variant?: Variant;
  readonly map?: MapPart;
  /** Leaves attention sinks out of the maps. */
  readonly hideSinks?: boolean;
  /** What is drawn if several grids see one place of a picture; `defaultGridChoice` if it is left out. */
  readonly grids?: GridChoice;
}

/** Which map of a method is meant, and at which layer and head if it has a choice of them. */
export interface MapChoice {
  readonly method: MethodName;
  /** Of methods with several maps. */
  readonly variant?: Variant;
  readonly map?: MapPart;
  readonly layer?: number;
  readonly head?: Head;
}

export interface Selection extends MapChoice {
  readonly group: TokenGroup;
  readonly hideSinks: boolean;
  /** Left out if nothing is asked for. */
  readonly grids?: GridChoice;
}

/** Whether a method has a number for each patch: the lens reads none of a run whose image tokens are behind the sequence. */
export function hasPatchMap({ method }: MapChoice, { memory }: Pick<RunDescription, "memory">): boolean {
  return method !== "lens" || memory.length === 0;
}

/** The catalogue's name of a choice. */
export function mapNameOf({ method, variant, map }: MapChoice): MapName {
  const found = mapOfPart(method, { variant, part: map });
  if (found !== undefined) return found;
  throw new Error(`${methodRow(method).name} has no ${[variant, map].filter(Boolean).join(" ")} map.`);
}

function choiceOf(map: MapName): MapChoice {
  const { method, variant, part } = mapRow(map);
  return { method, ...(variant && { variant }), ...(part && { map: part }) };
}

/** Throws an Error if a method has no choice of what is asked. */
export function checkChoices(method: MethodName, { layer, head, variant, map }: SelectionRequest): void {
  const { choices, otherwise } = methodRow(method);
  const maps = mapsOf(method).map(mapRow);
  const wrong = [
    layer !== undefined && !choices.includes("layer") ? "the layer" : "",
    head !== undefined && !choices.includes("head") ? "the head" : "",
    variant !== undefined && !maps.some((row) => row.variant === variant) ? "the variant" : "",
    map !== undefined && !maps.some(({ part }) => part === map) ? `the map ${map}` : "",
  ].filter((choice) => choice !== "");
  if (wrong.length > 0) throw new Error(`${otherwise}; leave ${wrong.join(" and ")} out.`);
  if (map === "combined2" && variant !== "reference") {
    throw new Error("The map combined2 belongs to the published tool; choose the reference variant.");
  }
}

function heldTensors({ tensors, description }: Run): HeldTensors {
  return { dims: (name) => tensors.get(name)?.dims, description };
}

/** The maps that a run holds of some of its answer tokens. */
function mapsHeld(run: Run): MapName[] {
  const held = heldTensors(run);
  const tokens = Array.from({ length: Math.max(1, answerLength(run.description)) }, (_, token) => token);
  return mapNames.filter((map) =>
    mapRow(map).reading.from === "attention"
      ? recordedLayers(run).length > 0
      : tokens.some((token) => hasTensors(map, held, token)),
  );
}

/** The methods whose maps the run holds, those included that are found in what it recorded. */
function methodsHeld(run: Run): MethodName[] {
  return [...new Set(mapsHeld(run).map((map) => mapRow(map).method))];
}

/** The methods whose results the run recorded. */
export function methodsOf(run: Run): Method[] {
  const held = methodsHeld(run);
  return methods.filter((method) => held.includes(method));
}

function namedList(names: readonly string[]): string {
  return names.join(", ").replace(/, ([^,]*)$/, " and $1");
}

/** Completes the choice of a method's map: the first held one that the request allows. */
function chooseMap(run: Run, method: MethodName, { variant, map }: SelectionRequest): MapChoice {
  const held = mapsHeld(run).filter((name) => mapRow(name).method === method);
  const allowed = held.find((name) => {
    const row = mapRow(name);
    return (variant === undefined || row.variant === variant) && (map === undefined || row.part === map);
  });
  if (allowed !== undefined) return choiceOf(allowed);
  const asked = [variant, map].filter((part) => part !== undefined).join(" ");
  const names = held.map((name) =>
    [mapRow(name).variant, mapRow(name).part].filter((part) => part !== undefined).join(" "),
  );
  throw new Error(`The run holds no ${asked} map of ${method}, only ${namedList(names)}.`);
}

/** The answer tokens that a map is there for. */
export function explainedTokens(run: Run, choice: MapChoice): readonly number[] {
  const map = mapNameOf(choice);
  const { tokens } = explainedBy(run.description, choice.method);
  if (mapRow(map).reading.from === "attention") return tokens;
  return tokens.filter((token) => hasTensors(map, heldTensors(run), token));
}

/** The tokens that a user names: by the published tool's words if its variant is shown, else by ours. */
function namedGroup({ description }: Run, choice: MapChoice, wanted: string): TokenGroup {
  const isReference = choice.method === "relevancy" && choice.variant === "reference";
  const shown = (text: string) => text.replaceAll("\u2581", " ").trim();
  const words = isReference ? explainedBy(description, "relevancy").referenceWords : [];
  const word = words.find(({ text }) => shown(text) === wanted.trim());
  return word === undefined ? findTokens(description, wanted) : { tokens: word.tokens, text: shown(word.text) };
}

function groupOf(run: Run, choice: MapChoice, { token }: SelectionRequest): TokenGroup {
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
  if (explained.length === 0) throw new Error(`The run explains no answer token by ${choice.method}.`);
  return defaultToken(run, explained);
}

/**
 * Completes a selection: the first recorded method; the decisive word; of the layers and heads that
 * are left open the most attentive one, layers from the last third; of maps the first held one. Throws an Error if the run does
 * not hold what is asked.
 */
export async function chooseSelection(run: Run, request: SelectionRequest): Promise<Selection> {
  const { description } = run;
  const held = methodsHeld(run);
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
  const { hideSinks = false, grids } = request;
  const drawing = { hideSinks, ...(grids === undefined ? {} : { grids }) };
  const choice = chooseMap(run, method, request);
  const group = groupOf(run, choice, request);
  if (methodRow(method).choices.includes("head")) {
    const { layer, head } = await mostAttentivePlace(run, group, request);
    return { ...choice, layer, head, group, ...drawing };
  }
  const last = description.model.languageLayers - 1;
  const layer = request.layer ?? explainedBy(description, method).layer ?? last;
  return { ...choice, ...(mapRow(mapNameOf(choice)).place.includes("{layer}") ? { layer } : {}), group, ...drawing };
}

function checkPlace({ model }: RunDescription, { layer, head }: SelectionRequest): void {
  if (layer !== undefined && layer >= model.languageLayers) {
    throw new Error(`The model has layers 0 to ${model.languageLayers - 1}, got layer ${layer}.`);
  }
  if (typeof head === "number" && head >= model.languageHeads) {
    throw new Error(`The model has heads 0 to ${model.languageHeads - 1}, got head ${head}.`);
  }
}
