/** @file Which answer tokens of two runs are compared with each other. */
import { chosenTokens, type TokenSource } from "../../run/chosen-tokens.ts";
import type { Selection } from "../../selection/selection.ts";

export interface MatchedTokens {
  /** Answer tokens of A and of B, by index. */
  readonly a: readonly number[];
  readonly b: readonly number[];
  /** Selected tokens of A without a counterpart. */
  readonly unmatched: number;
  /** Whether the decisive words are compared, wherever they stand; other tokens are matched by their position. */
  readonly isDecisive: boolean;
}

/** The decisive word of A with that of B, if it is what is selected; else the selected tokens of A with those at the same positions of B. */
export function matchedTokens(a: TokenSource, b: TokenSource, selection: Pick<Selection, "tokens">): MatchedTokens {
  const chosen = chosenTokens(a, selection);
  const decisive = { a: chosenTokens(a, { tokens: null }), b: chosenTokens(b, { tokens: null }) };
  if (decisive.b.length > 0 && chosen.join() === decisive.a.join()) {
    return { ...decisive, unmatched: 0, isDecisive: true };
  }
  const both = chosen.filter((token) => token < b.layout.answerLength);
  return { a: both, b: both, unmatched: chosen.length - both.length, isDecisive: false };
}
