/** @file Where the texts of an SVG figure stand, so that tests can tell that none is cut and none lies on another. */
import { svgText } from "../../src/figure/svg-text.ts";

interface Place {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
  readonly isUpright: boolean;
}

/** A text with its box, in pixels of the document. */
export interface DrawnText {
  readonly text: string;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Shares of the font size that letters reach above and below the line they stand on. */
const ascent = 0.74;
const descent = 0.2;

function attribute(tag: string, name: string): string | undefined {
  return new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
}

function numberOf(tag: string, name: string): number {
  return Number(attribute(tag, name) ?? 0);
}

function plain(text: string): string {
  return text
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, "&");
}

function inside(place: Place, tag: string): Place {
  const { scale } = place;
  if (tag.startsWith("<svg")) {
    const [x, y] = [numberOf(tag, "x"), numberOf(tag, "y")];
    const [left, top, width] = (attribute(tag, "viewBox") ?? `0 0 ${numberOf(tag, "width")} 1`).split(" ").map(Number);
    const own = numberOf(tag, "width") / width!;
    return {
      ...place,
      x: place.x + (x - left! * own) * scale,
      y: place.y + (y - top! * own) * scale,
      scale: scale * own,
    };
  }
  const transform = attribute(tag, "transform") ?? "";
  const [, x = "0", y = "0"] = /translate\((\S+) (\S+)\)/.exec(transform) ?? [];
  const [, own = "1"] = /scale\((\S+)\)/.exec(transform) ?? [];
  return {
    x: place.x + Number(x) * scale,
    y: place.y + Number(y) * scale,
    scale: scale * Number(own),
    isUpright: place.isUpright || transform.includes("rotate(-90)"),
  };
}

function boxOf(tag: string, text: string, { x, y, scale, isUpright }: Place): DrawnText {
  const size = numberOf(tag, "font-size");
  const width = svgText.width(text, { size, weight: attribute(tag, "font-weight") === "600" ? 600 : 400 });
  const shift = { start: 0, middle: width / 2, end: width }[attribute(tag, "text-anchor") ?? "start"]!;
  const start = numberOf(tag, "x") - shift;
  const line = numberOf(tag, "y");
  const corners = isUpright
    ? [line - ascent * size, -(start + width), line + descent * size, -start]
    : [start, line - ascent * size, start + width, line + descent * size];
  const [left, top, right, bottom] = corners.map((corner, i) => (i % 2 === 0 ? x : y) + corner * scale);
  return { text, left: left!, top: top!, right: right!, bottom: bottom! };
}

/** All texts of a figure that this program wrote, with boxes by the widths of Inter; and the size of the document. */
export function drawnTexts(svg: string): { texts: DrawnText[]; width: number; height: number } {
  const [, , width, height] = /viewBox="([^"]*)"/.exec(svg)![1]!.split(" ").map(Number);
  const open: Place[] = [{ x: 0, y: 0, scale: 1, isUpright: false }];
  const texts: DrawnText[] = [];
  let isOutermost = true;
  for (const [tag, text] of svg.matchAll(/<text[^>]*>([^<]*)<\/text>|<(?:g|svg)\b[^>]*>|<\/(?:g|svg)>/g)) {
    if (text !== undefined) texts.push(boxOf(tag, plain(text), open.at(-1)!));
    else if (tag.startsWith("</")) open.pop();
    else if (!tag.endsWith("/>")) {
      open.push(isOutermost ? open[0]! : inside(open.at(-1)!, tag));
      isOutermost = false;
    }
  }
  return { texts: texts.filter(({ text: each }) => each.trim() !== ""), width: width!, height: height! };
}

/** What is wrong with the texts of a figure, in words: those that reach over the edge, and pairs that overlap. */
export function textFaults(svg: string): string[] {
  const { texts, width, height } = drawnTexts(svg);
  const slack = 0.5;
  const cut = texts
    .filter(
      ({ left, top, right, bottom }) =>
        left < -slack || top < -slack || right > width + slack || bottom > height + slack,
    )
    .map(({ text }) => `"${text}" is cut`);
  const overlaps = texts.flatMap((a, i) =>
    texts
      .slice(i + 1)
      .filter(
        (b) =>
          Math.min(a.right, b.right) - Math.max(a.left, b.left) > slack &&
          Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > slack,
      )
      .map((b) => `"${a.text}" lies on "${b.text}"`),
  );
  return [...cut, ...overlaps];
}
