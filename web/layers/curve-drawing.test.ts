/** @file The exported chart looks as it should where no style sheet of the page reaches. */
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { curveDrawing } from "./curve-drawing.ts";
import { curveX, curveY } from "./curve-geometry.ts";

const token = { name: "right", probabilities: [0, 0.5, 1] };
const rival = { name: "<left> & more", probabilities: [0, 0, 0] };

async function pixels(): Promise<(x: number, y: number) => number> {
  const { markup, width, height } = curveDrawing(token, rival, 2) as { markup: string; width: number; height: number };
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${markup}</svg>`;
  const { data, info } = await sharp(Buffer.from(svg))
    .flatten({ background: "#ffffff" })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return (x, y) => data[(Math.round(y) * info.width + Math.round(x)) * info.channels]!;
}

describe("the chart of a token over the layers, exported", () => {
  it("draws a line, and no area below it", async () => {
    const red = await pixels();
    // Halfway along the line of the token, from (row 0, 0) to (row 2, 1).
    expect(red(curveX(1, 3), curveY(0.5))).toBeLessThan(80);
    expect(red(curveX(1.5, 3), curveY(0.4))).toBeGreaterThan(240);
    expect(red(curveX(0.5, 3), curveY(0.6))).toBeGreaterThan(240);
  });

  it("names both lines, whatever the words are", () => {
    const { markup } = curveDrawing(token, rival, 0) as { markup: string };
    expect(markup).toContain(">right</text>");
    expect(markup).toContain("&lt;left&gt; &amp; more");
  });

  it("stays as wide as it says where names are long", () => {
    const long = { ...rival, name: "word ".repeat(40) };
    const { markup } = curveDrawing(token, long, 0) as { markup: string };
    expect(markup).toContain("…</text>");
  });
});
