/** @file Reads the file of a conversation, as `--messages` names it. */
import { dirname, resolve } from "node:path";
import { z } from "zod";
import type { Message, MessagePart } from "../checkpoint/types.ts";
import type { Conversation } from "../explain/conversation.ts";
import { readLimitedFile } from "../files/regular-file.ts";
import { checkJson, type JsonIssue } from "../json/check-json.ts";
import { parseJson } from "../json/parse-json.ts";
import { questionFault } from "../run/question.ts";
import { samplingRanges } from "../run/question-limits.ts";
import { questionSchemas } from "../run/question-schema.ts";
import { runLimits, runQuestionLimits } from "../run/schema.ts";

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
