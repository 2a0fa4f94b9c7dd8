/** @file What the score of a token is, in words. */
import type { RunDescription } from "../run/types.ts";
import { vocabularyTexts } from "../run/vocabulary.ts";
import { quoted, shownText } from "./token-names.ts";

/** "log-probability", "logit less that of “left”". */
export function scoreText(
  description: RunDescription,
  score: "log-probability" | { readonly contrast: number },
): string {
  if (score === "log-probability") return score;
  return `logit less that of ${quoted(shownText(vocabularyTexts(description)(score.contrast)))}`;
}
