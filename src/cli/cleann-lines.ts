/** @file What CLEANN with its tester found in the heads of a layer, in lines. */
import type { CleannResult } from "../run/measures.ts";
import type { RunDescription } from "../run/types.ts";
import { causeName } from "./causes-lines.ts";

/** Sets, and members of a set, that a line names. */
const namedSets = 3;
const namedMembers = 6;

function counted(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? "" : "s"}`;
}

/** How many heads have a set without which the prediction changes, and a line a head. `token` is the text of the answer token. */
export function cleannLines(
  description: RunDescription,
  { request, heads, calls }: CleannResult,
  token: string,
): string[] {
  const finding = heads.filter(({ sets }) => sets.length > 0).length;
  const nameOf = (set: readonly number[]): string => {
    const named = set.slice(0, namedMembers).map((position) => causeName(description, position));
    return [...named, ...(set.length > namedMembers ? [`${set.length - namedMembers} more`] : [])].join(" + ");
  };
  const lineOf = (head: CleannResult["heads"][number], index: number): string => {
    const { noGraph, members, sets, first, complete, attention } = head;
    const byAttention =
      attention.positions === null
        ? `the order of attention finds none in ${counted(attention.calls, "call")}`
        : `the order of attention finds ${counted(attention.positions.length, "token")} in ${counted(attention.calls, "call")}`;
    if (noGraph !== undefined) return `  head ${index}: ${noGraph}`;
    const none = members === 0 ? "its graph names no cause" : `its graph finds none in ${counted(head.calls, "call")}`;
    const found =
      first === null
        ? `${none}${complete ? "" : ", not every set was tried"}`
        : `its graph finds a set in ${counted(first, "call")} (${sets.slice(0, namedSets).map(nameOf).join("; ")}${sets.length > namedSets ? `; ${sets.length - namedSets} more` : ""})`;
    return `  head ${index}: ${found}; ${byAttention}`;
  };
  return [
    `CLEANN: ${finding} of ${counted(heads.length, "head")} of layer ${request.layer} have a set without which the model predicts something else than "${token}" (${counted(calls, "call")}).`,
    ...heads.map(lineOf),
  ];
}
