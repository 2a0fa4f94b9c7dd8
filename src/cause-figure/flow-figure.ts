/** @file The figure of a flow graph: groups of tokens as lanes, bands of layers as columns, edges as links between lanes. */
import type { FlowGroup, FlowResult } from "../run/measures.ts";
import { bodyWidth, figureDocument, type FigureFrame } from "../figure/figure-header.ts";
import { figureColors, formatShare, textSize } from "../figure/figure-style.ts";
import { layOutFlow, type FlowBand, type FlowLink } from "./flow-layout.ts";
import type { FlowChoice } from "../run/measure-choices.ts";
import { drawKeys } from "../figure/keys.ts";
import { drawParagraph } from "../figure/paragraph.ts";
import { embeddedImage, placeDrawing, stackDrawings, type Drawing } from "../figure/svg-document.ts";
import { fitText, type TextPainter } from "../figure/text-painter.ts";
import { element, formatCoordinate } from "../figure/xml.ts";

/** Of the page's tokens: blue is evidence from the picture, orange from text. */
const flowColors: Readonly<Record<FlowGroup["kind"], string>> = {
  region: figureColors.image,
  words: figureColors.text,
  answer: figureColors.textMid,
  template: figureColors.control,
  target: figureColors.ink,
};

/** What links of each color carry, as a legend says it. */
export const flowKindTexts: Readonly<Record<FlowGroup["kind"], string>> = {
  region: "from the picture",
  words: "from the question",
  answer: "from the earlier answer",
  template: "from the template",
  target: "from the word's own place",
};

export interface FlowDrawing {
  readonly result: Pick<FlowResult, "groups" | "edges">;
  readonly choice: FlowChoice;
  /** Pixels. */
  readonly width: number;
  /** Data URL of the part of the picture that a group is; undefined for none. */
  readonly pieceOf?: (group: FlowGroup) => string | undefined;
}

const pieceSize = 24;

/** Of edges that lower the score of the answer, as of signed maps. */
const opposing = "#762a83";
const laneHeight = 30;
const namesHeight = 24;
/** Room for the name of the axis beside narrow columns. */
const axisWidth = 34;
const nameRow = 12;
const thickest = 11;
const dot = 3;

/** "layers 0 to 3", or "layer 4". */
export function layersText([first, last]: readonly [number, number]): string {
  return first === last ? `layer ${first}` : `layers ${first} to ${last}`;
}

function bandRoom({ left, right }: FlowBand): number {
  return right - left - 6;
}

/** "0 to 3", or "4". */
function shortBand({ layers: [first, last] }: FlowBand): string {
  return first === last ? String(first) : `${first} to ${last}`;
}

/** What stands above the column of a band: "layers 0 to 3", "0 to 3" if it is narrow. */
export function bandText(band: FlowBand, painter: TextPainter): string {
  const font = { size: textSize.tick, weight: 400 } as const;
  const whole = layersText(band.layers);
  const isWide = painter.width(whole, font) <= bandRoom(band);
  return isWide ? whole : fitText(shortBand(band), bandRoom(band), { painter, font });
}

/** The curve of a link, as the `d` of a path. */
export function linkPath({ start, end }: Pick<FlowLink, "start" | "end">): string {
  const [x0, y0, x1, y1] = [start.x, start.y, end.x, end.y].map(formatCoordinate) as [string, string, string, string];
  const middle = formatCoordinate((start.x + end.x) / 2);
  return `M${x0} ${y0}C${middle} ${y0} ${middle} ${y1} ${x1} ${y1}`;
}

/** The layers of each column: names of narrow columns stand in several rows in turn, so that none is cut. */
function drawBandNames(
  bands: readonly FlowBand[],
  { right, painter }: { readonly right: number; readonly painter: TextPainter },
): Pick<Drawing, "svg" | "height"> {
  const tick = { size: textSize.tick, weight: 400 } as const;
  const widest = Math.max(0, ...bands.map((band) => painter.width(shortBand(band), tick)));
  const room = Math.min(right, ...bands.map(bandRoom));
  // The last name is moved to the left if it would reach over the edge.
  const needed = widest > room ? widest + (widest - room) / 2 : 0;
  const rows = Math.max(1, Math.ceil(needed / Math.max(1, room)));
  const texts = bands.map((band) => (rows > 1 ? shortBand(band) : bandText(band, painter)));
  const isNamed = texts.every((text) => text.startsWith("layer"));
  const axis = isNamed ? "" : painter.mark("layers", { x: 0, y: 12, ...tick, fill: figureColors.inkThird });
  const names = bands.map((band, i) => {
    const text = texts[i]!;
    const middle = Math.min((band.left + band.right) / 2, right - painter.width(text, tick) / 2);
    const place = { x: middle, y: 12 + (i % rows) * nameRow, ...tick, anchor: "middle" } as const;
    return painter.mark(text, { ...place, fill: figureColors.inkThird });
  });
  return { svg: axis + names.join(""), height: namesHeight + (rows - 1) * nameRow };
}

/** Lanes with their names on the left, links between them, and the layers of each column above. */
export function drawFlow({ result, choice, width, pieceOf }: FlowDrawing, painter: TextPainter): Drawing {
  const { groups } = result;
  const font = { size: textSize.body, weight: 400 } as const;
  const strong = { size: textSize.body, weight: 600 } as const;
  const fontOf = ({ kind }: FlowGroup) => (kind === "target" ? strong : font);
  const pieces = new Map(groups.map((group) => [group, pieceOf?.(group)]));
  const textLeft = (group: FlowGroup): number => (pieces.get(group) === undefined ? 0 : pieceSize + 6);
  const room = { choice, right: width - dot - 1, laneHeight, thickest };
  const shown = layOutFlow(result, { ...room, left: 0 }).lanes.map(({ group }) => groups[group]!);
  const widest = Math.max(0, ...shown.map((group) => textLeft(group) + painter.width(group.name, fontOf(group))));
  const left = Math.max(Math.min(width * 0.36, widest), axisWidth) + 14;
  const layout = layOutFlow(result, { ...room, left });
  const columns = drawBandNames(layout.bands, { right: width, painter });
  const top = columns.height;
  const limits = [...layout.bands.map((band) => band.left), ...layout.bands.slice(-1).map((band) => band.right)];
  const rules = limits.map((x) =>
    element("line", { x1: x, y1: top, x2: x, y2: top + layout.height, stroke: figureColors.line }),
  );
  const lanes = layout.lanes.map(({ group, y }) => {
    const each = groups[group]!;
    const own = fontOf(each);
    const start = textLeft(each);
    const name = fitText(each.name, left - 14 - start, { painter, font: own });
    const piece = pieces.get(each);
    const size = { width: pieceSize, height: pieceSize };
    const drawnPiece = piece === undefined ? undefined : { svg: embeddedImage(piece, size), ...size };
    const line = { x1: left, y1: top + y, x2: width - dot - 1, y2: top + y };
    return [
      drawnPiece === undefined ? "" : placeDrawing(drawnPiece, 0, top + y - pieceSize / 2),
      painter.mark(name, { x: start, y: top + y + 4.5, ...own }),
      element("line", { ...line, stroke: figureColors.rule }),
    ].join("");
  });
  const links = layout.links.map((link) => {
    const { start, end, value, isMeasured, width: thickness } = link;
    const path = linkPath({ start: { ...start, y: start.y + top }, end: { ...end, y: end.y + top } });
    return element("path", {
      d: path,
      fill: "none",
      stroke: value < 0 ? opposing : flowColors[groups[link.from]!.kind],
      "stroke-width": thickness,
      "stroke-opacity": 0.72,
      "stroke-dasharray": isMeasured ? undefined : "5 4",
    });
  });
  const ends = layout.links.flatMap(({ start, end, from, to }) => [
    element("circle", { cx: start.x, cy: start.y + top, r: dot, fill: flowColors[groups[from]!.kind] }),
    element("circle", { cx: end.x, cy: end.y + top, r: dot, fill: flowColors[groups[to]!.kind] }),
  ]);
  const svg = [columns.svg, ...rules, ...lanes, ...links, ...ends].join("");
  return { svg, width, height: top + layout.height };
}

/** What the links of a flow graph mean, in words. */
export function flowLegend({ result, choice }: Pick<FlowDrawing, "result" | "choice">, unit: string): string {
  const { links, largest } = layOutFlow(result, { choice, left: 0, right: 1, laneHeight, thickest });
  const estimated = links.some(({ isMeasured }) => !isMeasured) ? "; dashed: estimated, not measured" : "";
  const against = links.some(({ value }) => value < 0) ? "; purple: the answer gets likelier without it" : "";
  return `Width: fall of the ${unit} when this attention is blocked, ${formatShare(largest)} at the widest${against}${estimated}`;
}

export interface FlowFigure extends FigureFrame {
  readonly flow: Pick<FlowDrawing, "result" | "choice" | "pieceOf">;
  /** What the widths are falls of. */
  readonly unit: string;
  /** What the graph keeps and loses. */
  readonly sentence: string;
}

/** Width of a figure, in pixels. */
const flowFigureWidth = 720;

/** The graph with what its colors, widths and dashes mean, and the sentence about it. Returns an SVG document. */
export function flowFigure({ flow, unit, sentence, ...frame }: FlowFigure, painter: TextPainter): string {
  const { result, choice } = flow;
  const width = bodyWidth(frame, flowFigureWidth);
  const { links } = layOutFlow(result, { choice, left: 0, right: 1, laneHeight, thickest });
  const kinds = (Object.keys(flowKindTexts) as FlowGroup["kind"][]).filter((kind) =>
    links.some(({ from, value }) => value >= 0 && result.groups[from]!.kind === kind),
  );
  const keys = kinds.map((kind) => ({ color: flowColors[kind], label: flowKindTexts[kind] }));
  const small = { font: { size: textSize.caption, weight: 400 }, fill: figureColors.inkThird, lineHeight: 16 } as const;
  const body = { font: { size: textSize.body, weight: 400 }, fill: figureColors.ink, lineHeight: 18 } as const;
  const legend = links.length === 0 ? "No edge is drawn." : `${flowLegend({ result, choice }, unit)}.`;
  const parts = [
    drawFlow({ ...flow, width }, painter),
    drawKeys({ keys, unit: "" }, width, painter),
    drawParagraph(legend, { ...small, width }, painter),
    ...(frame.layout?.isBare ? [] : [drawParagraph(sentence, { ...body, width }, painter)]),
  ].filter(({ height }) => height > 0);
  return figureDocument(frame, stackDrawings(parts, 12), { painter, description: sentence });
}
