/** @file The causal graph as SVG for exports: the same drawing as on the page, with the pieces of the picture in it. */
import { figureColors, textSize } from "../../figure/figure-style.ts";
import { svgText } from "../../figure/svg-text.ts";
import type { TextPainter } from "../../figure/text-painter.ts";
import { element } from "../../figure/xml.ts";
import type { Keys } from "../../figure/keys.ts";
import { placeDrawing, type Drawing } from "../../figure/svg-document.ts";
import {
  dashes,
  fadedOpacity,
  frameWidth,
  pillRadius,
  type DrawnGraph,
  type PlacedEdge,
  type PlacedNode,
} from "./layout/drawn-graph.ts";
import { endShape, markLengths, type EndShape } from "./layout/edge-curve.ts";
import { frameColor, pillColors } from "./graph-colors.ts";
import { markLegendText } from "./graph-edges.ts";
import type { GraphToken } from "./graph-tokens.ts";

/** How heavy a line is, in pixels. */
export interface LineLook {
  readonly width: number;
  readonly isDashed: boolean;
}

/** The line of an edge of which nothing else is known. */
export const evenLine: LineLook = { width: 1.5, isDashed: false };

export interface GraphExport {
  readonly drawn: DrawnGraph;
  /** Beyond it everything is faded. */
  readonly radius: number;
  /** How the line of an edge looks; all are alike if it is left out. */
  readonly lookOf?: (edge: PlacedEdge["edge"]) => LineLook;
  /** Data URL of a patch; undefined where it lies outside the picture. */
  readonly pieceOf: (patch: number) => string | undefined;
  /** Positions of tokens that get a second frame. */
  readonly marked?: ReadonlySet<number>;
  /** How the text of words is written; as text if it is left out. */
  readonly painter?: TextPainter;
}

/** Between a token and its second frame, in pixels. */
const markGap = 4;

const lineColor = figureColors.inkSecond;

function endMark({ mark, path }: EndShape): string {
  const fill = mark === "arrow" ? lineColor : mark === "circle" ? figureColors.paper : "none";
  return element("path", { d: path, fill, stroke: lineColor, "stroke-width": 1.3 });
}

function group(content: string, isFaded: boolean): string {
  return isFaded ? `<g opacity="${fadedOpacity}">${content}</g>` : content;
}

function edgeMarkup(placed: PlacedEdge, { radius, lookOf }: GraphExport): string {
  const look = lookOf?.(placed.edge) ?? evenLine;
  const line = element("path", {
    d: placed.path,
    fill: "none",
    stroke: lineColor,
    "stroke-width": look.width,
    "stroke-dasharray": look.isDashed ? dashes : undefined,
  });
  return group(`${line}${endMark(placed.atA)}${endMark(placed.atB)}`, placed.radius > radius);
}

/** The second frame of a marked token. */
function markMarkup({ token, x, y, width, height }: PlacedNode, marked: GraphExport["marked"]): string {
  if (marked?.has(token.position) !== true) return "";
  return element("rect", {
    ...{ x: x - width / 2 - markGap, y: y - height / 2 - markGap },
    ...{
      width: width + 2 * markGap,
      height: height + 2 * markGap,
      rx: token.kind === "patch" ? 2 : height / 2 + markGap,
    },
    ...{ fill: "none", stroke: figureColors.ink, "stroke-width": 1.8 },
  });
}

function nodeMarkup(node: PlacedNode, request: GraphExport): string {
  const { radius, pieceOf, drawn, marked, painter = svgText } = request;
  const { token, x, y, width, height, text } = node;
  const mark = markMarkup(node, marked);
  const box = { x: x - width / 2, y: y - height / 2, width, height };
  if (token.kind === "patch") {
    const piece = token.patch === undefined ? undefined : pieceOf(token.patch);
    const frame = { ...box, fill: "none", stroke: frameColor(node.radius), "stroke-width": frameWidth };
    const ground = element("rect", { ...box, fill: figureColors.inset });
    const image = piece === undefined ? "" : element("image", { ...box, href: piece, preserveAspectRatio: "none" });
    return group(`${mark}${ground}${image}${element("rect", frame)}`, node.radius > radius);
  }
  const colors = pillColors(token);
  const weight = token.kind === "target" ? 600 : 400;
  const pill = { ...box, rx: pillRadius(node), fill: colors.fill, stroke: colors.stroke };
  const label = painter.mark(text, {
    x,
    y: y + drawn.font * 0.35,
    anchor: "middle",
    size: drawn.font,
    weight,
    fill: colors.ink,
  });
  return group(`${mark}${element("rect", pill)}${label}`, node.radius > radius);
}

const legendTop = 12;
const legendLine = 26;
const legendRow = 18;

/** What the marks at the ends mean, in lines of at most `width` pixels. */
function markLegend(width: number, painter: TextPainter): Drawing {
  const font = { size: textSize.caption, weight: 400 } as const;
  let [x, y] = [0, legendTop];
  const svg = (["arrow", "tail", "circle"] as const)
    .map((mark) => {
      if (x > 0 && x + legendLine + 7 + painter.width(markLegendText(mark), font) > width) {
        [x, y] = [0, y + legendRow];
      }
      const tip = { x: x + legendLine, y };
      const length = legendLine - markLengths[mark];
      const line = element("line", { x1: x, x2: x + length, y1: y, y2: y, stroke: lineColor, "stroke-width": 1.5 });
      const text = markLegendText(mark);
      const label = painter.mark(text, { x: tip.x + 7, y: y + 4, ...font, fill: figureColors.inkSecond });
      x = tip.x + 7 + painter.width(text, font) + 20;
      return `${line}${endMark(endShape(mark, tip, { toward: { x: 1, y: 0 }, scale: 1 }))}${label}`;
    })
    .join("");
  return { svg, width, height: y + legendTop };
}

/** Colors of frames and words; `unit` says what the weight of lines is, if they differ. */
export function graphKeys(tokens: readonly GraphToken[], unit = ""): Keys {
  const radii = [1, 2, 3].filter((radius) => tokens.some((token) => token.radius === radius));
  const isThere = (kind: GraphToken["kind"]): boolean => tokens.some((token) => token.kind === kind);
  return {
    keys: [
      ...radii.map((radius) => ({ color: frameColor(radius), label: `radius ${radius}` })),
      ...(tokens.some(({ radius }) => radius === Infinity)
        ? [{ color: frameColor(Infinity), label: "not in the tree" }]
        : []),
      ...(isThere("question") ? [{ color: pillColors({ kind: "question" }).stroke, label: "question" }] : []),
      ...(isThere("text") ? [{ color: pillColors({ kind: "text" }).stroke, label: "other text" }] : []),
    ],
    unit,
  };
}

/** The graph in CSS pixels, without a document around it. */
export function graphDrawing(request: GraphExport): Drawing {
  const { drawn, painter = svgText } = request;
  const rings = drawn.radii.map(({ ring }) =>
    ring === undefined ? "" : element("ellipse", { ...ring, fill: "none", stroke: figureColors.line }),
  );
  const names = drawn.radii.map(({ label, x, y }) =>
    painter.mark(label, { x, y: y + 3, anchor: "middle", size: textSize.tick, fill: figureColors.inkThird }),
  );
  const legend = markLegend(drawn.width, painter);
  const svg = [
    ...rings,
    ...names,
    ...drawn.edges.map((edge) => edgeMarkup(edge, request)),
    ...drawn.nodes.map((node) => nodeMarkup(node, request)),
    placeDrawing(legend, 0, drawn.height),
  ].join("");
  return { svg, width: drawn.width, height: drawn.height + legend.height };
}
