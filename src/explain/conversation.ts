/** @file What is asked: chat messages or a raw prompt, with the picture files that it takes. */
import type { Message, MessagePart } from "../checkpoint/types.ts";
import { runLimits } from "../run/schema.ts";

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

/** Throws an Error if there are more pictures than a run holds. */
export function checkPictureCount(count: number): void {
  if (count <= runLimits.images) return;
  throw new Error(`${count} pictures are more than the limit of ${runLimits.images}; leave some out.`);
}

/** How a picture is called in a run: the file's name without folders, cut to what a run may hold. */
export function pictureName(path: string): string {
  const name = path.split(/[\\/]/).findLast((part) => part !== "") ?? "";
  return name.slice(0, runLimits.nameLength);
}
