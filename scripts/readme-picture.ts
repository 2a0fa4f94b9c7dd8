/**
 * @file Takes the pictures of README and docs/page.md from the real page with a demo question: docs/images/page.png, relevancy.png and
 * phone.png. Run `npm run build` first.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { launchChromium } from "../test/browser/support/chromium.ts";
import { openPage } from "../test/browser/support/page.ts";
import { servePage } from "../test/browser/support/served-page.ts";

const folder = fileURLToPath(new URL("../docs/images/", import.meta.url));
const question = "Which way does the arrow point?";

interface Shot {
  readonly file: string;
  /** What the address selects, besides the run. */
  readonly view: string;
  readonly width: number;
  readonly height: number;
  readonly scale: number;
  readonly scheme: "light" | "dark";
}

const desktop = { width: 1440, height: 900, scale: 1.5 } as const;
const shots: readonly Shot[] = [
  { file: "page.png", view: "layer=5&head=4", ...desktop, scheme: "light" },
  { file: "relevancy.png", view: "tab=relevancy&part=combined", ...desktop, scheme: "dark" },
  { file: "phone.png", view: "layer=5&head=4", width: 390, height: 844, scale: 2, scheme: "light" },
];

const served = await servePage();
const browser = await launchChromium({ systemFonts: true });
try {
  const first = await openPage(browser);
  await first.page.goto(served.url);
  await first.page.getByText(question).first().click();
  await first.page.waitForURL(/run=/);
  const run = /run=([\w.-]+)/.exec(first.page.url())![1]!;
  await first.close();
  mkdirSync(folder, { recursive: true });
  for (const { file, view, width, height, scale, scheme } of shots) {
    const { page, close } = await openPage(browser, { width, height, deviceScaleFactor: scale, colorScheme: scheme });
    await page.goto(`${served.url}#run=${run}&${view}`);
    await page.getByRole("application", { name: /patches/ }).waitFor();
    await page.waitForLoadState("networkidle");
    await page.evaluate(() => document.fonts.ready.then(() => undefined));
    const screen = await page.screenshot();
    await sharp(screen).png({ palette: true, colours: 256, effort: 10 }).toFile(join(folder, file));
    await close();
  }
} finally {
  await browser.close();
  await served.close();
}
