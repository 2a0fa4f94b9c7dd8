/** @file Minimal causes of an answer token, in lines. */
import { minimalSentence, setNumbers } from "../figure/minimal-text.ts";
import { causeKinds } from "../run/measure-choices.ts";
import type { MinimalResult } from "../run/measures.ts";
import type { RunDescription } from "../run/types.ts";
import { causeName } from "./causes-lines.ts";

/** Members that a line names. */
const namedMembers = 8;

/** A sentence a kind, and below it a line a set. `token` is the text of the answer token. */
export function minimalLines(description: RunDescription, result: MinimalResult, token: string): string[] {
  return causeKinds.flatMap((kind) => {
    const causes = result[kind];
    if (causes === undefined) return [];
    const sets = causes.sets.map((set) => {
      const named = set.positions.slice(0, namedMembers).map((position) => causeName(description, position));
      const more = set.positions.length > namedMembers ? `, and ${set.positions.length - namedMembers} more` : "";
      return `  ${named.join(", ")}${more}: ${setNumbers(set)}`;
    });
    return [minimalSentence(causes, { kind, token }), ...sets];
  });
}
