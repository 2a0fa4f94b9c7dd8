/**
 * @file Takes a picture of a page: `node --import tsx scripts/screenshot.ts URL OUT.png [--width 1440 --height 900 --scale 1]
 * [--scheme dark] [--reduced-motion] [--full] [--wait SELECTOR] [--click SELECTOR]... [--key KEY]... [--delay MILLISECONDS]`.
 * It waits, clicks and presses keys in the order given; what goes wrong in the page is printed.
 */
import { pathToFileURL } from "node:url";
import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { launchChromium } from "../test/browser/support/chromium.ts";
import { openPage } from "../test/browser/support/page.ts";

const { values, positionals, tokens } = parseArgs({
  allowPositionals: true,
  tokens: true,
  options: {
    width: { type: "string", default: "1440" },
    height: { type: "string", default: "900" },
    scale: { type: "string", default: "1" },
    scheme: { type: "string", default: "light" },
    "reduced-motion": { type: "boolean", default: false },
    full: { type: "boolean", default: false },
    wait: { type: "string", multiple: true },
    click: { type: "string", multiple: true },
    key: { type: "string", multiple: true },
    delay: { type: "string", default: "300" },
  },
});
const [address, target] = positionals;
if (address === undefined || target === undefined) {
  throw new Error(
    "Give the address of the page and the PNG file to write, as in: screenshot.ts http://localhost:8000 page.png",
  );
}

const browser = await launchChromium({ systemFonts: true });
try {
  const { page, problems } = await openPage(browser, {
    width: Number(values.width),
    height: Number(values.height),
    deviceScaleFactor: Number(values.scale),
    colorScheme: values.scheme === "dark" ? "dark" : "light",
    reducedMotion: values["reduced-motion"],
  });
  page.setDefaultTimeout(15_000);
  await page.goto(existsSync(address) ? pathToFileURL(address).href : address);
  for (const token of tokens) {
    if (token.kind !== "option" || token.value === undefined) continue;
    if (token.name === "wait") await page.waitForSelector(token.value);
    if (token.name === "click") await page.click(token.value);
    if (token.name === "key") await page.keyboard.press(token.value);
  }
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  await page.waitForTimeout(Number(values.delay));
  await page.screenshot({ path: target, fullPage: values.full });
  for (const problem of problems) console.log(problem);
} finally {
  await browser.close();
}
