/** @file From a conversation to the tokens that the model gets, each with its role. */
import type { Checkpoint, Message } from "../checkpoint/types.ts";
import { promptImageTokens, type PicturePlan, type PromptPart } from "../models/plan.ts";
import type { RunToken, TokenRole } from "../run/types.ts";
import { quote } from "../json/quote.ts";
import type { Conversation } from "./conversation.ts";
import { messageSpans } from "./prompt-spans.ts";
import { tokenOffsets } from "./token-offsets.ts";
import { readableText } from "./token-text.ts";

/** A prompt, ready for the model. */
export interface Prompt {
  /** The rendered prompt before image tokens are expanded. */
  readonly prompt: string;
  /** Ids of the tokens, image tokens expanded. */
  readonly ids: number[];
  /** One entry per id. */
  readonly tokens: RunToken[];
}

/** What the prompt needs to know of a picture. */
export type PromptPicture = Pick<PicturePlan, "prompt" | "imageTokens" | "memory">;

export interface PromptRequest {
  readonly conversation: Pick<Conversation, "messages" | "prompt">;
  /** What takes the place of each picture, in order. */
  readonly plans: readonly PromptPicture[];
  readonly signal?: AbortSignal | undefined;
}

export type PromptCheckpoint = Pick<
  Checkpoint,
  "tokenizer" | "encode" | "imageToken" | "imagePlaceholder" | "promptFrame" | "writesBos" | "config" | "renderPrompt"
>;

/** A stretch [start, end) of a text with its role. Stretches ascend and do not overlap. */
interface Stretch {
  readonly start: number;
  readonly end: number;
  readonly role: TokenRole;
  readonly turn: number;
}

/**
 * Renders, expands and encodes a conversation. Special tokens are added unless the rendered prompt begins with BOS. A token has the
 * role of the message text that holds its first character other than white space (the first of all if it has no other) in the
 * rendered prompt, and `template` outside of them; image tokens and
 * BOS have their own; tokens that the tokenizer adds beside BOS are `special`. All text of a raw prompt is `question`. The template's
 * text belongs to the turn of what follows it, at the end to the last turn. Throws an Error if the prompt does not have a
 * place for each picture, or the template leaves out a message.
 */
export async function buildPrompt(
  checkpoint: PromptCheckpoint,
  { conversation, plans, signal }: PromptRequest,
): Promise<Prompt> {
  const { tokenizer, imageToken, config } = checkpoint;
  const { prompt, stretches } = renderedPrompt(checkpoint, conversation, plans.length);
  const { bosToken, bosTokenId } = tokenizer;
  const rendered = { prompt, stretches };
  const written = checkpoint.writesBos === true ? withBos(rendered, { bosToken, imageToken }) : rendered;
  const expanded = expandImageTokens(written, checkpoint, plans);
  const beginsWithBos = bosToken !== undefined && prompt.startsWith(bosToken);
  const isComplete = beginsWithBos || checkpoint.promptFrame !== undefined;
  const ids = await checkpoint.encode(expanded.prompt, { addSpecialTokens: !isComplete, signal });
  checkImageTokens(ids, { imageTokenId: config.imageTokenId, imageToken, plans });

  const bytes = ids.map((id) => tokenizer.bytesOf(id));
  const plain = isComplete ? ids : await checkpoint.encode(expanded.prompt, { addSpecialTokens: false, signal });
  const added = addedTokens(ids, plain);
  // What the tokenizer added is not in the text.
  const starts = tokenOffsets(
    bytes.filter((_, i) => !added.has(i)),
    expanded.prompt,
  );
  const places = plans.flatMap((plan, image) => imageTokenPlaces(plan, image));
  const stretchCount = expanded.stretches.length;
  const lastTurn = expanded.stretches.at(-1)?.turn ?? 0;
  let imageTokens = 0;
  let inText = 0;
  let next = 0;
  const tokens = ids.map((id, i): RunToken => {
    const start = added.has(i) ? undefined : firstVisible(expanded.prompt, starts[inText]!, starts[inText + 1]);
    if (start !== undefined) inText++;
    // Tokens ascend, so the stretch that holds this one, or follows it, is never before the last one.
    while (start !== undefined && next < stretchCount && expanded.stretches[next]!.end <= start) next++;
    const stretch = start === undefined ? undefined : expanded.stretches[next];
    const inside = stretch !== undefined && start !== undefined && start >= stretch.start;
    const turn = start === undefined && inText === 0 ? 0 : (stretch?.turn ?? lastTurn);
    const text = readableText(bytes[i]!);
    if (id === config.imageTokenId) return { id, text, role: "image", turn, ...places[imageTokens++]! };
    const leadsRawPrompt = conversation.messages === null && i === 0;
    if (id === bosTokenId && (!inside || leadsRawPrompt)) return { id, text, role: "bos", turn };
    if (start === undefined) return { id, text, role: "special", turn };
    return { id, text, role: inside && stretch.role !== "image" ? stretch.role : "template", turn };
  });
  return { prompt, ids, tokens };
}

/** The picture of each image token of the prompt, and its cell, if it has one. */
function imageTokenPlaces({ imageTokens, prompt, memory }: PromptPicture, image: number) {
  if (memory !== undefined) return Array.from({ length: promptImageTokens({ prompt }) }, () => ({ image }));
  return imageTokens.map(({ cell }) => (cell === undefined ? { image } : { image, row: cell.row, col: cell.col }));
}

/** The first character of [start, end) other than white space: a word that follows the template's space is no template. */
function firstVisible(text: string, start: number, end = text.length): number {
  for (let at = start; at < end; at++) if (/\S/.test(text[at]!)) return at;
  return start;
}

interface RenderedPrompt {
  readonly prompt: string;
  readonly stretches: readonly Stretch[];
}

function renderedPrompt(
  { renderPrompt, imageToken, imagePlaceholder: placeholder, promptFrame }: PromptCheckpoint,
  { messages, prompt }: PromptRequest["conversation"],
  pictures: number,
): RenderedPrompt {
  if (promptFrame !== undefined && pictures === 0) {
    throw new Error("This model's processor takes a question with a picture only; give one.");
  }
  if (messages === null) {
    const given = prompt ?? "";
    // A processor that frames a prompt puts the pictures before a text that names none.
    const isBare = promptFrame !== undefined && !given.includes(placeholder);
    const raw = isBare ? placeholder.repeat(pictures) + given : given;
    const places = occurrences(raw, placeholder);
    checkPlaces(places.length, pictures, placeholder);
    return { prompt: raw, stretches: rawStretches(raw, places, placeholder) };
  }
  checkTexts(messages, [...new Set([placeholder, imageToken])]);
  const render = (each: readonly Message[]): string => renderPrompt(each, { addGenerationPrompt: true });
  const rendered = render(messages);
  const places = occurrences(rendered, placeholder);
  checkPlaces(places.length, pictures, placeholder);
  const turns = turnsOf(messages);
  const roles = { system: "system", user: "question", assistant: "answer" } as const;
  const texts = messageSpans(rendered, messages, render).map(({ start, end, message }): Stretch => ({
    start,
    end,
    role: roles[messages[message]!.role],
    turn: turns[message]!,
  }));
  const pictureTurns = messages.flatMap(({ content }, message) =>
    content.flatMap(({ type }) => (type === "image" ? [turns[message]!] : [])),
  );
  const images = places.map((start, k): Stretch => ({
    start,
    end: start + placeholder.length,
    role: "image",
    turn: pictureTurns[k] ?? 0,
  }));
  return { prompt: rendered, stretches: [...texts, ...images].sort((a, b) => a.start - b.start) };
}

/** The turn of each message: a user message begins one, unless it continues what the user says; a first system message is in turn 0. */
function turnsOf(messages: readonly Message[]): number[] {
  let turn = 0;
  let answered = false;
  return messages.map(({ role }) => {
    if (role === "user" && answered) {
      turn++;
      answered = false;
    }
    answered ||= role === "assistant";
    return turn;
  });
}

function rawStretches(prompt: string, places: readonly number[], placeholder: string): Stretch[] {
  const stretches: Stretch[] = [];
  let at = 0;
  for (const start of [...places, prompt.length]) {
    if (start > at) stretches.push({ start: at, end: start, role: "question", turn: 0 });
    at = Math.min(prompt.length, start + placeholder.length);
    if (at > start) stretches.push({ start, end: at, role: "image", turn: 0 });
  }
  return stretches;
}

function occurrences(text: string, part: string): number[] {
  const found: number[] = [];
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + part.length)) found.push(at);
  return found;
}

function checkTexts(messages: readonly Message[], reserved: readonly string[]): void {
  const texts = messages.flatMap(({ content }) => content.flatMap((part) => (part.type === "text" ? [part.text] : [])));
  const held = reserved.find((token) => texts.some((text) => text.includes(token)));
  if (held !== undefined) {
    throw new Error(
      `A message holds the text ${quote(held)}, which stands for a picture in this model's prompts; take it out of the text.`,
    );
  }
}

function checkPlaces(places: number, pictures: number, placeholder: string): void {
  if (places === pictures) return;
  throw new Error(
    `The prompt has ${places} places for pictures (${placeholder}), but ${pictures} ${pictures === 1 ? "picture was" : "pictures were"} given; give one picture for each place.`,
  );
}

/** The prompt with BOS after the pictures that it begins with, unless BOS stands somewhere in it (`build_string_from_input`). */
function withBos(
  { prompt, stretches }: RenderedPrompt,
  { bosToken, imageToken }: { bosToken: string | undefined; imageToken: string },
): RenderedPrompt {
  if (bosToken === undefined || prompt.includes(bosToken)) return { prompt, stretches };
  let start = 0;
  while (prompt.startsWith(imageToken, start)) start += imageToken.length;
  const shift = bosToken.length;
  return {
    prompt: prompt.slice(0, start) + bosToken + prompt.slice(start),
    stretches: stretches.map((stretch) =>
      stretch.start < start ? stretch : { ...stretch, start: stretch.start + shift, end: stretch.end + shift },
    ),
  };
}

/** The prompt with what its plan says in the place of each picture, and what frames it; the stretches move along. */
function expandImageTokens(
  { prompt, stretches }: RenderedPrompt,
  { imageToken, tokenizer, promptFrame }: Pick<PromptCheckpoint, "imageToken" | "tokenizer" | "promptFrame">,
  plans: PromptRequest["plans"],
): RenderedPrompt {
  const textOf = (part: PromptPart): string => {
    if ("text" in part) return part.text;
    if ("special" in part) return tokenizer.specialTokens[part.special] ?? part.byDefault;
    return imageToken.repeat(part.imageTokens);
  };
  let text = "";
  let at = 0;
  let image = 0;
  const { afterPictures = "", end = "" } = promptFrame ?? {};
  const all = stretches.map((stretch): Stretch => {
    text += prompt.slice(at, stretch.start);
    const start = text.length;
    if (stretch.role === "image") {
      for (const part of plans[image++]!.prompt) text += textOf(part);
    } else {
      text += prompt.slice(stretch.start, stretch.end);
    }
    at = stretch.end;
    const moved = { ...stretch, start, end: text.length };
    if (stretch.role === "image" && image === plans.length) text += afterPictures;
    return moved;
  });
  return { prompt: text + prompt.slice(at) + end, stretches: all };
}

function checkImageTokens(
  ids: readonly number[],
  { imageTokenId, imageToken, plans }: { imageTokenId: number; imageToken: string; plans: PromptRequest["plans"] },
): void {
  const expected = plans.reduce((sum, plan) => sum + promptImageTokens(plan), 0);
  const found = ids.filter((id) => id === imageTokenId).length;
  if (found === expected) return;
  throw new Error(
    `The tokenizer made ${found} image tokens of the prompt, but the pictures take ${expected}; its files do not treat ${imageToken} as one token.`,
  );
}

/** Indices of `ids` that are not among `plain`, the same text without added tokens: those before it and those after it. */
function addedTokens(ids: readonly number[], plain: readonly number[]): ReadonlySet<number> {
  const extra = ids.length - plain.length;
  const before = Array.from({ length: extra + 1 }, (_, k) => k).find((k) => plain.every((id, i) => ids[i + k] === id));
  const start = before ?? 0;
  return new Set(ids.flatMap((_, i) => (i < start || i >= start + plain.length ? [i] : [])));
}
