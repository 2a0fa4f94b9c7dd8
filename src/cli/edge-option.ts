/** @file Edges of attention as they are written on the command line: "picture:last:0-3". */
import type { EdgeName } from "../run/measures.ts";
import { imageTokens, predictingPosition, questionPositions } from "../run/positions.ts";
import type { RunDescription } from "../run/types.ts";
import { quote } from "../json/quote.ts";
import { causeName } from "../export/causes/cause-name.ts";
import { readIndexList } from "./index-list.ts";
import { UsageError } from "./usage-error.ts";

type NamedPositions = (description: RunDescription, token: number) => number[];

/** Positions that have a name; `last` predicts the answer token. */
const namedPositions: Readonly<Record<string, NamedPositions>> = {
  picture: (description) => imageTokens(description).map(({ position }) => position),
  question: (description) => questionPositions(description),
  last: (description, token) => [predictingPosition(description, token)],
};

/** Reads FROM:TO[:LAYERS[:HEADS]]. Throws a UsageError if it is none, or names a picture or a question that is not there. */
export function readEdge(
  text: string,
  { description, token }: { readonly description: RunDescription; readonly token: number },
): EdgeName {
  const [from, to, layers, heads, ...more] = text.split(":");
  if (from === undefined || to === undefined || more.length > 0) {
    throw new UsageError(`--edge must be FROM:TO[:LAYERS[:HEADS]], such as picture:last:0-3, got ${quote(text)}.`);
  }
  const positionsOf = (part: string): number[] => {
    const named = namedPositions[part.trim()];
    const found = named === undefined ? readIndexList(part, "edge") : named(description, token);
    if (found.length === 0)
      throw new UsageError(`--edge names the ${part.trim()}, and the run has none; leave it out.`);
    return found;
  };
  return {
    from: positionsOf(from),
    to: positionsOf(to),
    ...(layers === undefined ? {} : { layers: readIndexList(layers, "edge") }),
    ...(heads === undefined ? {} : { heads: readIndexList(heads, "edge") }),
  };
}

/** "attention of “point” to 196 tokens". */
export function edgeText(description: RunDescription, { from, to, layers, heads }: EdgeName): string {
  const name = (positions: readonly number[]): string =>
    positions.length === 1 ? causeName(description, positions[0]!) : `${positions.length} tokens`;
  const where = [
    layers === undefined ? "" : ` in layers ${layers.join(", ")}`,
    heads === undefined ? "" : `${layers === undefined ? " in" : ","} heads ${heads.join(", ")}`,
  ];
  return `attention of ${name(to)} to ${name(from)}${where.join("")}`;
}
