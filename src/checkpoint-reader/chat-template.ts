/** @file Renders messages with a checkpoint's chat template. */
import { readTemplate, TemplateError, type Plain, type Template } from "../jinja/template.ts";
import { oneLine } from "../json/quote.ts";
import type { Message } from "../checkpoint/types.ts";

/** Text that a prompt is made of: as much as a tokenizer takes. */
const maxMessageCharacters = 1_000_000;

/** Renders chat messages as the text that a model was trained on. */
export type PromptRenderer = (
  messages: readonly Message[],
  options: { readonly addGenerationPrompt: boolean },
) => string;

/** A message as a template sees it; templates for language models alone take its text. */
interface TemplateMessage {
  readonly [key: string]: Plain;
  readonly role: Message["role"];
  readonly content: string | readonly { readonly [key: string]: string }[];
}

/**
 * Returns the function that renders messages with `template`, as `apply_chat_template` of transformers does. `specialTokens` are
 * texts by their names (such as "bos_token"), `file` names the checkpoint in messages. The function throws an Error if there
 * is no template, if it fails, takes too many steps or writes too much, and if it expects messages of plain text only.
 */
export function createPromptRenderer(source: {
  readonly template: string | undefined;
  readonly specialTokens: Readonly<Record<string, string>>;
  readonly file: string;
}): PromptRenderer {
  const { template, specialTokens, file } = source;
  let read: Template | undefined;
  return (messages, { addGenerationPrompt }) => {
    if (template === undefined) {
      throw new Error(`${file}: the checkpoint has no chat template; pass a raw prompt instead of messages.`);
    }
    checkTextLength(messages);
    const render = (each: readonly TemplateMessage[]): string => {
      read ??= readTemplate(template);
      const given = { messages: each, add_generation_prompt: addGenerationPrompt, tools: null, documents: null };
      return read({ ...specialTokens, ...given });
    };
    const text = renderedOrRefused(render, messages, file);
    if (writesParts(text, messages)) throw textOnlyError(file);
    return text;
  };
}

type Render = (messages: readonly TemplateMessage[]) => string;

function renderedOrRefused(render: Render, messages: readonly Message[], file: string): string {
  try {
    return render(messages.map(({ role, content }) => ({ role, content: content.map((part) => ({ ...part })) })));
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    if (rendersPlainText(render, messages)) throw textOnlyError(file, error);
    // What a template raises is its own text, which must not steer a terminal.
    const reason = oneLine(error.message).replace(/[.!\s]+$/, "");
    throw new Error(`${file}: the chat template cannot be rendered: ${reason.slice(0, 300)}.`, { cause: error });
  }
}

/** A template for language models alone fails with the parts of messages, and takes their texts. */
function rendersPlainText(render: Render, messages: readonly Message[]): boolean {
  try {
    render(messages.map(({ role, content }) => ({ role, content: textsOf([{ role, content }]).join("\n") })));
    return true;
  } catch {
    return false;
  }
}

function textOnlyError(file: string, cause?: unknown): Error {
  return new Error(
    `${file}: the chat template expects messages of plain text and cannot place pictures; pass a raw prompt instead.`,
    { cause },
  );
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

/** A template for language models alone may write the list of parts as Python or JSON where it expects text. */
function writesParts(text: string, messages: readonly Message[]): boolean {
  const part = /\{(["'])type\1: ?(["'])(?:text|image)\2/;
  return part.test(text) && !textsOf(messages).some((own) => part.test(own));
}
