/** @file Figures as PNG: text as outlines of the Inter font, drawn by sharp. */
import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";
import sharp from "sharp";
import { glyphText } from "../figure/glyph-text.ts";
import type { EncodePng } from "../figure/svg-document.ts";
import { programMark } from "../program/program-mark.ts";
import type { TextPainter } from "../figure/text-painter.ts";

const require = createRequire(import.meta.url);

/** Alphabets of the font's files, the commonest first. */
const alphabets = ["latin", "latin-ext", "greek", "cyrillic", "vietnamese", "greek-ext", "cyrillic-ext"] as const;

function fontFiles(weight: 400 | 600): Promise<Uint8Array[]> {
  return Promise.all(
    alphabets.map((alphabet) =>
      readFile(require.resolve(`@fontsource/inter/files/inter-${alphabet}-${weight}-normal.woff`)),
    ),
  );
}

/** A painter for PNGs, which look the same on a machine without fonts. */
export async function outlinePainter(): Promise<TextPainter> {
  const [regular, semibold] = await Promise.all([fontFiles(400), fontFiles(600)]);
  return glyphText({ regular, semibold });
}

/** RGBA pixels as the data URL of a PNG. */
export const encodePng: EncodePng = async (rgba, width, height) => {
  const png = await sharp(rgba, { raw: { width, height, channels: 4 } })
    .png()
    .toBuffer();
  return `data:image/png;base64,${png.toString("base64")}`;
};

/** Dots per inch if none are asked for: two dots for a pixel of the screen; as printers have it for a figure that has a size on paper. */
const ownDensity = { screen: 192, paper: 300 } as const;

/** Dots per inch at which sharp draws a pixel of an SVG as one dot. */
const sharpDensity = 72;
const root = /^<svg ([^>]*?)width="([\d.]+)(mm)?" height="[^"]*" viewBox="0 0 ([\d.]+) ([\d.]+)"/;

/** A figure as PNG, with its size on paper in it. Throws an Error if it has more pixels than a PNG may have. */
export async function rasterize(svg: string, dpi?: number): Promise<Uint8Array> {
  const [, , width, unit, pixels] = root.exec(svg) ?? [];
  const density = dpi ?? (unit === "mm" ? ownDensity.paper : ownDensity.screen);
  const inches = Number(width) / (unit === "mm" ? 25.4 : 96);
  const dots = (inches * density) / Number(pixels);
  const inPixels = svg.replace(root, '<svg $1width="$4" height="$5" viewBox="0 0 $4 $5"');
  // The limit that this lifts is on the length of text in XML, which the embedded picture exceeds.
  return sharp(Buffer.from(inPixels), { density: dots * sharpDensity, unlimited: true })
    .withMetadata({ density, exif: { IFD0: { Software: programMark } } })
    .png({ compressionLevel: 9 })
    .toBuffer();
}
