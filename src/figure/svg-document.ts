/** @file SVG documents, and the pieces that they are put together from. */
import { paperSize, screenLayout, type FigureLayout } from "./figure-layout.ts";
import { figureColors } from "./figure-style.ts";
import { fontFamily } from "./svg-text.ts";
import { element, escapeXml, formatCoordinate } from "./xml.ts";

/** A piece of a figure: SVG drawn from (0, 0) to the right and down, with the room that it takes, in pixels. */
export interface Drawing {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

/** The drawing moved so that its upper left corner is at (x, y). */
export function placeDrawing({ svg }: Drawing, x: number, y: number): string {
  return `<g transform="translate(${formatCoordinate(x)} ${formatCoordinate(y)})">${svg}</g>`;
}

/** Drawings one below the other, `gap` pixels apart. */
export function stackDrawings(drawings: readonly Drawing[], gap: number): Drawing {
  let y = 0;
  let svg = "";
  for (const drawing of drawings) {
    svg += placeDrawing(drawing, 0, y);
    y += drawing.height + gap;
  }
  return { svg, width: Math.max(0, ...drawings.map(({ width }) => width)), height: Math.max(0, y - gap) };
}

/** What a document is called, and its place on paper. */
export interface DocumentFacts {
  readonly title: string;
  readonly description?: string;
  readonly layout?: FigureLayout;
}

/**
 * A self-contained SVG document around a drawing, on white paper. `title` and `description` are read aloud and shown by
 * viewers; they are not drawn.
 */
export function svgDocument(drawing: Drawing, { title, description, layout = screenLayout }: DocumentFacts): string {
  const { margin } = layout;
  const width = Math.ceil(drawing.width + 2 * margin);
  const height = Math.ceil(drawing.height + 2 * margin);
  const paper = paperSize(layout, { width, height });
  const [across, down] = paper
    ? [`${formatCoordinate(paper.width)}mm`, `${formatCoordinate(paper.height)}mm`]
    : [width, height];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${across}" height="${down}" viewBox="0 0 ${width} ${height}" font-family="${escapeXml(fontFamily)}" role="img">`,
    `<title>${escapeXml(title)}</title>`,
    description === undefined ? "" : `<desc>${escapeXml(description)}</desc>`,
    "<metadata>lvlm-interpret</metadata>",
    element("rect", { width, height, fill: figureColors.paper }),
    placeDrawing(drawing, margin, margin),
    "</svg>\n",
  ].join("");
}

/** Encodes RGBA pixels, [height, width, 4], as a PNG and gives it as a data URL ("data:image/png;base64,..."). */
export type EncodePng = (rgba: Uint8ClampedArray, width: number, height: number) => string | Promise<string>;

/** An `<image>` of a data URL. Throws an Error if the URL is not one of picture data, so that no figure loads anything. */
export function embeddedImage(
  dataUrl: string,
  { width, height, pixelated = false }: { width: number; height: number; pixelated?: boolean },
): string {
  if (!/^data:image\/[a-z+.-]+;base64,[A-Za-z0-9+/=]*$/.test(dataUrl)) {
    throw new Error(`figure: an embedded picture must be a base64 data URL, got "${dataUrl.slice(0, 40)}".`);
  }
  const open = element("image", {
    width,
    height,
    preserveAspectRatio: "none",
    style: pixelated ? "image-rendering:pixelated" : undefined,
  });
  return `${open.slice(0, -2)} href="${dataUrl}"/>`;
}
