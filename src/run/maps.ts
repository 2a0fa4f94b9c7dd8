/** @file Looks into the catalogue of maps: which there are, what they are called, what of a run they need, and what computes them. */
import { explainedBy, layersWithAttention } from "./explained.ts";
import {
  mapAliases,
  mapMethods,
  mapNames,
  mapTable,
  methodTable,
  type GradientMethod,
  type MapMethod,
  type MapName,
  type MapPart,
  type MapRow,
  type Method,
  type MethodName,
  type MethodRow,
  type OtherMap,
  type OtherMethod,
  type RecordedMap,
  type StateMethod,
  type TraceMethod,
  type Variant,
} from "./map-catalogue.ts";
import type { RunDescription } from "./types.ts";

/** Every method in the order of the catalogue, those included that are found in what others recorded. */
export const methodNames = Object.keys(methodTable) as readonly MethodName[];

export function methodRow(method: MethodName): MethodRow {
  return methodTable[method];
}

export function mapRow(map: MapName): MapRow {
  return mapTable[map];
}

const computedBy = (computation: MethodRow["computation"]) =>
  methodNames.filter((method) => methodTable[method].computation === computation);

/** Methods that one forward trace answers. */
export const traceMethods = computedBy("trace") as readonly TraceMethod[];
/** Methods that read the last hidden states through the head. */
const stateMethods = computedBy("states") as readonly StateMethod[];
/** Methods that need a backward pass. */
export const gradientMethods = computedBy("gradient") as readonly GradientMethod[];
/** Methods that a recording makes. */
export const methods: readonly Method[] = [...traceMethods, ...stateMethods, ...gradientMethods];
/** Methods that are recorded when they are asked for, beside relevancy. */
export const otherMethods = [...stateMethods, ...gradientMethods].filter(
  (method) => method !== "relevancy",
) as readonly OtherMethod[];
/** Found in the attention of a layer, after it was recorded. */
export const causalMethod = "causal" satisfies MethodName;

export function isGradientMethod(method: string): method is GradientMethod {
  return (gradientMethods as readonly string[]).includes(method);
}

/** The measured maps that a run can have: those of its model, and without a picture those that have a number for text. */
export function mapsOfRun({ model, images, memory }: Pick<RunDescription, "model" | "images" | "memory">): MapMethod[] {
  const { visionClassToken } = model;
  const facts = { pictures: images.length, imageStates: memory.length === 0 };
  return mapMethods.filter(
    (map) =>
      (visionClassToken || !mapTable[map].needsClassToken) &&
      (images.length > 0 || mapTable[map].axis === "sequence") &&
      whyNot(mapTable[map].method, facts) === undefined,
  );
}

/** What of a question decides which methods say something of it. */
export interface QuestionFacts {
  readonly pictures: number;
  /** True if its image tokens stand in the sequence, with hidden states of their own. */
  readonly imageStates: boolean;
}

/** Why a method says nothing of a question, as the beginning of a sentence; undefined if it does. */
export function whyNot(method: MethodName, { pictures, imageStates }: QuestionFacts): string | undefined {
  const { needsPicture, needsImageStates } = methodRow(method);
  if (needsPicture && pictures === 0) return "The question has no picture";
  if (needsImageStates && !imageStates) {
    return "The model's image tokens stand behind the sequence, where they have no hidden states";
  }
  return undefined;
}

/** The measured maps that have a number for text tokens too. */
export const textMaps = mapMethods.filter((map) => mapTable[map].axis === "sequence");

/** Measured maps that a recording makes: a run tells of them by itself, whatever was set when it was asked. */
export const recordedMaps = mapMethods.filter((map) =>
  (methods as readonly string[]).includes(mapTable[map].method),
) as readonly RecordedMap[];

/** The map that views begin with. */
export const defaultMap = "relevancy.language" satisfies RecordedMap;

/** The map of this name, or of one that it had before; undefined if there is none. */
export function mapNamed(name: string): MapName | undefined {
  return mapNames.find(
    (map) => map === name || map === (Object.hasOwn(mapAliases, name) ? mapAliases[name] : undefined),
  );
}

/** The maps of a method, in the order of the catalogue. */
export function mapsOf(method: MethodName): readonly MapName[] {
  return mapNames.filter((map) => mapTable[map].method === method);
}

/** The map of a method with this variant and part, for methods with several; undefined if it has none. */
export function mapOfPart(
  method: MethodName,
  { variant, part }: { readonly variant?: Variant | undefined; readonly part?: MapPart | undefined },
): MapName | undefined {
  return mapsOf(method).find((map) => mapRow(map).variant === variant && mapRow(map).part === part);
}

/** Maps of methods that are recorded when they are asked for, beside relevancy, in the order of the catalogue. */
export const otherMaps = mapNames.filter((map) =>
  (otherMethods as readonly string[]).includes(mapTable[map].method),
) as readonly OtherMap[];

/** "relevancy per patch, no unit": what one value of the map is, for a legend. */
export function unitPerPatch(map: MapName): string {
  const { quantity, unit } = mapRow(map);
  return withUnit(`${quantity} per patch`, unit);
}

/** "relevancy, no unit". */
export function unitOf(map: MapName): string {
  const { quantity, unit } = mapRow(map);
  return withUnit(quantity, unit);
}

function withUnit(quantity: string, unit: MapRow["unit"]): string {
  return unit === undefined ? quantity : `${quantity}, ${unit}`;
}

/** What of a run decides whether it holds a map. */
export interface HeldTensors {
  /** Shape of a tensor; undefined if the run does not hold it. */
  readonly dims: (tensor: string) => readonly number[] | undefined;
  readonly description: Pick<RunDescription, "model" | "answer" | "methods" | "tokens">;
}

/**
 * True if the run holds what the map of an answer token is read from. `attention`, the mean, needs every layer that has attention; `causes`
 * need every row of the last one.
 */
export function hasTensors(map: MapName, { dims, description }: HeldTensors, token: number): boolean {
  const { reading } = mapRow(map);
  const has = (tensor: string): boolean => dims(tensor) !== undefined;
  const { languageLayers } = description.model;
  switch (reading.from) {
    case "rows":
      return has(reading.tensor);
    case "attention":
      return layersWithAttention(description).map(attentionTensor).every(has);
    case "lens":
      return has("lens.answer") && has("lens.logsumexp");
    case "explanations": {
      const [, rows] = dims(attentionTensor(languageLayers - 1)) ?? [];
      return rows === description.tokens.length;
    }
    case "tensor-of-token":
      return has(tokenTensor(map, token));
  }
}

/** True if the run holds the map of an answer token: its tensors are there, and the token was explained. */
export function holdsMap(map: MapName, held: HeldTensors, token: number): boolean {
  const { tokens } = explainedBy(held.description, mapRow(map).method);
  return tokens.includes(token) && hasTensors(map, held, token);
}

/** What records a map; undefined for one that is measured by masking. */
export function recordingOf(
  map: MapName,
): { readonly methods: readonly Method[]; readonly variants?: readonly Variant[] } | undefined {
  const { method, variant } = mapRow(map);
  const { computation } = methodRow(method);
  if (computation === "masking") return undefined;
  // Graphs are learned from what is recorded.
  if (computation === "graphs") return { methods: ["attention"] };
  return { methods: [method as Method], ...(variant === undefined ? {} : { variants: [variant] }) };
}

/** Name of the tensor with a layer's rows of attention. */
function attentionTensor(layer: number): string {
  return `language.attention.${layer}`;
}

/** Name of the tensor with a row for each answer token, of maps that have one. */
export function tensorOfRows(map: MapName): string {
  const { reading } = mapRow(map);
  if (reading.from !== "rows") throw new Error(`The map ${map} has no tensor of rows.`);
  return reading.tensor;
}

/** Name of the tensor with the target of integrated gradients at both ends of the path, [answer tokens, 2]: baseline and input. */
export const pathEndsTensor = `${tensorOfRows("integrated-gradients")}.ends`;

/** Name of the tensor with exact relevancy of the language model, of which text against image is read. */
export const exactRelevancyRows = tensorOfRows("relevancy.language");

/** Name of the tensor with the map of one answer token, of maps that have a tensor for each. */
export function tokenTensor(map: MapName, token: number): string {
  const { reading } = mapRow(map);
  if (reading.from !== "tensor-of-token") throw new Error(`The map ${map} has no tensor of each token.`);
  return `${reading.tensor}.${token}`;
}
