/** @file A page of its own for each browser test, which notes everything that goes wrong in it. */
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
  /** One readable line for each error on the console, uncaught error, failed request and answer of 400 or above, in order. */
  readonly problems: readonly string[];
  close(): Promise<void>;
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
    problems.push(`request: ${request.method()} ${request.url()} ${request.failure()?.errorText ?? "failed"}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) {
      problems.push(`answer: ${response.request().method()} ${response.url()} ${response.status()}`);
    }
  });
  return problems;
}
