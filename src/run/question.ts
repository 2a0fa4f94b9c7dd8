/** @file What the user asked. */
import type { RunDescription, RunMessage } from "./types.ts";

/** The question of the last turn: what the user wrote, else the raw prompt. */
export function lastQuestion({ messages, prompt }: RunDescription): string {
  const last = messages?.findLast(({ role }: RunMessage) => role === "user");
  if (!last) return prompt;
  return last.content
    .flatMap((part) => (part.type === "text" ? [part.text] : []))
    .join(" ")
    .trim();
}

/** What keeps messages from being a question: who speaks last, or the number of their places for pictures. */
export type QuestionFault =
  | { readonly kind: "role"; readonly role: RunMessage["role"] | "nobody" }
  | { readonly kind: "pictures"; readonly places: number };

/** The places for pictures in messages. */
function picturePlaces(messages: readonly RunMessage[]): number {
  return messages.flatMap(({ content }) => content).filter(({ type }) => type === "image").length;
}

/** Checks that messages end with the user's question and take so many pictures; undefined if they do. */
export function questionFault(messages: readonly RunMessage[], pictures: number): QuestionFault | undefined {
  const places = picturePlaces(messages);
  if (places !== pictures) return { kind: "pictures", places };
  const role = messages.at(-1)?.role ?? "nobody";
  return role === "user" ? undefined : { kind: "role", role };
}
