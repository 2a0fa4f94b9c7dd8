/** @file The figure of a map on the picture. */
import { frameFigure, type FigureFrame } from "./figure-header.ts";
import type { HeatMap } from "./heat-map.ts";
import { drawColorBar, mapRamp } from "./legend.ts";
import type { ColorMapName } from "./color-map.ts";
import { embeddedImage, stackDrawings, svgDocument, type EncodePng } from "./svg-document.ts";
import type { TextPainter } from "./text-painter.ts";
import { figureColors } from "./figure-style.ts";
import { element } from "./xml.ts";
import type { Box } from "../image/types.ts";

export interface OverlayFigure extends FigureFrame {
  /** What `drawHeatMap` gave, drawn with this color map and opacity. */
  readonly heatMap: HeatMap;
  readonly colorMap: ColorMapName;
  readonly opacity: number;
  /** Unit of the values: "attention weight per patch". */
  readonly unit: string;
  /** Boxes to mark on the picture, in pixels of the heat map: attention sinks. */
  readonly marks?: readonly Box[];
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

/** The picture with the map, what exactly it shows, question and answer, and the color bar. Returns an SVG document. */
export async function overlayFigure(
  figure: OverlayFigure,
  { painter, encodePng }: { readonly painter: TextPainter; readonly encodePng: EncodePng },
): Promise<string> {
  const { heatMap, colorMap, opacity, unit, note } = figure;
  const scale = Math.min(pictureWidth / heatMap.width, pictureHeight / heatMap.height);
  const size = { width: heatMap.width * scale, height: heatMap.height * scale };
  const dataUrl = await encodePng(heatMap.data, heatMap.width, heatMap.height);
  const bar = { ramp: mapRamp(colorMap, opacity), range: heatMap.range, unit, note, width: Math.max(420, size.width) };
  const picture = { svg: embeddedImage(dataUrl, size) + marksOf(figure.marks ?? [], scale), ...size };
  const body = stackDrawings([picture, drawColorBar(bar, painter)], 10);
  return svgDocument(stackDrawings(frameFigure(figure, body, painter), 14), {
    title: `${figure.subject}: ${figure.detail}`,
    description: `${unit}, from ${heatMap.range.min} to ${heatMap.range.max}${note === undefined ? "" : `; ${note}`}`,
  });
}
