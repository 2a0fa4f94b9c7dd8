/** @file Text of figures as outlines of a font, for pictures that must look the same on a machine without fonts. */
import { parse, type Font, type Glyph } from "opentype.js/dist/opentype.mjs";
import type { TextFont, TextPainter } from "./text-painter.ts";
import { element, formatCoordinate, plainText } from "./xml.ts";

/** The bytes of font files (WOFF, TTF or OTF) of each weight; of several files the first that has a character draws it. */
export interface FontFiles {
  readonly regular: readonly Uint8Array[];
  readonly semibold: readonly Uint8Array[];
}

function parseFont(bytes: Uint8Array): Font {
  const copy = new Uint8Array(bytes);
  try {
    return parse(copy.buffer);
  } catch (error) {
    throw new Error(`font: ${bytes.length} bytes are no readable WOFF, TTF or OTF font; give an unpacked font file.`, {
      cause: error,
    });
  }
}

/** One character to draw: its glyph and font, or a box if no font has it. */
interface Letter {
  readonly glyph: { readonly font: Font; readonly shape: Glyph } | null;
  /** Left edge and advance, in ems. */
  readonly left: number;
  readonly advance: number;
}

const missingAdvance = 0.62;
/** Latin letters that carry no mark of their own in the font are drawn without the mark rather than as a box. */
const combiningMarks = /\p{M}+/gu;

/** Characters that join or vary others and have no shape of their own. */
const invisible = /[\u200b-\u200d\u2060\ufe00-\ufe0f\ufeff\u00ad]/;

function glyphOf(fonts: readonly Font[], character: string): Letter["glyph"] {
  for (const candidate of [character, character.normalize("NFKD").replace(combiningMarks, "")]) {
    if (Array.from(candidate).length !== 1) continue;
    const font = fonts.find((each) => each.charToGlyphIndex(candidate) > 0);
    if (font) return { font, shape: font.charToGlyph(candidate) };
  }
  return null;
}

function lettersOf(fonts: readonly Font[], text: string): Letter[] {
  const letters: Letter[] = [];
  let left = 0;
  for (const character of plainText(text).normalize("NFC")) {
    if (invisible.test(character)) continue;
    const glyph = glyphOf(fonts, character);
    const before = letters.at(-1)?.glyph;
    if (glyph && before?.font === glyph.font) {
      left += glyph.font.getKerningValue(before.shape, glyph.shape) / glyph.font.unitsPerEm;
    }
    const advance = glyph ? glyph.shape.advanceWidth / glyph.font.unitsPerEm : missingAdvance;
    letters.push({ glyph, left, advance });
    left += advance;
  }
  return letters;
}

function widthOf(letters: readonly Letter[]): number {
  const last = letters.at(-1);
  return last ? last.left + last.advance : 0;
}

/** The outline of a box in the place of a character that no font has: two rings that run against each other. */
function boxPath(x: number, y: number, size: number): string {
  const line = 0.05 * size;
  const [left, right, top, bottom] = [x + 0.06 * size, x + 0.56 * size, y - 0.72 * size, y] as const;
  const at = formatCoordinate;
  return (
    `M${at(left)} ${at(top)}H${at(right)}V${at(bottom)}H${at(left)}Z` +
    `M${at(left + line)} ${at(top + line)}V${at(bottom - line)}H${at(right - line)}V${at(top + line)}Z`
  );
}

/**
 * A painter that draws text as the outlines of fonts, parsed once. A character that the fonts lack is drawn without its
 * accents if the font has that, else as a box. Throws an Error if the bytes are no font.
 */
export function glyphText(files: FontFiles): TextPainter {
  const regular = files.regular.map(parseFont);
  const semibold = files.semibold.map(parseFont);
  const fontsOf = ({ weight }: Pick<TextFont, "weight">): Font[] => (weight === 600 ? semibold : regular);
  return {
    mark(text, { x, y, size = 12, weight = 400, anchor = "start", fill = "#191917" }) {
      const letters = lettersOf(fontsOf({ weight }), text);
      const width = widthOf(letters) * size;
      const start = x - { start: 0, middle: width / 2, end: width }[anchor];
      const path = letters
        .map(({ glyph, left }) =>
          glyph
            ? glyph.shape.getPath(start + left * size, y, size).toPathData(2)
            : boxPath(start + left * size, y, size),
        )
        .join("");
      return path === "" ? "" : element("path", { d: path, fill });
    },
    width(text, font) {
      return widthOf(lettersOf(fontsOf(font), text)) * font.size;
    },
  };
}
