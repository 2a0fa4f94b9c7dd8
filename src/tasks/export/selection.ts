/** @file What is exported of a run: which answer tokens, by which method, of which layer and head. */
import { attentionSum } from "../../methods/attention.ts";
import { attentionRow, recordedLayers } from "../../run/attention-rows.ts";
import { answerLength, imageTokenPositions, predictingPosition } from "../../run/positions.ts";
import type { Run, RunDescription } from "../../run/types.ts";
import type { traceMethods } from "../recording.ts";
import { findTokens, singleToken } from "../answer-words.ts";
import type { TokenGroup } from "../answer-words.ts";

/** The methods that can be exported. */
export type ExportMethod = (typeof traceMethods)[number];

export type Head = number | "mean";

/** What a user asks for; what is left out is chosen by `chooseSelection`. */
export interface SelectionRequest {
  /** Index of an answer token, or a word of the answer. */
  readonly token?: string;
  readonly method?: ExportMethod;
  /** Layer of the language model, from 0. */
  readonly layer?: number;
  readonly head?: Head;
}

export type Selection =
  | { readonly method: "attention"; readonly group: TokenGroup; readonly layer: number; readonly head: Head }
  | { readonly method: "rollout"; readonly group: TokenGroup }
  | { readonly method: "lens"; readonly group: TokenGroup; readonly layer: number };

/** A place in the language model and how much of its attention lies on the pictures, 0 to 1. */
export interface AttentivePlace {
  readonly layer: number;
  readonly head: Head;
  readonly share: number;
}

/** The methods whose results the run holds. */
export function methodsOf(run: Run): ExportMethod[] {
  const held: ExportMethod[] = [];
  if (recordedLayers(run).length > 0) held.push("attention");
  if (run.tensors.has("rollout")) held.push("rollout");
  if (run.tensors.has("lens.answer")) held.push("lens");
  return held;
}

/** Recorded layers of the last third, where what is said is decided; every recorded one where none of these is. */
export function lateLayers(run: Run): number[] {
  const recorded = recordedLayers(run);
  const first = Math.floor((run.description.model.languageLayers * 2) / 3);
  const late = recorded.filter((layer) => layer >= first);
  return late.length > 0 ? late : recorded;
}

/** Share of a row of attention that lies on the pictures, mean over the tokens of a group. */
async function imageShare(run: Run, group: TokenGroup, place: { layer: number; head: Head }): Promise<number> {
  const keys = imageTokenPositions(run.description);
  let sum = 0;
  for (const token of group.tokens) {
    const row = await attentionRow(run, { ...place, query: predictingPosition(run.description, token) });
    sum += attentionSum(row, keys).data[0]!;
  }
  return sum / group.tokens.length;
}

/** The answer tokens that are words, not marks of the model; every one where all are marks. */
function candidateTokens({ tokens, answer }: RunDescription): number[] {
  const every = Array.from({ length: answer.end - answer.start }, (_, i) => i);
  const words = every.filter((i) => tokens[answer.start + i]!.role === "answer");
  return words.length > 0 ? words : every;
}

/** The answer token whose attention lies most on the pictures: mean over the heads of the late layers; the first of equals. */
export async function mostAttentiveToken(run: Run): Promise<TokenGroup> {
  const layers = lateLayers(run);
  let best = { token: candidateTokens(run.description)[0] ?? 0, share: -1 };
  for (const token of candidateTokens(run.description)) {
    const group = singleToken(run.description, token);
    let share = 0;
    for (const layer of layers) share += await imageShare(run, group, { layer, head: "mean" });
    if (share > best.share) best = { token, share };
  }
  return singleToken(run.description, best.token);
}

/** The layer and head, of those left open, that attend most to the pictures when they predict the tokens; the first of equals. */
export async function mostAttentivePlace(
  run: Run,
  group: TokenGroup,
  fixed: { readonly layer?: number; readonly head?: Head } = {},
): Promise<AttentivePlace> {
  const layers = fixed.layer === undefined ? lateLayers(run) : [fixed.layer];
  const everyHead = Array.from({ length: run.description.model.languageHeads }, (_, head) => head);
  const heads: readonly Head[] = fixed.head === undefined ? everyHead : [fixed.head];
  let best: AttentivePlace | undefined;
  for (const layer of layers) {
    for (const head of heads) {
      const share = await imageShare(run, group, { layer, head });
      if (best === undefined || share > best.share) best = { layer, head, share };
    }
  }
  if (best === undefined) throw new Error("The run holds no attention; record it with explain --method attention.");
  return best;
}

/**
 * Completes a selection: the first recorded method; the answer token that looks most at the pictures; of the layers and heads that
 * are left open the most attentive one, layers from the last third. Throws one sentence where the run does not hold what is asked.
 */
export async function chooseSelection(run: Run, request: SelectionRequest): Promise<Selection> {
  const { description } = run;
  const held = methodsOf(run);
  const method = request.method ?? held[0];
  if (method === undefined) {
    throw new Error("The run holds no attention, rollout or lens; record them with explain --method.");
  }
  if (!held.includes(method)) {
    throw new Error(
      `The run holds no ${method}, only ${held.join(" and ") || "the answer"}; record it with explain --method ${method}.`,
    );
  }
  if (answerLength(description) === 0) throw new Error("The run has no answer tokens, so nothing can be explained.");
  checkPlace(description, request, method);
  const group = request.token === undefined ? await defaultGroup(run, held) : findTokens(description, request.token);
  if (method === "rollout") return { method, group };
  if (method === "lens") return { method, group, layer: request.layer ?? description.model.languageLayers - 1 };
  const { layer, head } = await mostAttentivePlace(run, group, request);
  return { method, group, layer, head };
}

async function defaultGroup(run: Run, held: readonly ExportMethod[]): Promise<TokenGroup> {
  if (held.includes("attention") && run.description.images.length > 0) return mostAttentiveToken(run);
  return singleToken(run.description, candidateTokens(run.description)[0]!);
}

function checkPlace({ model }: RunDescription, { layer, head }: SelectionRequest, method: ExportMethod): void {
  if (method === "rollout" && (layer !== undefined || head !== undefined)) {
    throw new Error("Rollout goes through all layers and heads; leave --layer and --head out.");
  }
  if (method === "lens" && head !== undefined) throw new Error("The lens has no heads; leave --head out.");
  if (layer !== undefined && layer >= model.languageLayers) {
    throw new Error(`The model has layers 0 to ${model.languageLayers - 1}, got --layer ${layer}.`);
  }
  if (typeof head === "number" && head >= model.languageHeads) {
    throw new Error(`The model has heads 0 to ${model.languageHeads - 1}, got --head ${head}.`);
  }
}
