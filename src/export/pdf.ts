/** @file Figures as PDF: the shapes of an SVG that this program drew, with text as outlines, on a page of the figure's size. */
import {
  concatTransformationMatrix,
  drawObject,
  degrees,
  drawSvgPath,
  LineCapStyle,
  PDFDocument,
  PDFHexString,
  PDFOperator,
  PDFOperatorNames,
  PDFString,
  popGraphicsState,
  pushGraphicsState,
  rgb,
  setGraphicsState,
  type Color,
  type PDFName,
  type PDFPage,
} from "pdf-lib";
import { programMark } from "../program/program-mark.ts";

type Attributes = Readonly<Record<string, string>>;

const pointsPerInch = 72;
const unitsPerInch = { px: 96, mm: 25.4 } as const;

const tags = /<(\/?)([a-zA-Z]+)((?:\s+[\w:-]+="[^"]*")*)\s*(\/?)>/g;

function attributesOf(text: string): Attributes {
  const pairs = Array.from(text.matchAll(/([\w:-]+)="([^"]*)"/g), ([, name, value]) => [name!, value!] as const);
  return Object.fromEntries(pairs);
}

function numberOf(attributes: Attributes, name: string, fallback = 0): number {
  const value = attributes[name];
  return value === undefined ? fallback : Number.parseFloat(value);
}

/** "#0a5fa8" or "rgb(10,95,168)"; undefined for "none". Throws an Error for a color of another form. */
function colorOf(text: string | undefined, fallback?: string): Color | undefined {
  const color = text ?? fallback;
  if (color === undefined || color === "none") return undefined;
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(color);
  const levels = hex ? hex.slice(1).map((level) => Number.parseInt(level, 16)) : color.match(/\d+/g)?.map(Number);
  if (levels === undefined || levels.length < 3) {
    throw new Error(`pdf: the color "${color}" of a figure is neither #rrggbb nor rgb(r,g,b).`);
  }
  return rgb(levels[0]! / 255, levels[1]! / 255, levels[2]! / 255);
}

function ellipsePath({ cx, cy, rx, ry }: { cx: number; cy: number; rx: number; ry: number }): string {
  return `M${cx - rx} ${cy}A${rx} ${ry} 0 0 1 ${cx + rx} ${cy}A${rx} ${ry} 0 0 1 ${cx - rx} ${cy}Z`;
}

function rectPath(attributes: Attributes): string {
  const [x, y, width, height] = ["x", "y", "width", "height"].map((name) => numberOf(attributes, name));
  const [right, bottom] = [x! + width!, y! + height!];
  const r = Math.min(numberOf(attributes, "rx"), width! / 2, height! / 2);
  if (r <= 0) return `M${x} ${y}L${right} ${y}L${right} ${bottom}L${x} ${bottom}Z`;
  const to = (cornerX: number, cornerY: number): string => `A${r} ${r} 0 0 1 ${cornerX} ${cornerY}`;
  return [
    `M${x! + r} ${y}L${right - r} ${y}${to(right, y! + r)}L${right} ${bottom - r}${to(right - r, bottom)}`,
    `L${x! + r} ${bottom}${to(x!, bottom - r)}L${x} ${y! + r}${to(x! + r, y!)}Z`,
  ].join("");
}

/** A shape as the `d` of a path. A table, so that a shape of figures without its path is told from what is not drawn. */
const paths: Readonly<Record<string, (attributes: Attributes) => string>> = {
  path: ({ d = "" }) => d,
  rect: rectPath,
  line: ({ x1 = "0", y1 = "0", x2 = "0", y2 = "0" }) => `M${x1} ${y1}L${x2} ${y2}`,
  polyline: ({ points = "" }) => `M${points.trim().split(/\s+/).join("L").replaceAll(",", " ")}`,
  circle: (attributes) => {
    const r = numberOf(attributes, "r");
    return ellipsePath({ cx: numberOf(attributes, "cx"), cy: numberOf(attributes, "cy"), rx: r, ry: r });
  },
  ellipse: (attributes) => {
    const [cx, cy, rx, ry] = ["cx", "cy", "rx", "ry"].map((name) => numberOf(attributes, name));
    return ellipsePath({ cx: cx!, cy: cy!, rx: rx!, ry: ry! });
  },
};

/** Elements that say something of a figure and are not drawn. */
const silent: ReadonlySet<string> = new Set(["title", "desc", "metadata"]);

/** Turns the page upside down: SVG counts from the top, PDF from the bottom. */
const turned = concatTransformationMatrix(1, 0, 0, -1, 0, 0);

function transformsOf(transform = ""): PDFOperator[] {
  return Array.from(transform.matchAll(/(\w+)\(([^)]*)\)/g), ([, name, values]) => {
    const [a = 0, b] = values!.split(/[\s,]+/).map(Number);
    switch (name) {
      case "translate":
        return concatTransformationMatrix(1, 0, 0, 1, a, b ?? 0);
      case "scale":
        return concatTransformationMatrix(a, 0, 0, b ?? a, 0, 0);
      case "rotate": {
        const [cos, sin] = [Math.cos((a * Math.PI) / 180), Math.sin((a * Math.PI) / 180)];
        return concatTransformationMatrix(cos, sin, -sin, cos, 0, 0);
      }
      default:
        throw new Error(`pdf: figures are not drawn with the transform "${name}".`);
    }
  });
}

/** The operators of a shape in its colors. */
function shapeOperators(d: string, attributes: Attributes): PDFOperator[] {
  const color = colorOf(attributes.fill, attributes.stroke === undefined ? "#000000" : undefined);
  const borderColor = colorOf(attributes.stroke);
  if (color === undefined && borderColor === undefined) return [];
  const dashes = attributes["stroke-dasharray"]?.split(/[\s,]+/).map(Number);
  const operators = drawSvgPath(d, {
    ...{ x: 0, y: 0, rotate: degrees(0), scale: undefined },
    ...{ color, borderColor, borderWidth: borderColor ? numberOf(attributes, "stroke-width", 1) : 0 },
    borderDashArray: dashes,
    borderLineCap: attributes["stroke-linecap"] === "square" ? LineCapStyle.Projecting : LineCapStyle.Butt,
  });
  const evenOdd = PDFOperator.of(PDFOperatorNames.FillEvenOdd);
  const isEvenOdd = attributes["fill-rule"] === "evenodd" && borderColor === undefined;
  const filled = isEvenOdd ? operators.map((each) => (String(each) === "f" ? evenOdd : each)) : operators;
  return [turned, ...filled];
}

interface FigureSize {
  /** Pixels of the drawing, and points of a pixel. */
  readonly width: number;
  readonly height: number;
  readonly points: number;
}

function sizeOf(svg: string): FigureSize {
  const [, width, unit = "px", view = ""] = /^<svg [^>]*?width="([\d.]+)(mm)?"[^>]*?viewBox="([^"]*)"/.exec(svg) ?? [];
  const [, , across, down] = view.split(" ").map(Number);
  const inches = Number(width) / unitsPerInch[unit as keyof typeof unitsPerInch];
  return { width: across!, height: down!, points: (inches * pointsPerInch) / across! };
}

async function embeddedPng(document: PDFDocument, page: PDFPage, { href = "" }: Attributes): Promise<PDFName> {
  const image = await document.embedPng(href);
  return page.node.newXObject("Image", image.ref);
}

/** The picture as large as its element: an image of PDF is a square of one unit that stands on its lower edge. */
function imageOperators(name: PDFName, attributes: Attributes): PDFOperator[] {
  const [x, y, width, height] = ["x", "y", "width", "height"].map((each) => numberOf(attributes, each));
  return [
    pushGraphicsState(),
    concatTransformationMatrix(width!, 0, 0, -height!, x!, y! + height!),
    drawObject(name),
    popGraphicsState(),
  ];
}

/**
 * A figure as a PDF of one page. `svg` is a document that a figure of this program drew with text as outlines. Throws an Error if it
 * holds an element, a transform or a color that figures are not drawn with.
 */
export async function figurePdf(svg: string): Promise<Uint8Array> {
  const document = await PDFDocument.create({ updateMetadata: false });
  const { context } = document;
  const title = /<title>([^<]*)<\/title>/.exec(svg)?.[1] ?? "";
  const facts = context.obj({ Title: PDFHexString.fromText(plainXml(title)), Producer: PDFString.of(programMark) });
  context.trailerInfo.Info = context.register(facts);
  const { width, height, points } = sizeOf(svg);
  const page = document.addPage([width * points, height * points]);
  const operators = [concatTransformationMatrix(points, 0, 0, -points, 0, height * points)];
  const opacities = [1];
  for (const [, closing, name = "", text = "", selfClosing] of svg.matchAll(tags)) {
    const attributes = attributesOf(text);
    if (name === "svg" || silent.has(name)) continue;
    if (name === "g" && closing === "/") {
      opacities.pop();
      operators.push(popGraphicsState());
    } else if (name === "g") {
      opacities.push(opacities.at(-1)! * numberOf(attributes, "opacity", 1));
      operators.push(pushGraphicsState(), ...transformsOf(attributes.transform));
      if (selfClosing === "/") {
        opacities.pop();
        operators.push(popGraphicsState());
      }
    } else {
      const alpha = (of: "fill" | "stroke"): number =>
        opacities.at(-1)! * numberOf(attributes, `${of}-opacity`, 1) * numberOf(attributes, "opacity", 1);
      const state = context.obj({ Type: "ExtGState", ca: alpha("fill"), CA: alpha("stroke") });
      const isClear = alpha("fill") === 1 && alpha("stroke") === 1;
      const drawn =
        name === "image"
          ? imageOperators(await embeddedPng(document, page, attributes), attributes)
          : shapeOperators(pathOf(name)(attributes), attributes);
      operators.push(pushGraphicsState());
      if (!isClear) operators.push(setGraphicsState(page.node.newExtGState("GS", context.register(state))));
      operators.push(...drawn, popGraphicsState());
    }
  }
  page.pushOperators(...operators);
  // Other programs find the name of this one in the first bytes, which streams of objects would hide.
  return document.save({ useObjectStreams: false });
}

function pathOf(name: string): (attributes: Attributes) => string {
  const path = paths[name];
  if (path === undefined) throw new Error(`pdf: figures are not drawn with the element "${name}".`);
  return path;
}

/** Text of an element without the entities that `escapeXml` writes. */
function plainXml(text: string): string {
  const plain = { lt: "<", gt: ">", quot: '"', "#39": "'", amp: "&" } as const;
  return text.replace(/&(lt|gt|quot|#39|amp);/g, (_, name: keyof typeof plain) => plain[name]);
}
