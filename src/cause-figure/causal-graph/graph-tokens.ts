/** @file The tokens of a causal graph: what kind they are, what they are called, and how many steps they stand from the explained one. */
import type { CausalGraphFinding, CauseTree } from "../../run/causes.ts";
import { imageTokens, type ImageToken } from "../../run/positions.ts";
import type { RunDescription } from "../../run/types.ts";
import { partText } from "../../run/grids.ts";
import { quoted, shownText, shownToken } from "../../figure/token-names.ts";

/** `text`: words of the earlier answer and of the template. */
type TokenKind = "target" | "patch" | "question" | "text";

export interface GraphToken {
  /** In the sequence. */
  readonly position: number;
  readonly kind: TokenKind;
  /** Fewest steps from the explained token in the tree; 0 for itself, Infinity for a token that is not in the tree. */
  readonly radius: number;
  /** A word or two on the token itself; a patch is drawn, and this is its place. */
  readonly label: string;
  /** Who it is in a sentence: "patch row 3, column 4", "question “arrow”". */
  readonly name: string;
  /** Index among the image tokens of all pictures. */
  readonly patch?: number;
  /** Index in the answer. */
  readonly answer?: number;
}

/** What naming reads of a run. */
export interface NamedRun {
  readonly document: { readonly description: RunDescription };
  /** Image tokens of all pictures in order, and their places on the key axis. */
  readonly layout: { readonly imageTokens: readonly ImageToken[]; readonly imagePositions: Int32Array };
}

/** What naming reads, of a description alone. */
export function namedRun(description: RunDescription): NamedRun {
  const found = imageTokens(description);
  return {
    document: { description },
    layout: { imageTokens: found, imagePositions: Int32Array.from(found, ({ position }) => position) },
  };
}

/** Fewest steps from the root at which each position occurs in the tree, the root's own position at 0. */
export function shortestDepths(tree: CauseTree): ReadonlyMap<number, number> {
  const depths = new Map<number, number>([[tree.position, 0]]);
  let level: readonly CauseTree[] = tree.children;
  for (let depth = 1; level.length > 0; depth++) {
    for (const { position } of level) if (!depths.has(position)) depths.set(position, depth);
    level = level.flatMap(({ children }) => children);
  }
  return depths;
}

/** A patch by its place: shortly, and in a sentence. */
export function patchName({ document, layout }: NamedRun, patch: number): { label: string; name: string } {
  const { image, cell } = layout.imageTokens[patch]!;
  const { images } = document.description;
  const picture = images.length > 1 ? ` of picture ${image + 1}` : "";
  if (cell === undefined) return { label: "row end", name: `image token without a patch${picture}` };
  const part = images[image] && partText(images[image], cell.grid, cell);
  const grid = part ? `, ${part}` : "";
  return {
    label: `${cell.row}, ${cell.col}`,
    name: `patch row ${cell.row}, column ${cell.col}${grid}${picture}`,
  };
}

const roleNames: Readonly<Partial<Record<string, string>>> = {
  question: "question",
  answer: "answer",
  template: "template",
  special: "special token",
  system: "system prompt",
  bos: "beginning of text",
};

/**
 * Names the token at a position. From the one before the answer on, positions both read a token and predict the next one: the published
 * tool labels them by what they predict, the exact variant by what they read, and names say both.
 */
function textName({ document }: NamedRun, position: number, variant: CausalGraphFinding["variant"]) {
  const { tokens, answer } = document.description;
  const { text, role } = tokens[position]!;
  const read = `${roleNames[role] ?? role} ${quoted(shownText(text))}`;
  const next = tokens[position + 1];
  if (position < answer.start - 1 || next === undefined) return { label: shownText(text), name: read };
  const produced = shownText(next.text);
  return variant === "reference"
    ? { label: produced, name: `${quoted(produced)}, predicted where ${read} is read` }
    : { label: shownText(text), name: `${read}, where ${quoted(produced)} is predicted` };
}

/** Names one position as a token of the graph, `radius` steps from the explained token. */
export function graphToken(
  run: NamedRun,
  position: number,
  { radius, variant, target }: Pick<CausalGraphFinding, "variant" | "target"> & { readonly radius: number },
): GraphToken {
  const { tokens, answer } = run.document.description;
  if (position === target) {
    const explained = shownText(tokens[position + 1]?.text ?? "");
    const name = `the explained token ${quoted(explained)}, read off the position of ${quoted(shownToken({ tokens }, position))}`;
    return { position, kind: "target", radius: 0, label: explained, name };
  }
  const patch = run.layout.imagePositions.indexOf(position);
  if (patch >= 0) return { position, kind: "patch", radius, patch, ...patchName(run, patch) };
  const named = textName(run, position, variant);
  const kind = tokens[position]!.role === "question" ? "question" : "text";
  const isAnswer = position >= answer.start && position < answer.end;
  return { position, kind, radius, ...named, ...(isAnswer ? { answer: position - answer.start } : {}) };
}

/** The tokens of a graph in its order, each with its distance. */
export function graphTokens(run: NamedRun, finding: CausalGraphFinding): GraphToken[] {
  const depths = shortestDepths(finding.tree);
  return finding.nodes.map((position) =>
    graphToken(run, position, { ...finding, radius: depths.get(position) ?? Infinity }),
  );
}

/** "radius 2", "not in the tree". */
export function radiusText({ radius }: Pick<GraphToken, "radius">): string {
  if (radius === 0) return "explained";
  return Number.isFinite(radius) ? `radius ${radius}` : "not in the tree";
}
