/** @file What a click on a token of the graph does to the selection. */
import { toggleWord } from "../../run/token-selection.ts";
import type { RunLayout } from "../../run/layout.ts";
import type { Selection } from "../../selection/selection.ts";
import type { GraphToken } from "../../../src/cause-figure/causal-graph/graph-tokens.ts";

type Chosen = Pick<Selection, "patches" | "words" | "tokens">;

/** Whether the token is in the selection. */
export function isSelected({ patches, words }: Chosen, { kind, patch, position }: GraphToken): boolean {
  if (patch !== undefined) return patches.includes(patch);
  return kind === "question" && words.includes(position);
}

/**
 * The change that adds the token to the selection, or takes it away where it is in it: a patch, or the word of the question that it belongs
 * to. A token of the answer becomes the explained one. Undefined for tokens that cannot be selected, such as the template's.
 */
export function selectedWith(
  selection: Chosen,
  { kind, patch, position, answer }: GraphToken,
  { allQuestionWords }: Pick<RunLayout, "allQuestionWords">,
): Partial<Chosen> | undefined {
  if (kind === "target") return undefined;
  if (patch !== undefined) {
    const rest = selection.patches.filter((each) => each !== patch);
    const isIn = rest.length < selection.patches.length;
    return { patches: isIn ? rest : [...rest, patch].sort((a, b) => a - b) };
  }
  if (kind === "question") {
    const word = allQuestionWords.find(({ positions }) => positions.includes(position));
    return { words: toggleWord(selection.words, word?.positions ?? [position]) };
  }
  return answer === undefined ? undefined : { tokens: [answer] };
}
