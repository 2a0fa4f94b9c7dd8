/** @file The browser of the tests itself: it draws exactly, sees what is wrong in a page, and takes the settings of a page. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parse } from "opentype.js/dist/opentype.mjs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectChromium } from "./support/shared-chromium.ts";
import { axeViolations, canvasPixels, openPage } from "./support/page.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await connectChromium();
});
afterAll(async () => {
  await browser.close();
});

const head = `<!doctype html><html lang="en"><head><title>A page</title></head>`;

function fontFile(format: "woff" | "woff2"): string {
  return fileURLToPath(import.meta.resolve(`@fontsource/inter/files/inter-latin-400-normal.${format}`));
}

describe("a canvas", () => {
  it("is read back to the level, at CSS coordinates", async () => {
    const { page, close } = await openPage(browser, { width: 400, height: 300, deviceScaleFactor: 2 });
    await page.setContent(
      `${head}<canvas width="4" height="2" style="width:80px;height:40px;border:3px solid;padding:5px">`,
    );
    const levels = Array.from({ length: 8 }, (_, index) => [index * 36, 255 - index * 31, (index * 97) % 256, 255]);
    await page.evaluate((pixels) => {
      const context = document.querySelector("canvas")!.getContext("2d")!;
      context.putImageData(new ImageData(new Uint8ClampedArray(pixels.flat()), 4, 2), 0, 0);
    }, levels);
    const centers = levels.map((_, index) => ({ x: (index % 4) * 20 + 10, y: Math.floor(index / 4) * 20 + 10 }));
    expect(await canvasPixels(page, "canvas", centers)).toEqual(levels);
    const edges = await canvasPixels(page, "canvas", [
      { x: 19.9, y: 19.9 },
      { x: 20, y: 20 },
    ]);
    expect(edges).toEqual([levels[0], levels[5]]);
    await expect(canvasPixels(page, "canvas", [{ x: 80, y: 0 }])).rejects.toThrow("outside the canvas of 80 by 40");
    await close();
  });

  it("is filled with the color asked for, opacity included", async () => {
    const { page, close } = await openPage(browser);
    await page.setContent(`${head}<canvas width="20" height="20">`);
    await page.evaluate(() => {
      const context = document.querySelector("canvas")!.getContext("2d")!;
      context.fillStyle = "rgb(12 200 77)";
      context.fillRect(0, 0, 10, 20);
    });
    const pixels = await canvasPixels(page, "canvas", [
      { x: 5, y: 5 },
      { x: 15, y: 5 },
    ]);
    expect(pixels).toEqual([
      [12, 200, 77, 255],
      [0, 0, 0, 0],
    ]);
    await close();
  });
});

describe("axe", () => {
  it("finds a button without a name and gray text on white, and nothing once they are mended", async () => {
    const { page, close } = await openPage(browser);
    await page.setContent(`${head}<main><h1>Title</h1><button></button><p style="color:#aaa">Gray</p></main>`);
    const violations = await axeViolations(page);
    expect(violations.map((line) => line.split(":")[0])).toEqual([
      "critical button-name at button",
      "serious color-contrast at p",
    ]);
    expect(violations[1]).toContain("contrast of 2.32");
    await page.setContent(`${head}<main><h1>Title</h1><button>Go</button><p style="color:#555">Gray</p></main>`);
    expect(await axeViolations(page)).toEqual([]);
    await close();
  });
});

describe("a page", () => {
  it("takes its settings", async () => {
    const settings = {
      width: 390,
      height: 700,
      colorScheme: "dark",
      reducedMotion: true,
      deviceScaleFactor: 3,
    } as const;
    const { page, close } = await openPage(browser, settings);
    const seen = await page.evaluate(() => ({
      width: innerWidth,
      height: innerHeight,
      dark: matchMedia("(prefers-color-scheme: dark)").matches,
      still: matchMedia("(prefers-reduced-motion: reduce)").matches,
      scale: devicePixelRatio,
    }));
    expect(seen).toEqual({ width: 390, height: 700, dark: true, still: true, scale: 3 });
    await close();
  });

  it("notes each thing that goes wrong, and keeps it from other pages", async () => {
    const { page, problems, close } = await openPage(browser);
    const other = await openPage(browser);
    await page.route("**/*", (route) =>
      route.request().url().endsWith("/missing")
        ? route.fulfill({ status: 404 })
        : route.request().url().endsWith("/broken")
          ? route.abort("connectionrefused")
          : route.fulfill({ contentType: "text/html", body: head }),
    );
    await page.goto("http://page.test/");
    expect(problems).toEqual([]);
    await page.evaluate(`console.error("told")`);
    await page.evaluate(async () => {
      setTimeout(() => {
        throw new Error("thrown");
      });
      await fetch("/missing");
      await fetch("/broken").catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve));
    });
    await expect
      .poll(() => problems.filter((line) => !line.startsWith("console: Failed to load")).sort())
      .toEqual([
        "answer: GET http://page.test/missing 404",
        "console: told",
        "request: GET http://page.test/broken net::ERR_CONNECTION_REFUSED",
        "uncaught: thrown",
      ]);
    expect(other.problems).toEqual([]);
    await close();
    await other.close();
  });

  it("shapes text with the page's own font, one that is not installed", async () => {
    const { page, close } = await openPage(browser);
    const font = await readFile(fontFile("woff2"));
    await page.setContent(
      `${head}<style>@font-face{font-family:Inter;src:url(data:font/woff2;base64,${font.toString("base64")})}</style>` +
        `<span style="font:1000px Inter">H</span>`,
    );
    await page.evaluate(() => document.fonts.ready.then(() => undefined));
    const width = await page.locator("span").evaluate((span) => span.getBoundingClientRect().width);
    const table = parse(new Uint8Array(await readFile(fontFile("woff"))).buffer);
    expect(width).toBeCloseTo((1000 * table.charToGlyph("H").advanceWidth) / table.unitsPerEm, 1);
    await close();
  });
});
