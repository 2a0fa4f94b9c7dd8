/** @file Which tokens become nodes of a head's causal graph: those that the explained token attends to (LVLM-Interpret, arXiv 2404.03118). */
import type { CausalOptions } from "./options.ts";

/** Nodes of a graph at most; beyond it those with the largest attention are taken. */
export const mostImageNodes = 50;
export const mostTextNodes = 60;

export interface NodeSelection {
  /** In causal order, the target last. */
  readonly nodes: readonly number[];
  /** In the order of selection: image tokens by falling attention, text tokens ascending, the target. */
  readonly selected: readonly number[];
  /** Tokens above the threshold that the largest numbers left out. */
  readonly leftOut: { readonly image: number; readonly text: number };
}

export interface SelectionInput {
  /** The head's attention in the row of the target, [keys]. */
  readonly row: ArrayLike<number>;
  readonly target: number;
  /** Positions of the image tokens. */
  readonly imagePositions: readonly number[];
  readonly options: Pick<CausalOptions, "variant" | "threshold">;
}

/** Positions by falling attention; of equal ones the later first, as the published tool's reversed sort has it. */
function byAttention(positions: readonly number[], row: ArrayLike<number>): number[] {
  return [...positions].sort((a, b) => row[b]! - row[a]! || b - a);
}

/** Text positions after the first image token and before the target; if there is no picture, after the first token, which is a sink. */
function textCandidates({ imagePositions, target }: SelectionInput): number[] {
  const image = new Set(imagePositions);
  const first = imagePositions.length === 0 ? 0 : Math.min(...imagePositions);
  const found: number[] = [];
  for (let position = first + 1; position < target; position++) if (!image.has(position)) found.push(position);
  return found;
}

/**
 * Nodes of a head's graph. Exact: image and text tokens with attention above the threshold, at most 50 and 60 of them. Reference: as many
 * image tokens, with whatever attention, as tokens of any kind lie above it (2 to 50), and every such text token after the image.
 */
export function selectNodes(input: SelectionInput): NodeSelection {
  const { row, target, imagePositions, options } = input;
  const isAbove = (position: number) => row[position]! > options.threshold;
  const text = textCandidates(input).filter(isAbove);
  const before = imagePositions.filter((position) => position < target);
  if (options.variant === "reference") {
    const above = Array.from({ length: row.length }, (_, position) => position).filter(isAbove).length;
    const image = byAttention(before, row).slice(0, Math.min(Math.max(2, above), mostImageNodes));
    return selection({ image, text, target, leftOut: { image: 0, text: 0 } });
  }
  const image = before.filter(isAbove);
  return selection({
    image: byAttention(image, row).slice(0, mostImageNodes),
    text: byAttention(text, row)
      .slice(0, mostTextNodes)
      .sort((a, b) => a - b),
    target,
    leftOut: { image: Math.max(0, image.length - mostImageNodes), text: Math.max(0, text.length - mostTextNodes) },
  });
}

function selection({
  image,
  text,
  target,
  leftOut,
}: {
  image: readonly number[];
  text: readonly number[];
  target: number;
  leftOut: NodeSelection["leftOut"];
}): NodeSelection {
  const selected = [...image, ...text, target];
  return { nodes: [...selected].sort((a, b) => a - b), selected, leftOut };
}
