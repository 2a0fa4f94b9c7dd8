/** @file Minimal causes of an answer token, in lines. */
import { alternativesSentence, causeSentence, shareText, testsText } from "../figure/cause-text.ts";
import { causeUnits } from "../measure/cause-units.ts";
import { causeKinds, type CauseKind } from "../run/measure-choices.ts";
import type { CauseSet, MinimalResult } from "../run/measures.ts";
import type { RunDescription } from "../run/types.ts";
import { causeName } from "./causes-lines.ts";

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
  const { token } = result.request;
  const sizeOf = (kind: CauseKind) => {
    if (kind === "image") return ({ positions }: CauseSet) => positions.length;
    const words = causeUnits(description, { kind, token });
    return ({ positions }: CauseSet) => words.filter((unit) => unit.some((each) => positions.includes(each))).length;
  };
  return causeKinds.flatMap((kind) => {
    const causes = result[kind];
    if (causes === undefined) return [];
    const alternatives = alternativesSentence(causes);
    return [
      causeSentence({ kind, causes, word, sizeOf: sizeOf(kind) }),
      ...(alternatives === undefined ? [] : [alternatives]),
      ...causes.sets.map((set) => setLine(description, set)),
    ];
  });
}
