/** @file Minimal causes of an answer token, in lines. */
import { namedRun } from "../cause-figure/causal-graph/graph-tokens.ts";
import { alternativesSentence, shareText, testsText } from "../cause-figure/cause-text.ts";
import { kindsOf, sentencesOf } from "../cause-figure/found-causes.ts";
import type { CauseSet, MinimalResult } from "../run/measures.ts";
import type { RunDescription } from "../run/types.ts";
import { causeName } from "../export/causes/cause-name.ts";

/** Members that a line names. */
const namedMembers = 8;

/** A set by its members, its shares, and each test of it with its p-value. */
function setLine(description: RunDescription, set: CauseSet): string {
  const { positions, confirmed, confirmedBy } = set;
  const named = positions.slice(0, namedMembers).map((position) => causeName(description, position));
  const more = positions.length > namedMembers ? `, and ${positions.length - namedMembers} more` : "";
  const tested = confirmedBy.length === 0 ? "" : ` (${testsText(set)})`;
  return `  ${named.join(", ")}${more}: ${shareText(set)}; ${confirmed ? "confirmed" : "not confirmed"}${tested}`;
}

/** A sentence a kind, and below it a line a set. `word` is the text of the answer token. */
export function minimalLines(description: RunDescription, result: MinimalResult, word: string): string[] {
  const sentences = sentencesOf(namedRun(description), result, word);
  return kindsOf(result).flatMap(({ causes }, place) => {
    const alternatives = alternativesSentence(causes);
    return [
      sentences[place]!,
      ...(alternatives === undefined ? [] : [alternatives]),
      ...causes.sets.map((set) => setLine(description, set)),
    ];
  });
}
