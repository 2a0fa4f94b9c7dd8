/** @file How figures write text: an interface, so that the same figure has real text or font outlines. */

export interface TextFont {
  /** Height of the em square, in pixels. */
  readonly size: number;
  readonly weight: 400 | 600;
}

interface TextPlace extends Partial<TextFont> {
  /** Baseline, in pixels; `x` is where `anchor` says. */
  readonly x: number;
  readonly y: number;
  readonly anchor?: "start" | "middle" | "end";
  readonly fill?: string;
}

/** Writes text into an SVG figure, and measures it so that figures can be laid out. */
export interface TextPainter {
  /** SVG of one line of text. */
  mark(text: string, place: TextPlace): string;
  /** Width of one line of text, in pixels. */
  width(text: string, font: TextFont): number;
}

/** How a text is written: by which painter, in which font. */
export interface TextWriting {
  readonly painter: TextPainter;
  readonly font: TextFont;
}

/** The text cut with an ellipsis if it is wider than `maxWidth` pixels. */
export function fitText(text: string, maxWidth: number, { painter, font }: TextWriting): string {
  if (painter.width(text, font) <= maxWidth) return text;
  const characters = Array.from(text);
  let low = 0;
  let high = characters.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const cut = `${characters.slice(0, middle).join("").trimEnd()}…`;
    if (painter.width(cut, font) <= maxWidth) low = middle;
    else high = middle - 1;
  }
  return `${characters.slice(0, low).join("").trimEnd()}…`;
}

/** A word in pieces that fit, for words that are wider than a line and for scripts without spaces. */
function piecesOf(word: string, maxWidth: number, { painter, font }: TextWriting): string[] {
  if (painter.width(word, font) <= maxWidth) return [word];
  const pieces: string[] = [];
  let piece = "";
  let width = 0;
  for (const character of word) {
    const own = painter.width(character, font);
    if (piece !== "" && width + own > maxWidth) {
      pieces.push(piece);
      [piece, width] = ["", 0];
    }
    piece += character;
    width += own;
  }
  return [...pieces, piece];
}

/**
 * The text in lines of at most `maxWidth` pixels, broken at spaces, and within words that are wider than a line; the last of
 * `maxLines` is cut with an ellipsis.
 */
export function wrapText(
  text: string,
  { maxWidth, maxLines }: { readonly maxWidth: number; readonly maxLines: number },
  writing: TextWriting,
): string[] {
  const lines: string[] = [];
  let line = "";
  const pieces = text
    .split(/\s+/)
    .filter((word) => word !== "")
    .flatMap((word) => piecesOf(word, maxWidth, writing).map((piece, i) => ({ piece, gap: i === 0 ? " " : "" })));
  for (const [index, { piece, gap }] of pieces.entries()) {
    const longer = line === "" ? piece : `${line}${gap}${piece}`;
    if (line === "" || writing.painter.width(longer, writing.font) <= maxWidth) {
      line = longer;
    } else if (lines.length === maxLines - 1) {
      line += pieces.slice(index).reduce((rest, each) => `${rest}${each.gap}${each.piece}`, "");
      break;
    } else {
      lines.push(line);
      line = piece;
    }
  }
  if (line !== "") lines.push(line);
  return lines.map((each) => fitText(each, maxWidth, writing));
}
