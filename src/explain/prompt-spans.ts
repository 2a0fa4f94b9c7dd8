/** @file The places of the texts of messages in the prompt that the chat template makes of them. */
import type { Message } from "../checkpoint/types.ts";
import { stripEnd, stripStart } from "../python/text.ts";
import { quote } from "../json/quote.ts";

/** A stretch [start, end) of a prompt that a message wrote, in UTF-16 units. */
export interface MessageSpan {
  readonly start: number;
  readonly end: number;
  /** Index of the message. */
  readonly message: number;
}

export type Render = (messages: readonly Message[]) => string;

interface WrittenText {
  readonly message: number;
  readonly part: number;
  readonly text: string;
}

function writtenTexts(messages: readonly Message[]): WrittenText[] {
  return messages.flatMap(({ content }, message) =>
    content.flatMap((each, part) =>
      each.type === "text" && stripStart(each.text) !== "" ? [{ message, part, text: each.text }] : [],
    ),
  );
}

/** Characters for private use, so that no template writes them by itself. */
function marker(index: number): string {
  return `\ue000${String.fromCharCode(0xe100 + Math.floor(index / 0x1000), 0xe800 + (index % 0x1000))}\ue001`;
}

/** The messages with each text replaced by its marker. */
function markedMessages(messages: readonly Message[], texts: readonly WrittenText[]): Message[] {
  let index = 0;
  return messages.map((each, message) => ({
    role: each.role,
    content: each.content.map((content, part) => {
      const next = texts[index];
      const isNext = next?.message === message && next.part === part;
      return isNext ? { type: "text", text: marker(index++) } : content;
    }),
  }));
}

/** The template's own text around the markers, or undefined if it does not write each marker once and in order. */
function literalsAround(marked: string, count: number): string[] | undefined {
  const literals: string[] = [];
  let rest = marked;
  for (let index = 0; index < count; index++) {
    const at = rest.indexOf(marker(index));
    if (at === -1) return undefined;
    literals.push(rest.slice(0, at));
    rest = rest.slice(at + marker(index).length);
  }
  return rest.includes("\ue000") ? undefined : [...literals, rest];
}

/** Spans between the template's literals; undefined if prompt and literals do not fit together. */
function spansBetween(prompt: string, texts: readonly WrittenText[], literals: readonly string[]) {
  const spans: MessageSpan[] = [];
  if (!prompt.startsWith(literals[0]!)) return undefined;
  let at = literals[0]!.length;
  for (const [index, { text, message }] of texts.entries()) {
    const following = literals[index + 1]!;
    // Templates trim as Python does: U+FEFF stays, U+0085 goes.
    const forms = [text, stripEnd(stripStart(text)), stripStart(text), stripEnd(text)];
    const form = forms.find((each) => prompt.startsWith(each, at) && prompt.startsWith(following, at + each.length));
    if (form === undefined) return undefined;
    spans.push({ start: at, end: at + form.length, message });
    at += form.length + following.length;
  }
  return at === prompt.length ? spans : undefined;
}

/** Spans by searching each text after the one before it. */
function searchedSpans(prompt: string, texts: readonly WrittenText[]): MessageSpan[] {
  let cursor = 0;
  return texts.map(({ text, message }) => {
    const trimmed = stripEnd(stripStart(text));
    const start = prompt.indexOf(trimmed, cursor);
    if (start === -1) {
      throw new Error(
        `The model's chat template leaves out or changes the text ${quote(trimmed.slice(0, 60))}; leave this message out, or give the whole prompt as raw text.`,
      );
    }
    cursor = start + trimmed.length;
    return { start, end: cursor, message };
  });
}

/**
 * The stretches of `prompt` (what `render` made of `messages`) that hold the messages' texts, in order. A text such as "user" may
 * also be in the template's own words, so the template is rendered again with markers in the place of texts; if
 * it treats markers otherwise, the texts are searched in order. Throws an Error if the prompt does not have a text.
 */
export function messageSpans(prompt: string, messages: readonly Message[], render: Render): MessageSpan[] {
  const texts = writtenTexts(messages);
  if (texts.length === 0) return [];
  const literals = literalsAround(render(markedMessages(messages, texts)), texts.length);
  return (literals && spansBetween(prompt, texts, literals)) ?? searchedSpans(prompt, texts);
}
