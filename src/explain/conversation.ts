/** @file What is asked: chat messages or a raw prompt, with the picture files that it takes. */
import { basename, dirname, resolve } from "node:path";
import { z } from "zod";
import { parseJson } from "../json/parse-json.ts";
import { readLimitedFile } from "../files/regular-file.ts";
import type { Message, MessagePart } from "../checkpoint/types.ts";
import { checkJson, type JsonIssue } from "../json/check-json.ts";
import { questionFault } from "../run/question.ts";
import { samplingRanges } from "../run/question-limits.ts";
import { questionSchemas } from "../run/question-schema.ts";
import { runLimits, runQuestionLimits } from "../run/schema.ts";

/** A conversation or a raw prompt: exactly one of `messages` and `prompt` is not null. */
export interface Conversation<Picture = string> {
  /** Chat turns, the last one from the user. */
  readonly messages: readonly Message[] | null;
  /** A prompt that is used as it is, without a chat template. */
  readonly prompt: string | null;
  /** The pictures (paths of files, unless said otherwise) in the order in which the `image` parts (or the prompt's image tokens) take them. */
  readonly pictures: readonly Picture[];
}

/** A question as the command line gives it. */
export interface SingleQuestion {
  readonly question: string;
  /** Paths of picture files. */
  readonly pictures: readonly string[];
  readonly system?: string;
}

/** A question of one turn: the pictures first, then the text. Throws an Error if there is no question. */
export function singleTurn({ question, pictures, system }: SingleQuestion): Conversation {
  if (question.trim() === "") throw new Error("The question is empty; write what you want to know.");
  checkPictureCount(pictures.length);
  const parts: MessagePart[] = [...pictures.map(() => ({ type: "image" }) as const), { type: "text", text: question }];
  const user: Message = { role: "user", content: parts };
  const messages: Message[] =
    system === undefined || system.trim() === ""
      ? [user]
      : [{ role: "system", content: [{ type: "text", text: system }] }, user];
  return { messages, prompt: null, pictures };
}

/** A conversation is text that a person wrote; pictures lie in files of their own. */
const maxFileBytes = 16 * 1024 * 1024;

const { text, content, message } = questionSchemas({
  limits: runQuestionLimits,
  ranges: samplingRanges,
  unknownFields: "dropped",
});

/** A message whose content may also be a text alone. */
const messageSchema = message.extend({
  content: z.union([text.transform((written): MessagePart[] => [{ type: "text", text: written }]), content]),
});

const fileSchema = z.strictObject({
  images: z.array(z.string().min(1).max(runLimits.nameLength)).max(runQuestionLimits.pictures).default([]),
  messages: z.array(messageSchema).min(1).max(runQuestionLimits.messages).optional(),
  prompt: text.min(1).optional(),
});

/**
 * Reads a conversation from a JSON file: `{"images": [...], "messages": [...]}`, or `{"images": [...], "prompt": "..."}`. Pictures are
 * relative to the file's folder. Throws an Error that names the file and the field if it is missing, too large or not of this
 * form, or if its `image` parts are not as many as its pictures.
 */
export async function readConversation(path: string): Promise<Conversation> {
  const bytes = await readLimitedFile(path, maxFileBytes);
  if (bytes === undefined) throw new Error(`${path}: the file of messages is missing; check the path.`);
  const { data, issue } = checkJson(fileSchema, parseJson(bytes, path, { byteOrderMark: "skip" }));
  if (issue !== undefined) throw new Error(`${path}: ${issueText(issue)}`);
  const { images, messages, prompt } = data;
  if ((messages === undefined) === (prompt === undefined)) {
    throw new Error(`${path}: the file must hold either "messages" or "prompt", and not both.`);
  }
  if (messages !== undefined) checkMessages(messages, images.length, path);
  const folder = dirname(path);
  return {
    messages: messages ?? null,
    prompt: prompt ?? null,
    pictures: images.map((image) => resolve(folder, image)),
  };
}

function issueText({ path, reason }: JsonIssue): string {
  const field = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");
  const where = field === "" ? "the file" : `"${field.replace(/^\./, "")}"`;
  return `${where} is wrong (${reason}); it must look like {"images": ["a.png"], "messages": [{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": "..."}]}]}.`;
}

function checkMessages(messages: readonly Message[], pictures: number, path: string): void {
  const fault = questionFault(messages, pictures);
  if (fault?.kind === "pictures") {
    throw new Error(
      `${path}: the messages have ${fault.places} image ${fault.places === 1 ? "part" : "parts"}, but "images" names ${pictures}; give one file for each part of type "image".`,
    );
  }
  if (fault?.kind === "role") {
    throw new Error(`${path}: the last message is from "${fault.role}"; it must be the user's question.`);
  }
}

/** Throws an Error if there are more pictures than a run holds. */
export function checkPictureCount(count: number): void {
  if (count <= runLimits.images) return;
  throw new Error(`${count} pictures are more than the limit of ${runLimits.images}; leave some out.`);
}

/** How a picture is called in a run: the file's name without folders, cut to what a run may hold. */
export function pictureName(path: string): string {
  return basename(path).slice(0, runLimits.nameLength);
}
