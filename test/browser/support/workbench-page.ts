/** @file The page over a workbench of the test's own process, so that a test can compare what is shown with what the run holds. */
import type { Browser } from "playwright-core";
import { colorOf, defaultRange } from "../../../src/figure/color-map.ts";
import type { ColorMapName } from "../../../src/figure/color-map.ts";
import { startServer } from "../../../src/server/listen.ts";
import { openWorkbench } from "../../../src/workbench/workbench.ts";
import type { Workbench } from "../../../src/workbench/workbench.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { launchChromium } from "./chromium.ts";
import { canvasPixels, openPage } from "./page.ts";
import type { OpenPage, PageSettings } from "./page.ts";

export interface WorkbenchPage {
  readonly browser: Browser;
  readonly workbench: Workbench;
  readonly url: string;
  /** Opens the page, at the start or at what a hash selects. */
  open(hash?: string, settings?: PageSettings): Promise<OpenPage>;
  /** Asks a question of the example gallery through the page, and gives the id of its run. */
  askExample(question: string): Promise<string>;
  close(): Promise<void>;
}

/** Starts browser and server; one of each for a test file. */
export async function startWorkbenchPage(): Promise<WorkbenchPage> {
  const browser = await launchChromium();
  const workbench = await openWorkbench({ runsFolder: temporaryFolder() });
  const server = await startServer({ workbench, host: "127.0.0.1", port: 0 });
  const url = `http://127.0.0.1:${server.address.port}/`;

  async function open(hash = "", settings: PageSettings = {}): Promise<OpenPage> {
    const opened = await openPage(browser, settings);
    opened.page.setDefaultTimeout(20_000);
    await opened.page.goto(`${url}${hash === "" ? "" : `#${hash}`}`);
    return opened;
  }

  return {
    browser,
    workbench,
    url,
    open,
    async askExample(question) {
      const opened = await open();
      await opened.page.getByRole("button", { name: question }).first().click();
      const run = await openedRun(opened);
      await opened.close();
      return run;
    },
    async close() {
      await browser.close();
      await workbench.close();
      await server.close();
    },
  };
}

/** Waits until a run other than `before` is open, and gives its id. */
export async function openedRun({ page }: OpenPage, before = ""): Promise<string> {
  const shown = (url: URL): string => /run=([\w.-]+)/.exec(url.hash)?.[1] ?? "";
  await page.waitForURL((url) => ![before, ""].includes(shown(url)), { timeout: 30_000 });
  return shown(new URL(page.url()));
}

/** The colors of a map drawn as cells, [rows * cols], as they stand on the picture. */
export async function shownCells(
  { page }: OpenPage,
  { rows, cols }: { readonly rows: number; readonly cols: number },
): Promise<number[][]> {
  const canvas = page.locator(".stage canvas.map");
  await canvas.waitFor();
  const { width, height } = await canvas.evaluate((element) => ({
    width: element.clientWidth,
    height: element.clientHeight,
  }));
  const centers = Array.from({ length: rows * cols }, (_, cell) => ({
    x: (((cell % cols) + 0.5) * width) / cols,
    y: ((Math.floor(cell / cols) + 0.5) * height) / rows,
  }));
  return (await canvasPixels(page, ".stage canvas.map", centers)).map((pixel) => pixel.slice(0, 3));
}

/** The colors that a map must have, from 0 to its largest value. */
export function expectedCells(values: ArrayLike<number>, colorMap: ColorMapName = "viridis"): number[][] {
  const all = Array.from(values);
  const range = defaultRange(all, colorMap);
  return all.map((value) => [...colorOf(value, range, colorMap)]);
}
