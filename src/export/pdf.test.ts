/** @file Figures as PDF: pages of the size asked for, with the shapes and pictures of the SVG, recognized as our own. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { PDFDocument } from "pdf-lib";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { figureLayout } from "../figure/figure-layout.ts";
import { embeddedImage, svgDocument } from "../figure/svg-document.ts";
import { isOwnOutput } from "./outputs/written-files.ts";
import { figurePdf } from "./pdf.ts";
import { encodePng, outlinePainter } from "./raster.ts";

const square = '<rect x="0" y="0" width="100" height="50" fill="#0a5fa8" fill-opacity="0.5"/>';

describe("a figure as PDF", () => {
  it("is one page of the width in millimeters, or of pixels as the screen has them", async () => {
    const drawing = { svg: square, width: 100, height: 50 };
    for (const [layout, points] of [
      [figureLayout({ width: 85 }), (85 / 25.4) * 72],
      [figureLayout(), 140 * 0.75],
    ] as const) {
      const pdf = await PDFDocument.load(await figurePdf(svgDocument(drawing, { title: "a", layout })));
      expect(pdf.getPageCount()).toBe(1);
      expect(pdf.getPage(0).getWidth()).toBeCloseTo(points, 1);
    }
  });

  it("has every kind of element that figures have, texts as outlines, and a title as text", async () => {
    const painter = await outlinePainter();
    const image = embeddedImage(await encodePng(new Uint8ClampedArray(64).fill(128), 4, 4), { width: 4, height: 4 });
    const shapes = [
      square,
      '<circle cx="5" cy="5" r="3" fill="none" stroke="rgb(1,2,3)" stroke-dasharray="4 2"/>',
      '<ellipse cx="5" cy="5" rx="3" ry="2" fill="none" stroke="#e3e3de"/><polyline points="1,2 3,4" fill="none" stroke="#000000"/>',
      '<path d="M0 0H10V10Z" fill="#ffffff" fill-rule="evenodd"/><rect x="1" y="1" width="9" height="9" rx="3" fill="#ffffff"/>',
      `<g opacity="0.4"><g transform="translate(3 4) rotate(-90)">${painter.mark("right", { x: 0, y: 10 })}</g>${image}</g>`,
    ];
    const drawing = { svg: shapes.join(""), width: 100, height: 50 };
    const bytes = await figurePdf(svgDocument(drawing, { title: "“a” & <b>" }));
    expect((await PDFDocument.load(bytes, { updateMetadata: false })).getTitle()).toBe("“a” & <b>");
    const path = join(temporaryFolder(), "figure.pdf");
    writeFileSync(path, bytes);
    expect(await isOwnOutput(path, "pdf")).toBe(true);
    writeFileSync(path, await (await PDFDocument.create()).save());
    expect(await isOwnOutput(path, "pdf")).toBe(false);
  });

  it("throws if an element is none that figures are drawn with, rather than leave it out", async () => {
    const drawing = { svg: "<text>a</text>", width: 10, height: 10 };
    await expect(figurePdf(svgDocument(drawing, { title: "a" }))).rejects.toThrow('the element "text"');
  });
});
