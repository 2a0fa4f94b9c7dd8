/** @file Draws the pictures of the gallery: views of the real page in both color schemes, with the figures that they can export. */
import { copyFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { exportMainFile } from "../../../src/export/export.ts";
import { startServer } from "../../../src/server/listen.ts";
import { openRunFile } from "../../../src/workbench/run-files.ts";
import { openWorkbench, type Workbench } from "../../../src/workbench/workbench.ts";
import { savedFigures, watchSavedFiles } from "./saved-figures.ts";
import { watchRequests } from "./settled.ts";
import type { View } from "./views.ts";

/** A picture as it is drawn now. */
export interface Picture {
  /** Path below the folder of expected pictures, such as "views/attention.dark.png". */
  readonly name: string;
  readonly bytes: Buffer;
}

export interface Gallery {
  /** A PNG of the view in each color scheme, and its figures as SVG if it has any. Views may be asked for all at once. */
  draw(view: View): Promise<Picture[]>;
  close(): Promise<void>;
}

export const runsFolder = fileURLToPath(new URL("runs/", import.meta.url));

const root = new URL("../../../", import.meta.url);

/** CSS pixels. */
const maxHeight = 3600;

/** The time at which all pictures are taken: some minutes after the runs were made, by the clock of the page. */

const now = new Date("2026-11-30T12:00:00Z");

/** How many pages draw at the same time. */
const pageCount = 2;

/**
 * Starts a server over copies of the committed runs, and opens the pages that draw the views.
 * `folder` is an empty folder for them, which the caller removes; the caller also closes the browser.
 */
export async function openGallery(folder: string, browser: Browser): Promise<Gallery> {
  for (const file of await readdir(runsFolder)) await copyFile(join(runsFolder, file), join(folder, file));
  const workbench = await openWorkbench({ runsFolder: folder, hubCacheFolder: folder, cacheFolder: folder });
  await loadDemo(workbench);
  const server = await startServer({ workbench: sameEverywhere(workbench), host: "127.0.0.1", port: 0 });
  const context = await browser.newContext({
    deviceScaleFactor: 1,
    reducedMotion: "reduce",
    locale: "en-US",
    timezoneId: "UTC",
  });
  const site = `http://127.0.0.1:${server.address.port}/`;
  const report = await writeReport(folder);
  const pages = await Promise.all(Array.from({ length: pageCount }, () => drawingPage(context, { site, report })));
  const works: Promise<unknown>[] = pages.map(() => Promise.resolve());
  let count = 0;

  return {
    draw(view) {
      const at = count++ % pages.length;
      const drawn = works[at]!.then(() => pages[at]!(view));
      works[at] = drawn.catch(() => undefined);
      return drawn;
    },
    async close() {
      await context.close();
      await workbench.close();
      await server.close();
    },
  };
}

/** Writes the HTML report of the run "arrow" into a folder, and returns its address. */
async function writeReport(folder: string): Promise<string> {
  const opened = await openRunFile(join(runsFolder, "arrow.run.safetensors"));
  const file = await exportMainFile(opened.run, { format: "html", selection: {}, runName: "arrow" });
  await opened.close();
  const path = join(folder, "report.html");
  await writeFile(path, file.bytes);
  return pathToFileURL(path).href;
}

/** Addresses of what is drawn. */
interface Addresses {
  readonly site: string;
  readonly report: string;
}

/** Opens a page that draws one view after another. */
async function drawingPage(
  context: BrowserContext,
  { site, report }: Addresses,
): Promise<(view: View) => Promise<Picture[]>> {
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  await page.clock.setFixedTime(now);
  await watchSavedFiles(page);
  const settle = watchRequests(page);

  function addressOf({ document, report: isReport }: View): string {
    if (document !== undefined) return new URL(document, root).href;
    return isReport === true ? report : site;
  }

  async function show(view: View): Promise<void> {
    const { hash, shows, width = 1280, height = 800 } = view;
    await page.emulateMedia({ colorScheme: "light" });
    await page.setViewportSize({ width, height });
    // A page of its own for each view: what another view left open or remembered must not be in its picture.
    await page.goto("about:blank");
    await page.goto(`${addressOf(view)}#${hash}`);
    await page.getByText(shows).first().waitFor();
    await view.act?.(page);
    if (view.whole === true) {
      await settle();
      await unroll(page, { width, height });
    }
    // The pointer rests at a place that does not react to it.
    await page.mouse.move(0, 0);
    await settle();
  }

  return async (view) => {
    await show(view);
    const pictures: Picture[] = [];
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await settle();
      pictures.push({ name: `views/${view.name}.${colorScheme}.png`, bytes: await shoot(page, view) });
    }
    if (view.figures !== true) return pictures;
    await page.emulateMedia({ colorScheme: "light" });
    const figures = await savedFigures(page);
    return [...pictures, ...figures.map(({ name, bytes }) => ({ name: `figures/${view.name}/${name}`, bytes }))];
  };
}

/** Makes the page as high as what it shows, so that no part is out of sight. */
async function unroll(
  page: Page,
  { width, height }: { readonly width: number; readonly height: number },
): Promise<void> {
  const hidden = await page.evaluate(() =>
    Array.from(document.querySelectorAll("html, main *"), (area) =>
      /auto|scroll/.test(getComputedStyle(area).overflowY) || area === document.documentElement
        ? area.scrollHeight - area.clientHeight
        : 0,
    ).reduce((most, height) => Math.max(most, height), 0),
  );
  if (hidden > 0) await page.setViewportSize({ width, height: Math.min(height + hidden, maxHeight) });
}

async function shoot(page: Page, { part }: View): Promise<Buffer> {
  const options = { animations: "disabled", caret: "hide" } as const;
  return part === undefined ? page.screenshot(options) : page.locator(part).screenshot(options);
}

/** Loads the demo model, so that each view finds it in the same state whichever was drawn before. */
async function loadDemo(workbench: Workbench): Promise<void> {
  const job = await workbench.loadModel({ model: "demo", precision: "f16" });
  for await (const { event } of workbench.events(job, 0)) {
    if (event.type === "failed") throw new Error(`The demo model was not loaded: ${event.error.message}`);
  }
}

/** The workbench with what differs between computers and versions held fixed: status and forecasts. */
function sameEverywhere(workbench: Workbench): Workbench {
  const { limits } = workbench.status();
  const status = {
    version: "1.2.3",
    instance: "gallery",
    device: "CPU, 8 threads",
    memory: { usedBytes: 3 * 2 ** 30, totalBytes: 16 * 2 ** 30 },
    limits,
  };
  return {
    ...workbench,
    status: () => status,
    forecast: () => Promise.resolve({ seconds: 12, bytes: 250e6, availableBytes: 8e9 }),
  };
}
