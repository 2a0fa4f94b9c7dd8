/** @file The figure of a map on the picture. */
import { bodyWidth, figureDocument, type FigureFrame } from "./figure-header.ts";
import type { HeatMap } from "./heat-map.ts";
import { hatchLines, hatchStyles } from "./hatching.ts";
import { drawColorBar, overlayRamp } from "./legend.ts";
import type { ColorMapName } from "./color-map.ts";
import { embeddedImage, stackDrawings, type EncodePng } from "./svg-document.ts";
import type { TextPainter } from "./text-painter.ts";
import { figureColors } from "./figure-style.ts";
import { topLine, type Segment } from "./patch-geometry.ts";
import { element } from "./xml.ts";
import type { Box } from "../image/types.ts";

export interface OverlayFigure extends FigureFrame {
  /** What `drawHeatMap` gave, drawn with this color map and opacity. */
  readonly heatMap: HeatMap;
  readonly colorMap: ColorMapName;
  readonly opacity: number;
  readonly fades: boolean;
  /** Unit of the values: "attention weight per patch". */
  readonly unit: string;
  /** Boxes to mark on the picture, in pixels of the heat map: attention sinks. */
  readonly marks?: readonly Box[];
  /** The outline of the top patches, and what the model does not see of the picture; in pixels of the heat map. */
  readonly outline?: readonly Segment[];
  readonly unseen?: readonly Box[];
  /** "on the picture: 0.71 of 1", "6 % on padding". */
  readonly note?: string;
}

/** Width and greatest height of the drawn picture, in pixels of the figure; its own pixels are all kept. */
const pictureWidth = 640;
const pictureHeight = 800;

/** Dashed outlines that show on light and dark ground. */
function marksOf(boxes: readonly Box[], scale: number): string {
  const outline = ({ left, top, width, height }: Box, stroke: string, dash?: string): string =>
    element("rect", {
      x: left * scale + 1,
      y: top * scale + 1,
      width: width * scale - 2,
      height: height * scale - 2,
      fill: "none",
      stroke,
      "stroke-width": 2,
      "stroke-dasharray": dash,
    });
  return boxes.map((box) => outline(box, "#ffffff") + outline(box, figureColors.ink, "4 4")).join("");
}

const pathOf = (lines: readonly Segment[], scale: number): string =>
  lines.map(({ x1, y1, x2, y2 }) => `M${x1 * scale} ${y1 * scale}L${x2 * scale} ${y2 * scale}`).join("");

/** The hatching of what the model does not see. */
function unseenParts(boxes: readonly Box[], scale: number): string {
  const { ground, line } = hatchStyles.unseen;
  return boxes
    .map(({ left, top, width, height }) => {
      const box = { left: left * scale, top: top * scale, width: width * scale, height: height * scale };
      const place = { x: box.left, y: box.top, width: box.width, height: box.height };
      const lines = pathOf(hatchLines(box, hatchStyles.unseen), 1);
      return (
        element("rect", { ...place, ...paint("fill", ground) }) +
        element("path", { d: lines, ...paint("stroke", line) })
      );
    })
    .join("");
}

/** A color with opacity as attributes of an SVG, which older readers know by no other name. */
function paint(what: "fill" | "stroke", color: string): Record<string, string> {
  const [, levels = "", opacity = "1"] = /^rgb\(([\d ]+) \/ ([\d.]+)\)$/.exec(color) ?? [];
  return { [what]: `rgb(${levels.split(" ").join(",")})`, [`${what}-opacity`]: opacity };
}

/** The outline of the top patches, light inside dark. */
function topOutline(lines: readonly Segment[], scale: number): string {
  if (lines.length === 0) return "";
  const path = { d: pathOf(lines, scale), fill: "none", "stroke-linecap": "square" };
  return [topLine.outer, topLine.inner]
    .map(({ color, width }) => element("path", { ...path, ...paint("stroke", color), "stroke-width": width }))
    .join("");
}

/** The picture, the map and the marks as a layer each, what exactly it shows, question and answer, and the color bar. Returns an SVG document. */
export async function overlayFigure(
  figure: OverlayFigure,
  { painter, encodePng }: { readonly painter: TextPainter; readonly encodePng: EncodePng },
): Promise<string> {
  const { heatMap, colorMap, opacity, fades, unit, note, outline = [], unseen = [] } = figure;
  const scale = Math.min(bodyWidth(figure, pictureWidth) / heatMap.width, pictureHeight / heatMap.height);
  const size = { width: heatMap.width * scale, height: heatMap.height * scale };
  const layer = async (id: keyof HeatMap["layers"]): Promise<string> => {
    const dataUrl = await encodePng(heatMap.layers[id], heatMap.width, heatMap.height);
    return `<g id="${id}">${embeddedImage(dataUrl, size)}</g>`;
  };
  const bar = {
    ramp: overlayRamp(colorMap, { opacity, fades }),
    range: heatMap.range,
    unit,
    note,
    width: Math.max(bodyWidth(figure, 420), size.width),
  };
  const marks = unseenParts(unseen, scale) + topOutline(outline, scale) + marksOf(figure.marks ?? [], scale);
  const layers = [await layer("picture"), await layer("map"), `<g id="marks">${marks}</g>`];
  const picture = { svg: layers.join(""), ...size };
  const body = stackDrawings([picture, drawColorBar(bar, painter)], 10);
  return figureDocument(figure, body, {
    painter,
    description: `${unit}, from ${heatMap.range.min} to ${heatMap.range.max}${note === undefined ? "" : `; ${note}`}`,
  });
}
