/** @file The figure of minimal causes: the picture with each set framed, the words of the question, and what was found, in sentences. */
import type { Box } from "../image/types.ts";
import { shareText, testsText } from "./cause-text.ts";
import { bodyWidth, figureDocument, type FigureFrame } from "../figure/figure-header.ts";
import { figureColors, textSize } from "../figure/figure-style.ts";
import { memberText, type ListedCause } from "./found-causes.ts";
import { outlinePath } from "../figure/outline.ts";
import { drawParagraph } from "../figure/paragraph.ts";
import { embeddedImage, placeDrawing, stackDrawings, type Drawing } from "../figure/svg-document.ts";
import type { TextPainter } from "../figure/text-painter.ts";
import { element } from "../figure/xml.ts";

/** The picture that patches are framed on, and their boxes in its pixels, by the number of their set. */
export interface FramedPicture {
  readonly dataUrl: string;
  readonly width: number;
  readonly height: number;
  readonly boxes: ReadonlyMap<number, readonly Box[]>;
}

/** A word of the question, and the number of the set that it belongs to. */
export interface FramedWord {
  readonly text: string;
  readonly set: number | undefined;
}

export interface CausesFigure extends FigureFrame {
  /** What was found of the picture, and of the question. */
  readonly sentences: readonly string[];
  readonly sets: readonly ListedCause[];
  /** Left out of a question without a picture. */
  readonly picture?: FramedPicture | undefined;
  /** Left out if no set has a word. */
  readonly words?: readonly FramedWord[];
  /** Which pictures the patches of a set lie on, as " of picture 2"; left out if there is one picture. */
  readonly placeOf?: (cause: ListedCause) => string;
  /** What the figure cannot show. */
  readonly notes: readonly string[];
}

/** Width and greatest height of the drawn picture, in pixels of the figure. */
const pictureWidth = 640;
const pictureHeight = 800;

/** Sets differ by color, by a single or a double line, and by their number; those that were not confirmed are dashed. */
const setColors = [figureColors.image, figureColors.text, "#762a83", "#1b7837", "#b2182b"] as const;
const dash = "7 4";

interface LineOfSet {
  readonly color: string;
  readonly isDouble: boolean;
  readonly isDashed: boolean;
}

function lineOf({ number, set }: ListedCause): LineOfSet {
  return { color: setColors[number % setColors.length]!, isDouble: number % 2 === 1, isDashed: !set.confirmed };
}

/** A frame that shows on light and on dark ground; a double line has a white core. */
function frame(shape: Readonly<Record<string, string | number>>, { color, isDouble, isDashed }: LineOfSet): string {
  const name = "d" in shape ? "path" : "rect";
  const stroke = (each: string, width: number): string =>
    element(name, {
      ...shape,
      fill: "none",
      stroke: each,
      "stroke-width": width,
      "stroke-dasharray": isDashed ? dash : undefined,
    });
  const ground = element(name, { ...shape, fill: "none", stroke: "#ffffff", "stroke-width": isDouble ? 7 : 5 });
  return ground + stroke(color, isDouble ? 5.5 : 3) + (isDouble ? stroke("#ffffff", 1.8) : "");
}

const tagSize = 15;

/** The number of a set in its color, with the upper left corner at a place. */
function tag(cause: ListedCause, { x, y }: { x: number; y: number }, painter: TextPainter): string {
  const square = { x, y, width: tagSize, height: tagSize, fill: lineOf(cause).color };
  const place = { x: x + tagSize / 2, y: y + 11.5, size: textSize.caption, weight: 600, anchor: "middle" } as const;
  return element("rect", square) + painter.mark(String(cause.number + 1), { ...place, fill: figureColors.paper });
}

/** How far frames lie inside of their patches, so that those of neighbors are both seen. */
const inset = 2.5;

function drawPicture(
  { dataUrl, width, height, boxes }: FramedPicture,
  { sets, widest }: { readonly sets: readonly ListedCause[]; readonly widest: number },
  painter: TextPainter,
): Drawing {
  const scale = Math.min(widest / width, pictureHeight / height);
  const size = { width: width * scale, height: height * scale };
  const scaled = new Map(
    [...boxes].map(([number, own]) => [
      number,
      own.map((box) => ({
        left: box.left * scale,
        top: box.top * scale,
        width: box.width * scale,
        height: box.height * scale,
      })),
    ]),
  );
  const all = [...scaled.values()].flat();
  const rest = `M0 0H${size.width}V${size.height}H0Z${outlinePath(all)}`;
  const veil =
    all.length === 0
      ? ""
      : element("path", { d: rest, fill: figureColors.paper, "fill-opacity": 0.4, "fill-rule": "evenodd" });
  const shown = sets.filter(({ number }) => (scaled.get(number) ?? []).length > 0);
  const frames = shown.map((cause) => {
    const own = scaled.get(cause.number)!;
    const smallest = Math.min(...own.map((box) => Math.min(box.width, box.height)));
    return frame({ d: outlinePath(own, Math.min(inset, smallest / 5)) }, lineOf(cause));
  });
  const tags = shown.map((cause) => {
    const [first] = [...scaled.get(cause.number)!].sort((a, b) => a.top - b.top || a.left - b.left);
    const y = first!.top >= tagSize ? first!.top - tagSize : first!.top;
    return tag(cause, { x: Math.min(first!.left, size.width - tagSize), y }, painter);
  });
  return { svg: [embeddedImage(dataUrl, size), veil, ...frames, ...(sets.length > 1 ? tags : [])].join(""), ...size };
}

const wordHeight = 26;
const wordLine = 38;

/** The question, word by word, those of a set framed. */
function drawWords(
  words: readonly FramedWord[],
  { sets, width }: { readonly sets: readonly ListedCause[]; readonly width: number },
  painter: TextPainter,
): Drawing {
  const font = { size: textSize.token, weight: 400 } as const;
  const pieces: string[] = [];
  let [x, y] = [0, 4];
  for (const { text, set } of words) {
    const cause = sets.find(({ number }) => number === set);
    const padding = cause === undefined ? 3 : 9;
    const wordWidth = painter.width(text, font) + 2 * padding;
    if (x > 0 && x + wordWidth > width) [x, y] = [0, y + wordLine];
    if (cause !== undefined) {
      pieces.push(frame({ x: x + 2, y: y + 2, width: wordWidth - 4, height: wordHeight - 4, rx: 3 }, lineOf(cause)));
    }
    pieces.push(painter.mark(text, { x: x + padding, y: y + 18, ...font }));
    x += wordWidth + 3;
  }
  return { svg: pieces.join(""), width, height: words.length === 0 ? 0 : y + wordHeight + 2 };
}

/** Length of the line that a key shows. */
const sample = 40;
const caption = { size: textSize.caption, weight: 400 } as const;

/** A line for each set: how it is framed, what it holds, what is lost without it, and its tests. */
function drawKey(
  cause: ListedCause,
  { width, several, where }: { width: number; several: boolean; where: string },
  painter: TextPainter,
) {
  const { set, words } = cause;
  const members = words.length > 0 ? words.map(({ text }) => `“${text}”`).join(", ") : `${memberText(cause)}${where}`;
  const tests = testsText(set);
  const text = [
    `${members}, ${set.confirmed ? "confirmed" : "not confirmed (dashed)"}; ${shareText(set)}`,
    ...(tests === "" ? [] : [`taken away ${tests}`]),
  ].join("; ");
  const start = several ? tagSize + 6 : 0;
  const left = start + sample + 10;
  const lines = drawParagraph(
    `${text}.`,
    { font: caption, fill: figureColors.inkSecond, lineHeight: 16, width: width - left },
    painter,
  );
  const line = frame({ d: `M${start} 8H${start + sample}` }, lineOf(cause));
  return {
    svg: `${several ? tag(cause, { x: 0, y: 0.5 }, painter) : ""}${line}${placeDrawing(lines, left, 0)}`,
    width,
    height: Math.max(tagSize + 1, lines.height),
  };
}

/** The picture and the question with the sets framed, the sentences, and a key of the frames. Returns an SVG document. */
export function causesFigure(figure: CausesFigure, painter: TextPainter): string {
  const { sets, picture, words = [], sentences, notes } = figure;
  const drawn =
    picture === undefined ? [] : [drawPicture(picture, { sets, widest: bodyWidth(figure, pictureWidth) }, painter)];
  const width = Math.max(bodyWidth(figure, 480), ...drawn.map((each) => each.width));
  const body = { font: { size: textSize.body, weight: 400 }, fill: figureColors.ink, lineHeight: 18 } as const;
  const small = { font: caption, fill: figureColors.inkThird, lineHeight: 16 } as const;
  const text = stackDrawings(
    sentences.map((sentence) => drawParagraph(sentence, { ...body, width }, painter)),
    4,
  );
  const key = stackDrawings(
    [
      ...sets.map((cause) => {
        const where = figure.placeOf?.(cause) ?? "";
        return drawKey(cause, { width, several: sets.length > 1, where }, painter);
      }),
      ...notes.map((note) => drawParagraph(note, { ...small, width }, painter)),
    ],
    8,
  );
  const parts = [
    ...drawn,
    ...(words.length > 0 ? [drawWords(words, { sets, width }, painter)] : []),
    ...(figure.layout?.isBare ? [] : [text]),
    ...(key.height > 0 ? [key] : []),
  ];
  return figureDocument(figure, stackDrawings(parts, 12), { painter, description: sentences.join(" ") });
}
