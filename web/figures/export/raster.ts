/** @file Drawings as pictures in the browser: a canvas as a data URL, and an SVG document as a PNG of any scale. */
import regularFont from "@fontsource/inter/files/inter-latin-400-normal.woff2?url";
import semiboldFont from "@fontsource/inter/files/inter-latin-600-normal.woff2?url";
import { encodeBase64 } from "../../../src/figure/base64.ts";

const fonts = [
  { weight: 400, address: regularFont },
  { weight: 600, address: semiboldFont },
] as const;

let fontRules: Promise<string> | undefined;

/** A font as a data URL, which it is already in a page that is one file. */
async function dataAddress(address: string): Promise<string> {
  if (address.startsWith("data:")) return address;
  const bytes = new Uint8Array(await (await fetch(address)).arrayBuffer());
  return `data:font/woff2;base64,${encodeBase64(bytes)}`;
}

/** A picture made of SVG loads nothing, so the font has to be in it. */
async function embeddedFonts(): Promise<string> {
  const rules = fonts.map(async ({ weight, address }) => {
    return `@font-face{font-family:Inter;font-weight:${weight};src:url(${await dataAddress(address)}) format("woff2")}`;
  });
  return `<style>${(await Promise.all(rules)).join("")}</style>`;
}

async function withFonts(svg: string): Promise<string> {
  // Without the font the system's sans-serif is drawn at the same widths.
  fontRules ??= embeddedFonts().catch(() => "");
  const rules = await fontRules;
  return svg.replace(/<svg[^>]*>/, (open) => open + rules);
}

/** Draws an SVG document at `scale` pixels per CSS pixel and gives it as PNG. Throws where the browser cannot hold the picture. */
export async function rasterizeSvg(svg: string, scale: number): Promise<Blob> {
  const address = URL.createObjectURL(new Blob([await withFonts(svg)], { type: "image/svg+xml" }));
  try {
    const picture = new Image();
    picture.src = address;
    await picture.decode();
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.naturalWidth * scale);
    canvas.height = Math.round(picture.naturalHeight * scale);
    canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => {
      canvas.toBlob((blob) => {
        if (blob) resolve(blob);
        else
          reject(
            new Error(
              `A picture of ${canvas.width} × ${canvas.height} pixels is too large for the browser; choose a smaller scale, or SVG.`,
            ),
          );
      }, "image/png");
    });
  } finally {
    URL.revokeObjectURL(address);
  }
}
