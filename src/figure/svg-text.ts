/** @file Text of figures as SVG text, for documents whose text should stay text. */
import type { TextFont, TextPainter } from "./text-painter.ts";
import { element, escapeXml, plainText } from "./xml.ts";

/** Advance widths of the characters U+0020 to U+007E in Inter, in thousandths of an em. */
const regularWidths = [
  281, 288, 466, 633, 642, 982, 644, 300, 365, 365, 501, 662, 288, 460, 288, 360, 631, 407, 610, 618, 646, 593, 620,
  566, 619, 620, 288, 302, 662, 662, 662, 511, 966, 690, 654, 730, 722, 601, 590, 746, 743, 269, 571, 672, 565, 903,
  753, 765, 639, 765, 644, 642, 646, 744, 690, 985, 682, 679, 629, 365, 360, 365, 471, 456, 323, 562, 612, 571, 612,
  583, 370, 613, 591, 242, 242, 549, 242, 876, 591, 600, 612, 612, 376, 528, 327, 591, 562, 818, 546, 562, 552, 426,
  333, 426, 662,
];
/** The same in semibold. */
const semiboldWidths = [
  252, 321, 523, 644, 650, 1004, 663, 326, 373, 373, 540, 673, 319, 465, 319, 379, 660, 423, 623, 636, 666, 612, 640,
  576, 640, 640, 319, 329, 673, 673, 673, 543, 999, 728, 659, 737, 722, 605, 588, 749, 746, 277, 580, 703, 565, 922,
  759, 769, 645, 773, 652, 650, 660, 736, 728, 1020, 720, 713, 652, 373, 379, 373, 481, 469, 351, 574, 624, 583, 624,
  591, 389, 625, 612, 262, 262, 569, 262, 900, 612, 609, 624, 624, 397, 549, 353, 612, 587, 839, 569, 588, 566, 455,
  359, 455, 673,
];
/** Typographic marks that figures write themselves, regular and semibold. */
const markWidths: Readonly<Record<string, readonly [number, number]>> = {
  "“": [440, 507],
  "”": [440, 501],
  "’": [261, 294],
  "…": [864, 956],
  "·": [288, 319],
};
/** Letters beyond ASCII: most alphabets are near this, Asian scripts and symbols fill the em. */
const alphabetWidth = 610;
const fullWidth = 1000;
const firstFullWidthCodePoint = 0x2e80;

function thousandthsOf(character: string, weight: TextFont["weight"]): number {
  const codePoint = character.codePointAt(0)!;
  const width = (weight === 600 ? semiboldWidths : regularWidths)[codePoint - 0x20];
  return (
    width ??
    markWidths[character]?.[weight === 600 ? 1 : 0] ??
    (codePoint >= firstFullWidthCodePoint ? fullWidth : alphabetWidth)
  );
}

/** Fonts of the documents: Inter if the reader has it, else the system's sans-serif. */
export const fontFamily = 'Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif';

/** Words whose width is known from the tables; numbers stand free and keep even digits. */
const tabled = /^(?=.*[A-Za-z])[\u0020-\u007e“”’…·]+$/;

/** Writes `<text>` elements, fitted to their width if the reader's font is not Inter. Widths are those of Inter, so the layout is the same for every reader. */
export const svgText: TextPainter = {
  mark(text, { x, y, size = 12, weight = 400, anchor = "start", fill = "#191917" }) {
    // Another font is wider or narrower than Inter, and neighbors would touch.
    const fitted = tabled.test(text) && text.trim().length > 1;
    const open = element("text", {
      x,
      y,
      "font-size": size,
      "font-weight": weight === 400 ? undefined : weight,
      "text-anchor": anchor === "start" ? undefined : anchor,
      fill,
      textLength: fitted ? svgText.width(text, { size, weight }) : undefined,
      lengthAdjust: fitted ? "spacingAndGlyphs" : undefined,
    });
    return `${open.slice(0, -2)}>${escapeXml(text)}</text>`;
  },
  width(text, { size, weight }) {
    let sum = 0;
    for (const character of plainText(text)) sum += thousandthsOf(character, weight);
    return (sum / 1000) * size;
  },
};
