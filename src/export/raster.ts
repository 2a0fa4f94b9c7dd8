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

/** Dots per inch at which a pixel of a figure becomes 2 x 2 pixels. */
const doubleDensity = 144;

/** A figure as PNG, twice its size in pixels. */
export async function rasterize(svg: string): Promise<Uint8Array> {
  // The limit that this lifts is on the length of text in XML, which the embedded picture exceeds.
  return sharp(Buffer.from(svg), { density: doubleDensity, unlimited: true })
    .withExif({ IFD0: { Software: programMark } })
    .png({ compressionLevel: 9 })
    .toBuffer();
}
