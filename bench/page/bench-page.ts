/** @file The page in a real browser: how fast its controls answer, how large it is, and what a selection sends. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { writeRun } from "../../test/support/write-run.ts";
import { launchChromium } from "../../test/browser/support/chromium.ts";
import { servePage } from "../../test/browser/support/served-page.ts";
import { row } from "../run-job.ts";
import { percentile, timeControls, timeDrawCalls, type ControlEvent } from "./control-time.ts";
import { firstLoadOf } from "./page-size.ts";
import { syntheticRun } from "./synthetic-run.ts";

/** The sizes of the large case. */
const large = { layers: 32, heads: 32, side: 24, answerTokens: 64 } as const;
/** A picture of 6 tiles and an overview: 5,110 image tokens. */
const tiled = { layers: 28, heads: 16, side: 27, tiles: { rows: 2, cols: 3 }, answerTokens: 12 } as const;
const root = fileURLToPath(new URL("../..", import.meta.url));
const picture = join(root, "demo/examples/shapes-1.png");
const pictureSide = 448;

const goalBusyMs = 16;
const goalFetchMs = 150;
/** An event is over when nothing was drawn for so long. */
const settleMs = 120;
const repeats = 24;

const keys = (...names: string[]): ControlEvent[] => names.map((key) => ({ kind: "key", key }));
const times = (count: number, events: readonly ControlEvent[]): ControlEvent[] =>
  Array.from({ length: count }, (_, i) => events[i % events.length]!);

/** Clicks at different places of the picture, each of which selects another patch. */
function patchClicks(count: number): ControlEvent[] {
  return Array.from({ length: count }, (_, i) => ({
    kind: "click" as const,
    selector: ".stage canvas.patches",
    x: 0.1 + 0.8 * ((i * 7) % 11) * (1 / 10),
    y: 0.1 + 0.8 * ((i * 3) % 11) * (1 / 10),
  }));
}

/** To and fro over `places`, so that every event changes something. */
function walk(places: number, forth: string, back: string): ControlEvent[] {
  const steps = Math.max(1, Math.min(repeats / 2, places - 1));
  const round = [...times(steps, keys(forth)), ...times(steps, keys(back))];
  return times(Math.ceil(repeats / round.length) * round.length, round);
}

interface RunSizes {
  readonly layers: number;
  readonly heads: number;
  /** Said tokens of the answer. */
  readonly tokens: number;
  /** Whether the grids that are drawn can be chosen. */
  readonly hasGrids?: boolean;
}

/** Each choice of the grids in turn. */
const gridClicks: readonly ControlEvent[] = [1, 2, 0].map((index) => ({
  kind: "click",
  selector: ".gridview button",
  index,
}));

/** The events of each control, from a selection at the last token, the first layer and the first head. */
function controls({
  layers,
  heads,
  tokens,
  hasGrids = false,
}: RunSizes): readonly { name: string; events: ControlEvent[] }[] {
  return [
    { name: "token, rows in memory", events: walk(tokens, "ArrowLeft", "ArrowRight") },
    { name: "layer", events: walk(layers, "ArrowDown", "ArrowUp") },
    { name: "head", events: walk(heads, "]", "[") },
    { name: "patch selection", events: patchClicks(repeats) },
    { name: "smooth, colors, borders", events: times(repeats, keys("s", "c", "g")) },
    ...(hasGrids ? [{ name: "grids", events: times(repeats, gridClicks) }] : []),
  ];
}

async function openRun(browser: Browser, address: string): Promise<{ page: Page; received: () => number }> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  let bytes = 0;
  page.on("response", (response) => {
    if (response.url().includes("/api/runs/")) bytes += Number(response.headers()["content-length"] ?? 0);
  });
  await timeDrawCalls(page);
  await page.goto(address);
  await page.locator(".stage canvas.patches").waitFor();
  await page.waitForLoadState("networkidle");
  return { page, received: () => bytes };
}

const ms = (value: number): string => `${value.toFixed(1)} ms`;
/** p95 and median. */
const spread = (values: readonly number[]): string =>
  `${ms(percentile(values, 0.95))} (median ${ms(percentile(values, 0.5))})`;

async function benchTab(browser: Browser, address: string, sizes: RunSizes): Promise<void> {
  const { page, received } = await openRun(browser, address);
  try {
    const before = received();
    const steps = Math.min(repeats / 2, sizes.tokens - 1);
    // The last token is chosen first, so that every step to the left shows one that was not there before.
    await timeControls(page, keys("End"), { settleMs });
    const first = await timeControls(page, times(steps, keys("ArrowLeft")), { settleMs });
    await timeControls(page, times(steps, keys("ArrowRight")), { settleMs });
    const perToken = (received() - before) / Math.max(1, steps);
    row(
      "token, not yet fetched",
      ms(percentile(first.wall, 0.95)),
      `p95 on the clock, goal < ${goalFetchMs} ms; ${Math.round(perToken / 1024)} KiB sent`,
    );
    for (const { name, events } of controls(sizes)) {
      const sentBefore = received();
      const { busy, longest, processor, draws } = await timeControls(page, events, { settleMs });
      const sent = Math.round((received() - sentBefore) / events.length / 1024);
      row(
        name,
        ms(percentile(busy, 0.95)),
        `p95 of ${events.length}, median ${ms(percentile(busy, 0.5))}, goal < ${goalBusyMs} ms; ` +
          `longest task or frame ${spread(longest)}; processor time of all ${spread(processor)}; ` +
          `${Math.min(...draws)} draw calls or more; ${sent} KiB sent`,
      );
    }
  } finally {
    await page.context().close();
  }
}

async function demoRun(browser: Browser, url: string): Promise<string> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  try {
    const page = await context.newPage();
    await page.goto(url);
    await page.locator(".exs button").first().click();
    await page.waitForURL(/run=/);
    return /run=([\w.-]+)/.exec(page.url())![1]!;
  } finally {
    await context.close();
  }
}

/** Prints the page's size and the times of its controls, on the demo and on synthetic runs of large models, or on one of them by its id. */
export async function benchPage(only?: string): Promise<void> {
  console.log("\nThe page, in Chromium at 1440 x 900");
  const { page: first, largestTab } = firstLoadOf(join(root, "dist/web"));
  const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(0)} KB`;
  const sum = (of: "bytes" | "gzipBytes" | "brotliBytes"): string => kilobytes(first[of] + largestTab[of]);
  row(
    "scripts and styles at first load",
    sum("gzipBytes"),
    `gzip, goal < 200 KB: ${kilobytes(first.gzipBytes)} and the largest tab; ${sum("brotliBytes")} brotli, ${sum("bytes")} as they are`,
  );
  const served = await servePage();
  const browser = await launchChromium();
  try {
    const demo = await demoRun(browser, served.url);
    for (const [name, sizes] of Object.entries({ synthetic: large, tiled })) {
      if (only !== undefined && only !== name) continue;
      const recorded = await syntheticRun({ ...sizes, picture, pictureSide });
      await writeRun(join(served.runsFolder, `${name}.run.safetensors`), recorded);
    }
    const { layers, heads, side, answerTokens } = large;
    const runs = [
      {
        name: "demo, 6 layers x 6 heads, 14 x 14 patches",
        id: demo,
        sizes: { layers: 6, heads: 6, tokens: 5 },
      },
      {
        name: `synthetic, ${layers} layers x ${heads} heads, ${side} x ${side} patches, ${answerTokens} tokens`,
        id: "synthetic",
        sizes: { layers, heads, tokens: answerTokens - 1 },
      },
      {
        name: `tiled, ${tiled.layers} layers x ${tiled.heads} heads, 6 tiles and an overview of ${tiled.side} x ${tiled.side} patches each`,
        id: "tiled",
        sizes: { layers: tiled.layers, heads: tiled.heads, tokens: tiled.answerTokens - 1, hasGrids: true },
      },
    ];
    for (const { name, id, sizes } of runs.filter(({ id }) => only === undefined || id === only)) {
      for (const tab of ["attention", "relevancy", "layers"]) {
        console.log(`\n  ${name}: ${tab}`);
        const view = `run=${id}&tab=${tab}&tok=${sizes.tokens - 1}&layer=0&head=0&llayer=${sizes.layers}`;
        await benchTab(browser, `${served.url}#${view}`, sizes);
      }
    }
  } finally {
    await browser.close();
    await served.close();
  }
}
