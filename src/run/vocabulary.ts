/** @file Texts of vocabulary entries, as far as a run knows them. */
import type { RunDescription } from "./types.ts";

/** The text of an id: from the run's tokens, alternatives and lens; "#id" for an entry that it does not name. */
export function vocabularyTexts({ tokens, answerTokens, methods }: RunDescription): (id: number) => string {
  const texts = new Map<number, string>();
  // The lens's texts come from a file, so that anything may stand there.
  const known: unknown = methods.lens?.texts;
  for (const [id, text] of Object.entries(known ?? {})) if (typeof text === "string") texts.set(Number(id), text);
  for (const { alternatives } of answerTokens) for (const { id, text } of alternatives) texts.set(id, text);
  for (const { id, text } of tokens) texts.set(id, text);
  return (id) => texts.get(id) ?? `#${id}`;
}
