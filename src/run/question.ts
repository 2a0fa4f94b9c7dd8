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
