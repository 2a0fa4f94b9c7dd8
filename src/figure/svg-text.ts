/** @file Text of figures as SVG text, for documents whose text should stay text. */
import type { TextPainter } from "./text-painter.ts";
import { element, escapeXml, plainText } from "./xml.ts";

/** Advance widths of the characters U+0020 to U+007E in Inter, in thousandths of an em. */
const regularWidths = [
  281, 288, 466, 633, 642, 982, 644, 300, 365, 365, 501, 662, 288, 460, 288, 360, 631, 407, 610, 618, 646, 593, 620,
  566, 619, 620, 288, 302, 662, 662, 662, 511, 966, 690, 654, 730, 722, 601, 590, 746, 743, 269, 571, 672, 565, 903,
  753, 765, 639, 765, 644, 642, 646, 744, 690, 985, 682, 679, 629, 365, 360, 365, 471, 456, 323, 562, 612, 571, 612,
  583, 370, 613, 591, 242, 242, 549, 242, 876, 591, 600, 612, 612, 376, 528, 327, 591, 562, 818, 546, 562, 552, 426,
  333, 426, 662,
];
/** Semibold Inter is wider than regular by this factor, on average over English text. */
const semiboldFactor = 1.04;
/** Letters beyond ASCII: most alphabets are near this, Asian scripts and symbols fill the em. */
const alphabetWidth = 610;
const fullWidth = 1000;
const firstFullWidthCodePoint = 0x2e80;

function thousandthsOf(codePoint: number): number {
  const width = regularWidths[codePoint - 0x20];
  if (width !== undefined) return width;
  return codePoint >= firstFullWidthCodePoint ? fullWidth : alphabetWidth;
}

/** Fonts of the documents: Inter where the reader has it, else the system's sans-serif. */
export const fontFamily = 'Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif';

/** Writes `<text>` elements. Widths are those of Inter, so the layout is the same for every reader. */
export const svgText: TextPainter = {
  mark(text, { x, y, size = 12, weight = 400, anchor = "start", fill = "#191917" }) {
    const open = element("text", {
      x,
      y,
      "font-size": size,
      "font-weight": weight === 400 ? undefined : weight,
      "text-anchor": anchor === "start" ? undefined : anchor,
      fill,
    });
    return `${open.slice(0, -2)}>${escapeXml(text)}</text>`;
  },
  width(text, { size, weight }) {
    let sum = 0;
    for (const character of plainText(text)) sum += thousandthsOf(character.codePointAt(0)!);
    return (sum / 1000) * size * (weight === 600 ? semiboldFactor : 1);
  },
};
