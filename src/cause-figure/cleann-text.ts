/** @file What CLEANN with its tester found, in fixed words: of a layer, and of each of its heads. */
import type { CleannResult } from "../run/measures.ts";

type HeadOfCleann = CleannResult["heads"][number];

/** What a set, or a member of one, is called. */
export type NameOfPosition = (position: number) => string;

/** Sets, and members of a set, that a sentence names. */
const namedSets = 3;
const namedMembers = 6;

function counted(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? "" : "s"}`;
}

/** The members of a set, the first ones by name. */
export function setText(set: readonly number[], nameOf: NameOfPosition): string {
  const rest = set.length - namedMembers;
  return [...set.slice(0, namedMembers).map(nameOf), ...(rest > 0 ? [`${rest} more`] : [])].join(" + ");
}

/** In how many heads a set was found. `word` is the text of the answer token, in quotation marks. */
export function cleannSentence({ request, heads, calls }: CleannResult, word: string): string {
  const finding = heads.filter(({ sets }) => sets.length > 0).length;
  return `${finding} of ${counted(heads.length, "head")} of layer ${request.layer} have a set without which the model predicts something else than ${word} (${counted(calls, "call")}).`;
}

/** "its graph finds a set in 3 calls (patch (5, 4) + “arrow”)" */
export function graphFound(
  { noGraph, members, sets, first, calls, complete }: HeadOfCleann,
  nameOf: NameOfPosition,
): string {
  if (noGraph !== undefined) return noGraph;
  if (first === null) {
    const none = members === 0 ? "its graph names no cause" : `its graph finds none in ${counted(calls, "call")}`;
    return `${none}${complete ? "" : ", not every set was tried"}`;
  }
  const named = sets.slice(0, namedSets).map((set) => setText(set, nameOf));
  const more = sets.length > namedSets ? `; ${sets.length - namedSets} more` : "";
  return `its graph finds a set in ${counted(first, "call")} (${named.join("; ")}${more})`;
}

/** "the order of attention finds 2 tokens in 4 calls"; undefined without a graph, whose tokens are ordered. */
export function attentionFound({ noGraph, attention }: HeadOfCleann): string | undefined {
  if (noGraph !== undefined) return undefined;
  const { positions, calls } = attention;
  return positions === null
    ? `the order of attention finds none in ${counted(calls, "call")}`
    : `the order of attention finds ${counted(positions.length, "token")} in ${counted(calls, "call")}`;
}

/** What the graph of a head finds, and beside it the order of its attention. */
export function headText(head: HeadOfCleann, nameOf: NameOfPosition): string {
  return [graphFound(head, nameOf), attentionFound(head) ?? []].flat().join("; ");
}
