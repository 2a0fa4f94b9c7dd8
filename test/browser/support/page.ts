/** @file A page of its own for each browser test, which notes everything that goes wrong in it, and ways to look into it. */
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";

export interface PageSettings {
  /** Width of the viewport in CSS pixels; 1440 if not given. */
  readonly width?: number;
  /** Height of the viewport in CSS pixels; 900 if not given. */
  readonly height?: number;
  readonly colorScheme?: "light" | "dark";
  readonly reducedMotion?: boolean;
  /** Device pixels per CSS pixel; 1 if not given. */
  readonly deviceScaleFactor?: number;
}

export interface OpenPage {
  readonly page: Page;
  /** One readable line for each error on the console, uncaught error, failed request (not given up by the page) and answer of 400 or above. */
  readonly problems: readonly string[];
  readonly close: () => Promise<void>;
}

/** Opens an empty page in a context of its own: no cookies, storage or cache of other tests. */
export async function openPage(browser: Browser, settings: PageSettings = {}): Promise<OpenPage> {
  const { width = 1440, height = 900, colorScheme = "light", reducedMotion = false, deviceScaleFactor = 1 } = settings;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme,
    reducedMotion: reducedMotion ? "reduce" : "no-preference",
    deviceScaleFactor,
  });
  const page = await context.newPage();
  return { page, problems: problemsOf(page), close: () => context.close() };
}

function problemsOf(page: Page): string[] {
  const problems: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => problems.push(`uncaught: ${error.message}`));
  page.on("requestfailed", (request) => {
    const reason = request.failure()?.errorText ?? "failed";
    // The page itself gives up requests whose answer nobody waits for any more.
    if (reason !== "net::ERR_ABORTED") problems.push(`request: ${request.method()} ${request.url()} ${reason}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) {
      problems.push(`answer: ${response.request().method()} ${response.url()} ${response.status()}`);
    }
  });
  return problems;
}

/** Red, green, blue and opacity, each 0 to 255, not multiplied by the opacity. */
export type Pixel = readonly [red: number, green: number, blue: number, opacity: number];

/**
 * The pixels of a 2D canvas at points in CSS pixels from the upper left corner of its content, as many as points, in order.
 * The canvas may hold more or fewer pixels than it shows.
 */
export async function canvasPixels(
  page: Page,
  selector: string,
  points: readonly { readonly x: number; readonly y: number }[],
): Promise<Pixel[]> {
  return await page.locator(selector).evaluate((element, places) => {
    if (!(element instanceof HTMLCanvasElement)) throw new Error(`A ${element.tagName} has no pixels; name a canvas.`);
    const context = element.getContext("2d");
    if (context === null) throw new Error("The canvas is not a 2D canvas, so its pixels cannot be read this way.");
    const style = getComputedStyle(element);
    const width = element.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    const height = element.clientHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom);
    return places.map(({ x, y }) => {
      if (x < 0 || y < 0 || x >= width || y >= height) {
        throw new Error(`The point ${x}, ${y} lies outside the canvas of ${width} by ${height} CSS pixels.`);
      }
      const column = Math.floor((x * element.width) / width);
      const row = Math.floor((y * element.height) / height);
      const [red = 0, green = 0, blue = 0, opacity = 0] = context.getImageData(column, row, 1, 1).data;
      return [red, green, blue, opacity] as const;
    });
  }, points);
}

/**
 * What axe finds wrong for people who use the page with a keyboard, a screen reader or little sight: one line for each element
 * with a serious or critical violation. Animations should have ended, since colors are read as they are at the moment.
 * `only: "color"` goes by the rules of color alone: nothing else can differ between the color schemes of a page.
 */
export async function axeViolations(page: Page, { only }: { readonly only?: "color" } = {}): Promise<string[]> {
  // Without the legacy mode each analysis ends in a page of its own, for frames of other sites, which the page does not have.
  const builder = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ["violations"] });
  const { violations } = await (
    only === undefined ? builder : builder.withRules(["color-contrast", "link-in-text-block"])
  ).analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, impact, nodes }) =>
      nodes.map(({ target, any, all, none }) => {
        const reasons = [...any, ...all, ...none].map(({ message }) => message);
        return `${impact} ${id} at ${target.join(" ")}: ${reasons.join("; ")}`;
      }),
    );
}
