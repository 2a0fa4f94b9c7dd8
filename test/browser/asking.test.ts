/** @file Asking in a real browser: from an example to its answer, a follow-up, and an edited picture beside the original. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startServer, type RunningServer } from "../../src/server/listen.ts";
import { demoExamplesFolder } from "../../src/program/demo.ts";
import { openWorkbench, type Workbench } from "../../src/workbench/workbench.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { connectChromium } from "./support/shared-chromium.ts";
import { openedRun } from "./support/opened-run.ts";
import { openPage, type OpenPage } from "./support/page.ts";

const grayOf16Bits = fileURLToPath(new URL("../fixtures/pictures/gray16.png", import.meta.url));

let browser: Browser;
let server: RunningServer;
let workbench: Workbench;
beforeAll(async () => {
  browser = await connectChromium();
  workbench = await openWorkbench({ runsFolder: temporaryFolder() });
  server = await startServer({ workbench, host: "127.0.0.1", port: 0 });
});
afterAll(async () => {
  await browser.close();
  await workbench.close();
  await server.close();
});

async function openStart(): Promise<OpenPage> {
  const opened = await openPage(browser);
  await opened.page.goto(`http://127.0.0.1:${server.address.port}/`);
  return opened;
}

describe("asking", () => {
  it("answers an example after one click, and follows it up with all that was said", async () => {
    const opened = await openStart();
    const { page, problems, close } = opened;
    await page.click(".exs button:has-text('Which way does the arrow point?')");
    const first = await openedRun(opened);
    expect((await workbench.openRun(first)).description.answerText).toBe("The arrow points right.");
    await page.fill("#question", "What is the color of the arrow?");
    await page.keyboard.press("Control+Enter");
    const { description } = await workbench.openRun(await openedRun(opened, first));
    expect(description.messages?.map(({ role }) => role)).toEqual(["user", "assistant", "user"]);
    expect(description.images).toHaveLength(1);
    await expect.poll(() => page.locator(".turns li").count()).toBe(2);
    await page.click(".turns button >> nth=0");
    await expect.poll(() => page.url()).toContain(`run=${first}`);
    expect(problems).toEqual([]);
    await close();
  });

  it("says on a phone, before the question is written, what a picture of 16 bits loses, and stretches it", async () => {
    const { page, problems, close } = await openPage(browser, { width: 390, height: 844 });
    await page.goto(`http://127.0.0.1:${server.address.port}/`);
    await page.setInputFiles(".ask input[type=file]", grayOf16Bits);
    const note = page.getByRole("status").filter({ hasText: "comes out white in" });
    await note.waitFor();
    await note.getByRole("button", { name: "Stretch" }).click();
    await note.waitFor({ state: "hidden" });
    await page.locator(".thumbs [aria-label$=edited]").waitFor({ state: "attached" });
    expect(problems).toEqual([]);
    await close();
  });

  it("keeps the original of an edited picture, and records the steps in its pixels", async () => {
    const opened = await openStart();
    const { page, problems, close } = opened;
    await page.setInputFiles(".ask input[type=file]", join(demoExamplesFolder, "arrow-right.png"));
    await page.waitForSelector(".thumbs img");
    await page.fill("#question", "Which way does the arrow point?");
    await page.keyboard.press("Control+Enter");
    const first = await openedRun(opened);

    await page.click("role=radio[name='Edit']");
    await page.click("role=button[name='Fill a region']");
    const canvas = await page.waitForSelector("role=application[name=/^Picture, /]");
    const { x, y, width, height } = (await canvas.boundingBox())!;
    await page.mouse.move(x + width / 4, y + height / 2);
    await page.mouse.down();
    await page.mouse.move(x + width, y + height);
    await page.mouse.up();
    await page.click("role=button[name='Use this picture']");
    const second = await openedRun(opened, first);

    const { description } = await workbench.openRun(second);
    // The arrow is under the filled region, so that the model has nothing left to see it by.
    expect((await workbench.openRun(first)).description.answerText).toBe("The arrow points right.");
    expect(description.answerText).not.toBe("The arrow points right.");
    const { width: pixels, height: rows, edits } = description.images[0]!;
    const box = { left: pixels / 4, top: rows / 2, width: (pixels * 3) / 4, height: rows / 2 };
    expect(edits).toEqual([{ tool: "fill", box, color: "#808080" }]);
    const original = await readFile(join(demoExamplesFolder, "arrow-right.png"));
    expect(Buffer.from((await workbench.runPicture(second, 0, "original")).bytes).equals(original)).toBe(true);

    await page.click("role=button[name='Compare with the original']");
    await expect.poll(() => page.url()).toContain(`run=${first}&b=${second}&tab=compare`);
    await page.getByText(/of run B less run A/).waitFor();
    await page.getByRole("img", { name: "Difference of the maps, run B less run A" }).waitFor();
    await page.locator(".stage canvas.map").waitFor();
    expect(problems).toEqual([]);
    await close();
  });
});
