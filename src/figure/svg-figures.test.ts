/** @file Tests of the SVG figures: what they say, that they are well-formed, and that they can be drawn. */
import { readFileSync } from "node:fs";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { drawBars } from "./bars.ts";
import { glyphText } from "./glyph-text.ts";
import { drawHeatMap } from "./heat-map.ts";
import { drawColorBar, mapRamp, overlayRamp } from "./legend.ts";
import { lensFigure } from "./lens-figure.ts";
import { matrixFigure } from "./matrix-figure.ts";
import { overlayFigure } from "./overlay-figure.ts";
import { embeddedImage, svgDocument } from "./svg-document.ts";
import { svgText } from "./svg-text.ts";
import { fitText, wrapText } from "./text-painter.ts";
import { drawTokenStrip, tokenColors } from "./token-strip.ts";
import { escapeXml, formatCoordinate } from "./xml.ts";

function font(name: string): Uint8Array {
  return readFileSync(new URL(`../../node_modules/@fontsource/inter/files/${name}.woff`, import.meta.url));
}

const outlines = glyphText({
  regular: [font("inter-latin-400-normal"), font("inter-latin-ext-400-normal")],
  semibold: [font("inter-latin-600-normal"), font("inter-latin-ext-600-normal")],
});

const attack = " </text><script>alert(1)</script>\"'&\u0000\u0007\u202e";
const frame = { question: `Why? ${attack}`, answer: `So. ${attack}`, provenance: `model ${attack}` };

async function encodePng(rgba: Uint8ClampedArray, width: number, height: number): Promise<string> {
  const png = await sharp(rgba, { raw: { width, height, channels: 4 } })
    .png()
    .toBuffer();
  return `data:image/png;base64,${png.toString("base64")}`;
}

/** Throws an Error if tags are not closed in order or an ampersand is not an entity. */
function checkWellFormed(xml: string): void {
  const open: string[] = [];
  for (const [, closing, name, selfClosing] of xml.matchAll(
    /<(\/?)([a-z]+)(?:\s+[a-zA-Z0-9:-]+="[^"<]*")*\s*(\/?)>/g,
  )) {
    if (closing === "/") expect(open.pop()).toBe(name);
    else if (selfClosing !== "/") open.push(name!);
  }
  expect(open).toEqual([]);
  const rest = xml.replace(/<\/?[a-z]+(?:\s+[a-zA-Z0-9:-]+="[^"<]*")*\s*\/?>/g, "");
  expect(rest).not.toMatch(/[<>]/);
  expect(xml).not.toMatch(/&(?!(?:amp|lt|gt|quot|#39);)/);
}

async function darkPixels(svg: string): Promise<number> {
  const { data } = await sharp(Buffer.from(svg)).greyscale().raw().toBuffer({ resolveWithObject: true });
  return data.filter((level) => level < 128).length;
}

async function allFigures(painter: typeof svgText): Promise<Record<string, string>> {
  const image = { width: 8, height: 4, data: new Uint8Array(96).fill(200) };
  const grids = [{ rows: 2, cols: 2, box: { left: 0, top: -2, width: 8, height: 8 } }];
  const heatMap = drawHeatMap({ image, grids, values: Float32Array.of(0, 1, 2, 3) });
  const subject = { subject: "Attention", detail: `layer 3, head 5, from the position that predicts “${attack}”` };
  return {
    overlay: await overlayFigure(
      {
        ...frame,
        ...subject,
        heatMap,
        colorMap: "viridis",
        opacity: 0.75,
        fades: true,
        unit: "attention",
        note: "6 % on padding",
      },
      { painter, encodePng },
    ),
    matrix: matrixFigure(
      {
        ...frame,
        ...subject,
        matrix: { layers: 2, heads: 3, values: [0, 1, 2, 3, 4, 5] },
        colorMap: "magma",
        selected: { layer: 1, head: 2 },
        unit: "share",
      },
      painter,
    ),
    tokens: svgDocument(
      drawTokenStrip(
        {
          tokens: [
            { text: attack, share: 1 },
            { text: "漢字🙂", share: null },
          ],
          selected: 0,
          color: tokenColors.image,
          width: 640,
        },
        painter,
      ),
      { title: attack },
    ),
    lens: lensFigure(
      { ...frame, ...subject, table: { tokens: [attack], rows: [[{ text: attack, probability: 0.5 }]] } },
      painter,
    ),
    bars: svgDocument(drawBars({ bars: [{ label: attack, value: Number.NaN }], width: 300 }, painter), {
      title: attack,
    }),
  };
}

describe("the figures", () => {
  for (const [name, painter] of [
    ["text", svgText],
    ["outlines", outlines],
  ] as const) {
    it(`are well-formed, load nothing and keep hostile texts as text (${name})`, async () => {
      for (const svg of Object.values(await allFigures(painter))) {
        checkWellFormed(svg);
        expect(svg).not.toContain("<script");
        expect(svg).not.toMatch(/href="(?!data:image\/png;base64,)/);
        expect(svg).not.toContain("NaN");
        expect(svg).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
      }
    });

    it(`can be drawn by the rasterizer of the exports (${name})`, async () => {
      for (const svg of Object.values(await allFigures(painter))) expect(await darkPixels(svg)).toBeGreaterThan(50);
    });
  }

  it("say what is drawn, the question, the answer and the note", async () => {
    const { overlay } = await allFigures(svgText);
    for (const text of ["Attention", "layer 3, head 5", "Why?", "So.", "6 % on padding"])
      expect(overlay).toContain(text);
  });

  it("need no font of the system when drawn as outlines", async () => {
    for (const svg of Object.values(await allFigures(outlines))) expect(svg).not.toContain("<text");
  });
});

describe("escapeXml()", () => {
  it("escapes markup, strips controls and direction overrides, and replaces lone surrogates", () => {
    expect(escapeXml("a<b>&\"'\u0000\u202e\n\ud800!🙂")).toBe("a&lt;b&gt;&amp;&quot;&#39; \ufffd!🙂");
  });

  it("writes coordinates without exponents or NaN", () => {
    expect([1 / 3, 1e-9, Number.NaN, Infinity, -2.5].map(formatCoordinate)).toEqual(["0.33", "0", "0", "0", "-2.5"]);
  });
});

describe("glyphText()", () => {
  it("measures text like the width tables of svgText", () => {
    for (const text of ["Attention", "layer 3, head 5", "the QUICK brown fox 0.934"]) {
      for (const weight of [400, 600] as const) {
        const measured = outlines.width(text, { size: 100, weight });
        // Kerning is not in the tables.
        expect(Math.abs(measured - svgText.width(text, { size: 100, weight })) / measured).toBeLessThan(0.03);
      }
    }
  });

  it("draws a box for a character that the font lacks, and nothing for joiners", () => {
    expect(outlines.mark("漢", { x: 0, y: 10, size: 10 })).toContain("<path");
    expect(outlines.width("漢", { size: 10, weight: 400 })).toBeGreaterThan(5);
    expect(outlines.mark("\u200d\ufe0f", { x: 0, y: 10 })).toBe("");
  });

  it("places text by its anchor", async () => {
    const columns = async (anchor: "start" | "middle" | "end"): Promise<number[]> => {
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="200" height="20"><rect width="200" height="20" fill="#fff"/>${outlines.mark("HHH", { x: 100, y: 15, size: 12, anchor })}</svg>`;
      const data = await sharp(Buffer.from(svg)).greyscale().raw().toBuffer();
      return Array.from({ length: 200 }, (_, x) => x).filter((x) => data[10 * 200 + x]! < 128);
    };
    expect(Math.min(...(await columns("start")))).toBeGreaterThanOrEqual(100);
    expect(Math.max(...(await columns("end")))).toBeLessThan(100);
    const middle = await columns("middle");
    expect((Math.min(...middle) + Math.max(...middle)) / 2).toBeCloseTo(99.5, -0.5);
  });

  it("names bytes that are no font", () => {
    expect(() => glyphText({ regular: [Uint8Array.of(1, 2, 3)], semibold: [] })).toThrow("3 bytes are no readable");
  });
});

describe("fitText() and wrapText()", () => {
  const writing = { painter: svgText, font: { size: 12, weight: 400 } } as const;

  it("cut text to the width and mark the cut", () => {
    const text = "an answer that is much too long for its place";
    const cut = fitText(text, 100, writing);
    expect(cut.endsWith("…")).toBe(true);
    expect(svgText.width(cut, writing.font)).toBeLessThanOrEqual(100);
    expect(fitText("short", 100, writing)).toBe("short");
  });

  it("break lines at spaces and keep every word that fits", () => {
    const lines = wrapText("one two three four five six", { maxWidth: 60, maxLines: 9 }, writing);
    expect(lines.join(" ")).toBe("one two three four five six");
    for (const line of lines) expect(svgText.width(line, writing.font)).toBeLessThanOrEqual(60);
    expect(wrapText("one two three four five six", { maxWidth: 60, maxLines: 1 }, writing)).toHaveLength(1);
  });
});

describe("the figure of a map", () => {
  it("has picture, map and marks as layers of their own, which together are the painted picture", async () => {
    const image = { width: 8, height: 4, data: Uint8Array.from({ length: 96 }, (_, i) => (i * 37) % 256) };
    const grids = [{ rows: 2, cols: 2, box: { left: 0, top: -2, width: 8, height: 8 } }];
    const values = Float32Array.of(0, 1, 2, 3);
    const heatMap = drawHeatMap({ image, grids, values, options: { hidden: new Set([3]) } });
    const facts = {
      subject: "Attention",
      detail: "",
      colorMap: "viridis",
      opacity: 0.75,
      fades: true,
      unit: "",
    } as const;
    const svg = await overlayFigure({ ...frame, ...facts, heatMap }, { painter: svgText, encodePng });
    expect(Array.from(svg.matchAll(/<g id="(\w+)">/g), ([, id]) => id)).toEqual(["picture", "map", "marks"]);
    const { picture, map } = heatMap.layers;
    heatMap.data.forEach((level, i) => {
      const cover = map[i - (i % 4) + 3]! / 255;
      const mixed = i % 4 === 3 ? 255 : picture[i]! * (1 - cover) + map[i]! * cover;
      expect(Math.abs(level - mixed)).toBeLessThan(2);
    });
  });
});

describe("drawColorBar()", () => {
  it("writes the ends and the middle, the unit and the note", () => {
    const bar = {
      ramp: mapRamp("viridis"),
      range: { min: 0, max: 0.0427 },
      unit: "attention weight per patch",
      note: "6 % on padding",
      width: 420,
    };
    const { svg } = drawColorBar(bar, svgText);
    for (const text of [">0<", ">0.0214<", ">0.0427<", "attention weight per patch", "6 % on padding"]) {
      expect(svg).toContain(text);
    }
  });

  it("shows the colors at the present opacity", () => {
    const even = (opacity: number) => overlayRamp("viridis", { opacity, fades: false });
    expect(mapRamp("viridis")(0)).toEqual([68, 1, 84]);
    expect(even(1)(0)).toEqual([68, 1, 84]);
    expect(even(0.5)(0)).toEqual([162, 128, 170]);
    expect(even(0)(0)).toEqual([255, 255, 255]);
  });
});

describe("embeddedImage()", () => {
  it("refuses everything but picture data", () => {
    for (const url of [
      "https://example.org/a.png",
      "data:text/html;base64,AAAA",
      'data:image/png;base64,A"onload="x',
    ]) {
      expect(() => embeddedImage(url, { width: 1, height: 1 })).toThrow("must be a base64 data URL");
    }
  });
});
