/** @file Texts of vocabulary entries, as far as a run knows them. */
import { z } from "zod";
import type { RunDescription } from "./types.ts";

const lensSchema = z.object({ texts: z.record(z.string(), z.string()) });

/** The text of an id: from the run's tokens, alternatives and lens; "#id" for an entry that it does not name. */
export function vocabularyTexts({ tokens, answerTokens, methods }: RunDescription): (id: number) => string {
  const texts = new Map<number, string>();
  const lens = lensSchema.safeParse(methods.lens);
  if (lens.success) for (const [id, text] of Object.entries(lens.data.texts)) texts.set(Number(id), text);
  for (const { alternatives } of answerTokens) for (const { id, text } of alternatives) texts.set(id, text);
  for (const { id, text } of tokens) texts.set(id, text);
  return (id) => texts.get(id) ?? `#${id}`;
}
