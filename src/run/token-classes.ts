/** @file Which tokens of a run can be masked in a question before the model is asked again. */
import { coveredShare } from "../image/geometry.ts";
import { imageTokens } from "./positions.ts";
import type { RunDescription } from "./types.ts";

/** The classes of tokens that random sets are drawn from: a set is compared with sets of as many members of each. */
export interface TokenClasses {
  /** Image tokens with picture under them. */
  readonly image: readonly number[];
  readonly question: readonly number[];
  /** Every other text token after the first one, up to the position that predicts the explained token. */
  readonly text: readonly number[];
}

/** The classes of tokens that can be masked for the answer token predicted at `target`. */
export function tokenClasses(description: RunDescription, target: number): TokenClasses {
  const { tokens, images } = description;
  const covered = new Set(
    imageTokens(description)
      .filter(({ image, cell }) => {
        const picture = images[image]!;
        return cell !== undefined && coveredShare(picture.grids[cell.grid]!, cell, picture) > 0;
      })
      .map(({ position }) => position),
  );
  // An image token is masked in its picture, so that it may be the first token, which is never hidden from the others.
  const before = tokens.flatMap(({ role }, position) =>
    (position > 0 || role === "image") && position < target ? [{ role, position }] : [],
  );
  const positions = (isWanted: (role: string) => boolean) =>
    before.filter(({ role }) => isWanted(role)).map(({ position }) => position);
  return {
    // What stands behind the sequence is read at every position of the answer.
    image: [...covered].filter((position) => position < target || position >= tokens.length),
    question: positions((role) => role === "question"),
    text: positions((role) => role !== "image" && role !== "question"),
  };
}

/** The classes of words that are evidence: a set of words is compared with sets of as many of each. */
const wordRoles = ["question", "answer", "system"] as const;

export interface WordClass {
  readonly name: (typeof wordRoles)[number];
  readonly positions: readonly number[];
}

/**
 * The words before the position that predicts the explained token, by class: of the question, of the answer so far and earlier ones, and of
 * the system prompt. The template, special tokens and the first token are no evidence: without them the model does not know that it is asked.
 */
export function wordClasses({ tokens }: RunDescription, target: number): WordClass[] {
  return wordRoles.map((name) => ({
    name,
    positions: tokens.flatMap(({ role }, position) =>
      role === name && position > 0 && position < target ? [position] : [],
    ),
  }));
}

/** The positions that are evidence for the token predicted at `target`: image tokens with picture under them, and words. */
export function evidencePositions(description: RunDescription, target: number): number[] {
  const words = wordClasses(description, target).flatMap(({ positions }) => positions);
  return [...tokenClasses(description, target).image, ...words];
}
