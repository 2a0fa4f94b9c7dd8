/** @file Finds a checkpoint's chat template and renders messages with it. */
import { join } from "node:path";
import { z } from "zod";
import { readOptionalJsonFile } from "./json.ts";
import { readLimitedFile } from "./regular-file.ts";
import { renderInProcess } from "./template-process.ts";
import type { Message } from "./types.ts";

/** Published templates have up to some 20,000 characters, those with tools included. */
export const maxTemplateCharacters = 200_000;

/** Text that a prompt is made of: as much as a tokenizer takes. */
const maxMessageCharacters = 1_000_000;

/** Renders chat messages as the text that a model was trained on. */
export type PromptRenderer = (
  messages: readonly Message[],
  options: { readonly addGenerationPrompt: boolean },
) => string;

const templateSchema = z.union([z.string(), z.array(z.object({ name: z.string(), template: z.string() }))]).nullish();
const holderSchema = z.looseObject({ chat_template: templateSchema });

/**
 * The chat template of the checkpoint in `folder`, or undefined where it has none. The places are tried in this order:
 * `chat_template.jinja`, `chat_template.json`, `processor_config.json`, then `tokenizerConfig` (parsed tokenizer_config.json, or
 * undefined). Of a list of named templates it is the one called "default". Throws one sentence that names the file where a
 * template is too long or no text.
 */
export async function readChatTemplate(folder: string, tokenizerConfig: unknown): Promise<string | undefined> {
  const jinjaFile = join(folder, "chat_template.jinja");
  // A character takes up to four bytes.
  const bytes = await readLimitedFile(jinjaFile, 4 * maxTemplateCharacters);
  if (bytes !== undefined) return checkedTemplate(new TextDecoder().decode(bytes), jinjaFile);
  for (const name of ["chat_template.json", "processor_config.json"]) {
    const file = join(folder, name);
    const json = await readOptionalJsonFile(file);
    const template = json === undefined ? undefined : templateIn(json.value, file);
    if (template !== undefined) return template;
  }
  return templateIn(tokenizerConfig ?? {}, join(folder, "tokenizer_config.json"));
}

function templateIn(holder: unknown, file: string): string | undefined {
  const parsed = holderSchema.safeParse(holder);
  if (!parsed.success) {
    throw new Error(`${file}: "chat_template" must be text, or a list of objects with "name" and "template".`);
  }
  const found = parsed.data.chat_template ?? undefined;
  const template = typeof found === "string" ? found : found?.find(({ name }) => name === "default")?.template;
  return template === undefined ? undefined : checkedTemplate(template, file);
}

function checkedTemplate(template: string, file: string): string {
  if (template.length > maxTemplateCharacters) {
    throw new Error(
      `${file}: the chat template has ${template.length} characters, more than the limit of ${maxTemplateCharacters}.`,
    );
  }
  return template;
}

/**
 * Returns the function that renders messages with `template`. `file` names the checkpoint in messages. The function blocks for
 * some 50 ms, as the template runs in a process of its own, and throws one sentence where there is no template, where it fails,
 * takes too long or writes too much, and where it expects messages of plain text only.
 */
export function createPromptRenderer(source: {
  readonly template: string | undefined;
  readonly bosToken: string | undefined;
  readonly eosToken: string | undefined;
  readonly file: string;
}): PromptRenderer {
  const { template, file } = source;
  return (messages, { addGenerationPrompt }) => {
    if (template === undefined) {
      throw new Error(`${file}: the checkpoint has no chat template; pass a raw prompt instead of messages.`);
    }
    checkTextLength(messages);
    const rendered = renderInProcess(template, {
      messages,
      add_generation_prompt: addGenerationPrompt,
      bos_token: source.bosToken ?? "",
      eos_token: source.eosToken ?? "",
      // Templates ask whether these are none, and take an undefined name for something that is there.
      tools: null,
      documents: null,
    });
    if ("reason" in rendered) {
      throw new Error(`${file}: the chat template cannot be rendered: ${oneLine(rendered.reason)}.`);
    }
    checkNoPartsWritten(rendered.text, messages, file);
    return rendered.text;
  };
}

/** What a template raises is its own text, which must not steer a terminal. */
function oneLine(reason: string): string {
  return reason
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")
    .trim()
    .slice(0, 300);
}

function textsOf(messages: readonly Message[]): string[] {
  return messages.flatMap(({ content }) => content.flatMap((part) => (part.type === "text" ? [part.text] : [])));
}

function checkTextLength(messages: readonly Message[]): void {
  const length = textsOf(messages).reduce((sum, text) => sum + text.length, 0);
  if (length > maxMessageCharacters) {
    throw new Error(`The messages have ${length} characters, more than the limit of ${maxMessageCharacters}.`);
  }
}

/** A template for language models alone writes the list of parts as JSON where it expects text. */
function checkNoPartsWritten(text: string, messages: readonly Message[], file: string): void {
  const part = /\{"type": "(?:text|image)"/;
  if (part.test(text) && !textsOf(messages).some((own) => part.test(own))) {
    throw new Error(
      `${file}: the chat template expects messages of plain text and cannot place pictures; pass a raw prompt instead.`,
    );
  }
}
