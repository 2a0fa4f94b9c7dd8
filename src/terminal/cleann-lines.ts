/** @file What CLEANN with its tester found in the heads of a layer, in lines. */
import { cleannSentence, headText } from "../cause-figure/cleann-text.ts";
import type { CleannResult } from "../run/measures.ts";
import type { RunDescription } from "../run/types.ts";
import { causeName } from "../export/causes/cause-name.ts";

/** How many heads have a set without which the prediction changes, and a line a head. `token` is the text of the answer token. */
export function cleannLines(description: RunDescription, result: CleannResult, token: string): string[] {
  const nameOf = (position: number): string => causeName(description, position);
  return [
    `CLEANN: ${cleannSentence(result, `"${token}"`)}`,
    ...result.heads.map((head, index) => `  head ${index}: ${headText(head, nameOf)}`),
  ];
}
