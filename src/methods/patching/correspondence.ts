/** @file Which positions of two sequences stand for the same: pictures token by token, text by what both begin and end with. */

/** A token of a sequence; `image` is the index of its picture, for image tokens. */
export interface ComparedToken {
  readonly id: number;
  readonly image: number | undefined;
}

/** Positions of a sequence that are all text, or all of one picture. */
interface Stretch {
  readonly image: number | undefined;
  readonly positions: readonly number[];
}

function stretchesOf(tokens: readonly ComparedToken[]): Stretch[] {
  const found: { image: number | undefined; positions: number[] }[] = [];
  for (const [position, { image }] of tokens.entries()) {
    const last = found.at(-1);
    if (last !== undefined && last.image === image) last.positions.push(position);
    else found.push({ image, positions: [position] });
  }
  return found;
}

/** How many entries two lists have in common, counted from the front. */
function commonStart(a: readonly number[], b: readonly number[]): number {
  const differs = a.findIndex((value, i) => value !== b[i]);
  return differs === -1 ? a.length : differs;
}

export interface TwoSequences {
  readonly own: readonly ComparedToken[];
  readonly other: readonly ComparedToken[];
}

/**
 * The other sequence's position for each of its own, of the positions that have one. Pictures correspond token by token if both sequences have
 * as many image tokens at the same places between the texts. A text corresponds by what it begins and ends with; what differs between does if it
 * has as many tokens. If the pictures do not correspond, all texts are one.
 */
export function correspondence({ own, other }: TwoSequences): Map<number, number> {
  const [ownParts, otherParts] = [stretchesOf(own), stretchesOf(other)];
  const isAlike =
    ownParts.length === otherParts.length &&
    ownParts.every(({ image, positions }, i) => {
      const part = otherParts[i]!;
      return image === part.image && (image === undefined || positions.length === part.positions.length);
    });
  const pairs = new Map<number, number>();
  const pairTexts = (a: readonly number[], b: readonly number[]) => {
    const [idsOfA, idsOfB] = [a.map((position) => own[position]!.id), b.map((position) => other[position]!.id)];
    const start = commonStart(idsOfA, idsOfB);
    const left = Math.min(a.length, b.length) - start;
    const end = Math.min(left, commonStart(idsOfA.toReversed(), idsOfB.toReversed()));
    const first = a.length === b.length ? a.length : start;
    for (let i = 0; i < first; i++) pairs.set(a[i]!, b[i]!);
    for (let i = 1; i <= end; i++) pairs.set(a[a.length - i]!, b[b.length - i]!);
  };
  if (!isAlike) {
    const textOf = (parts: readonly Stretch[]) =>
      parts.flatMap(({ image, positions }) => (image === undefined ? positions : []));
    pairTexts(textOf(ownParts), textOf(otherParts));
    return pairs;
  }
  for (const [i, { image, positions }] of ownParts.entries()) {
    const there = otherParts[i]!.positions;
    if (image === undefined) pairTexts(positions, there);
    else for (const [j, position] of positions.entries()) pairs.set(position, there[j]!);
  }
  return pairs;
}
