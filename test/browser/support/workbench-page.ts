/** @file The page over a workbench of the test's own process, so that a test can compare what is shown with what the run holds. */
import { createReadStream } from "node:fs";
import { basename } from "node:path";
import type { Browser } from "playwright-core";
import { inject } from "vitest";
import { colorIndex, colorOf, coverOf, defaultRange, type ColorMapName } from "../../../src/figure/color-map.ts";
import { startServer } from "../../../src/server/listen.ts";
import { openWorkbench, type Workbench } from "../../../src/workbench/workbench.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import type { ExampleQuestion } from "./explained-examples.ts";
import { canvasPixels, openPage, type OpenPage, type PageSettings } from "./page.ts";
import { connectChromium } from "./shared-chromium.ts";

export interface WorkbenchPage {
  readonly browser: Browser;
  readonly workbench: Workbench;
  readonly url: string;
  /** Opens the page, at the start or at what a hash selects. */
  open(hash?: string, settings?: PageSettings): Promise<OpenPage>;
  /** Takes in the run of an example question, which was asked and explained before the tests, and gives its id. */
  exampleRun(question: ExampleQuestion): Promise<string>;
  close(): Promise<void>;
}

/** Starts a server for a test file, with no runs yet. */
export async function startWorkbenchPage(): Promise<WorkbenchPage> {
  const browser = await connectChromium();
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
    async exampleRun(question) {
      const path = inject("exampleRuns")[question]!;
      return (await workbench.importRun({ name: basename(path), body: createReadStream(path) })).id;
    },
    async close() {
      await browser.close();
      await workbench.close();
      await server.close();
    },
  };
}

/** What a map drawn as cells adds to the picture, [rows * cols]: its colors by their opacity, and the opacity, in 8-bit levels. */
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
  return (await canvasPixels(page, ".stage canvas.map", centers)).map(added);
}

/** A canvas holds colors by their opacity, and gives them back rounded. */
function added([red = 0, green = 0, blue = 0, alpha = 0]: readonly number[]): number[] {
  return [...[red, green, blue].map((level) => Math.round((level * alpha) / 255)), alpha];
}

/** What a map must add to the picture, from 0 to its largest value: the more, the larger the value. */
export function expectedCells(values: ArrayLike<number>, colorMap: ColorMapName = "viridis"): number[][] {
  const all = Array.from(values);
  const range = defaultRange(all, colorMap);
  return all.map((value) => {
    const alpha = Math.round(255 * coverOf(colorIndex(value, range), colorMap));
    return added([...colorOf(value, range, colorMap), alpha]);
  });
}
