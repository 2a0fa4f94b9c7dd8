/** @file Exported figures are well-formed documents that load nothing, say what they show, and can be drawn. */
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { frameSvg, type FigureFrame } from "./figure-frame.ts";

const attack = "</text><script>alert(1)</script>\"'&\u0000\u202e";

async function redSquare(): Promise<string> {
  const png = await sharp({ create: { width: 8, height: 8, channels: 3, background: "#ff0000" } })
    .png()
    .toBuffer();
  return `data:image/png;base64,${png.toString("base64")}`;
}

const frame = async (change: Partial<FigureFrame> = {}): Promise<FigureFrame> => ({
  title: "All layers and heads",
  caption: "6 layers × 6 heads",
  drawing: { kind: "image", dataUrl: await redSquare(), width: 300, height: 200 },
  legend: { kind: "bar", colors: ["#000000", "#ffffff"], low: "0", high: "0.97", unit: "attention weight per patch" },
  question: "Which way does the arrow point?",
  answer: "The arrow points right.",
  provenance: "demo-6x6, f32 · lvlm-interpret 0.6.0 · run r-0142 · 2026-11-25",
  ...change,
});

describe("the frame of an exported figure", () => {
  it("has title, caption, legend, unit and provenance as text", async () => {
    const svg = frameSvg(await frame());
    const texts = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((match) => match[1]);
    for (const text of ["All layers and heads", "6 layers × 6 heads", "0.97", "attention weight per patch"]) {
      expect(texts).toContain(text);
    }
    expect(texts.join(" ")).toContain("demo-6x6, f32 · lvlm-interpret 0.6.0 · run r-0142");
    expect(texts.join(" ")).toContain("Which way does the arrow point?");
  });

  it("is drawn by an XML reader, with the drawing in its place", async () => {
    const { data, info } = await sharp(Buffer.from(frameSvg(await frame())))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(info.width).toBe(460);
    let red = 0;
    for (let i = 0; i < data.length; i += info.channels) {
      if (data[i]! > 250 && data[i + 1]! < 5 && data[i + 2]! < 5) red++;
    }
    expect(red).toBeGreaterThan(299 * 199);
    expect(red).toBeLessThanOrEqual(300 * 200);
  });

  it("draws the bar of the legend as a ramp through its colors, also where they are two", async () => {
    const legend = { kind: "bar", colors: ["#ff0000", "#0000ff"], low: "0", high: "1", unit: "" } as const;
    const drawing = { kind: "svg", markup: "<svg/>", width: 300, height: 10 } as const;
    const { data, info } = await sharp(Buffer.from(frameSvg(await frame({ legend, drawing }))))
      .raw()
      .toBuffer({ resolveWithObject: true });
    const reds = new Set<number>();
    for (let i = 0; i < data.length; i += info.channels) {
      // Mixtures of the two have no green, which text and paper have as much as red.
      if (data[i + 1]! < 3 && data[i]! + data[i + 2]! > 250) reds.add(data[i]!);
    }
    expect(Math.max(...reds)).toBeGreaterThan(250);
    expect(Math.min(...reds)).toBeLessThan(5);
    expect(reds.size).toBeGreaterThan(100);
  });

  it("escapes what models and users wrote", async () => {
    const legend = { kind: "keys", keys: [{ color: attack, label: attack }], unit: attack } as const;
    const svg = frameSvg(
      await frame({ title: attack, caption: attack, question: attack, answer: attack, provenance: attack, legend }),
    );
    expect(svg).not.toContain("<script");
    expect(svg).not.toMatch(/[\u0000\u202e]/);
    await expect(sharp(Buffer.from(svg)).png().toBuffer()).resolves.toBeDefined();
  });

  it("nests SVG and leaves out an XML declaration, which may stand only at the start", async () => {
    const markup =
      '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="500" height="40"><rect width="500" height="40" fill="#00ff00"/></svg>';
    const svg = frameSvg(await frame({ drawing: { kind: "svg", markup, width: 500, height: 40 } }));
    expect(svg).not.toContain("<?xml");
    const { info } = await sharp(Buffer.from(svg)).raw().toBuffer({ resolveWithObject: true });
    expect(info.width).toBe(540);
  });

  it("refuses a picture that would be loaded from elsewhere", async () => {
    const drawing = { kind: "image", dataUrl: "https://example.org/a.png", width: 1, height: 1 } as const;
    const wrong = await frame({ drawing });
    expect(() => frameSvg(wrong)).toThrow("data URL");
  });

  it("breaks many keys into lines that fit the width", async () => {
    const keys = Array.from({ length: 30 }, (_, i) => ({ color: "#123456", label: `position group ${i}` }));
    const svg = frameSvg(await frame({ legend: { kind: "keys", keys, unit: "share" } }));
    const lefts = [...svg.matchAll(/<rect x="([\d.]+)"[^>]*fill="#123456"/g)].map((match) => Number(match[1]));
    expect(lefts).toHaveLength(30);
    expect(Math.max(...lefts)).toBeLessThan(420);
    expect(lefts.filter((left) => left === 0).length).toBeGreaterThan(5);
  });
});
