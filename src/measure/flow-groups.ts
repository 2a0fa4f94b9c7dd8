/** @file Groups of tokens between which a flow graph has edges: places of the pictures, words of the question, and the rest of the prompt. */
import { cellBox } from "../image/geometry.ts";
import { wordsAt } from "../methods/token-words.ts";
import type { FlowGroup } from "../run/measures.ts";
import { imageTokens, isImagePlace, predictingPosition } from "../run/positions.ts";
import type { RunDescription, RunImage } from "../run/types.ts";

/** Regions of all pictures together, nearly. */
const regionCount = 16;
/** Groups of words of the question at most; longer ones have several words in a group. */
const mostWordGroups = 12;

/** Rows and columns of regions of a picture, `count` nearly, each about as wide as it is high. */
function regionGrid(
  { width, height }: Pick<RunImage, "width" | "height">,
  count: number,
): { rows: number; cols: number } {
  const cols = Math.max(1, Math.min(count, Math.round(Math.sqrt((count * width) / height))));
  return { rows: Math.max(1, Math.round(count / cols)), cols };
}

/**
 * Places of each picture, all of one size, so that edges can be compared with one another and random graphs are fair. A place that the model
 * sees in several grids is one region. Padding belongs to the region nearest to it.
 */
function regionGroups(description: RunDescription, target: number): FlowGroup[] {
  const { images, tokens } = description;
  const groups = images.map((picture, image) => {
    const { rows, cols } = regionGrid(picture, Math.max(4, Math.floor(regionCount / images.length)));
    const regions = Array.from({ length: rows * cols }, (): number[] => []);
    for (const { position, cell } of imageTokens(description, image)) {
      // What stands behind the sequence is read at every position.
      if (cell === undefined || (position >= target && position < tokens.length)) continue;
      const { left, top, width, height } = cellBox(picture.grids[cell.grid]!, cell);
      const along = (middle: number, length: number, count: number) =>
        Math.min(count - 1, Math.max(0, Math.floor((middle / length) * count)));
      const row = along(top + height / 2, picture.height, rows);
      const col = along(left + width / 2, picture.width, cols);
      regions[row * cols + col]!.push(position);
    }
    const name = images.length > 1 ? `picture ${image + 1}, ` : "picture, ";
    const placed = regions.map((positions, index): FlowGroup => ({
      name: `${name}row ${Math.floor(index / cols) + 1}, column ${(index % cols) + 1}`,
      kind: "region",
      positions,
    }));
    // Tokens of a tile as a whole; those without a place in the sequence only end rows.
    const whole = imageTokens(description, image).filter(
      ({ position, cell }) => cell === undefined && position >= tokens.length,
    );
    return [
      ...placed,
      { name: `${name}as a whole`, kind: "region" as const, positions: whole.map(({ position }) => position) },
    ];
  });
  return groups.flat();
}

/** Words in as many groups as there may be, one word each if they are few. */
function wordGroups({ tokens }: RunDescription, target: number): FlowGroup[] {
  const positions = tokens.flatMap(({ role }, position) =>
    role === "question" && position < target ? [position] : [],
  );
  const words = wordsAt(tokens, positions);
  const count = Math.min(mostWordGroups, words.length);
  return Array.from({ length: count }, (_, index): FlowGroup => {
    const start = (group: number) => Math.round((group * words.length) / count);
    const own = words.slice(start(index), start(index + 1));
    return {
      name: own.map(({ text }) => text).join(" "),
      kind: "words",
      positions: own.flatMap((word) => word.positions),
    };
  });
}

/**
 * Groups of every token that the token predicted at `target` can depend on, but for the first one if it is text, which every query keeps.
 * Groups without tokens are left out; the last one is the target.
 */
export function flowGroups(description: RunDescription, token: number): FlowGroup[] {
  const target = predictingPosition(description, token);
  const { tokens } = description;
  const found = [...regionGroups(description, target), ...wordGroups(description, target)];
  const taken = new Set(found.flatMap(({ positions }) => positions));
  // The target stands alone, even if it is a word of the question.
  const first = isImagePlace(description, 0) ? 0 : 1;
  const rest = tokens.flatMap((_, position) =>
    position >= first && position < target && !taken.has(position) ? [position] : [],
  );
  const isAnswer = (position: number) => tokens[position]!.role === "answer";
  const groups: FlowGroup[] = [
    ...found,
    { name: "template", kind: "template", positions: rest.filter((position) => !isAnswer(position)) },
    { name: "earlier answer", kind: "answer", positions: rest.filter(isAnswer) },
    { name: "answer", kind: "target", positions: [target] },
  ];
  return groups
    .map((group) => ({ ...group, positions: group.positions.filter((position) => position >= first) }))
    .filter(({ positions }) => positions.length > 0);
}
