/** @file What the page keeps when things go wrong: a stopped question, a server that went away, files that are none; and runs that are dropped. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { demoExamplesFolder } from "../../../src/program/demo.ts";
import { connectChromium } from "../support/shared-chromium.ts";
import { openPage } from "../support/page.ts";
import { servePage } from "../support/served-page.ts";
import { runBytes } from "../../support/workbench.ts";
import { openedRun } from "../support/opened-run.ts";
import { startWorkbenchPage, type WorkbenchPage } from "../support/workbench-page.ts";

const question = "Which way does the arrow point?";

let site: WorkbenchPage;
let run: string;
beforeAll(async () => {
  site = await startWorkbenchPage();
  run = await site.exampleRun(question);
});
afterAll(() => site.close());

/** Lets the next answers have 64 tokens at least, so that there is time to stop them. */
async function askForLongAnswers(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^greedy/ }).click();
  await page.getByLabel("Min. new tokens").fill("64");
  await page.keyboard.press("Escape");
}

describe("a question that is stopped", () => {
  it("keeps the partial answer when that is wished", async () => {
    const opened = await site.open(`run=${run}`);
    const { page, problems, close } = opened;
    await askForLongAnswers(page);
    await page.getByRole("textbox", { name: "Question" }).fill("Where is the arrow?");
    await page.keyboard.press("Control+Enter");
    await page.getByRole("group", { name: "Working" }).waitFor();
    const working = () => site.workbench.jobs().find(({ state }) => state === "running");
    await expect.poll(working).toBeDefined();
    const { id } = working()!;
    let tokens = 0;
    for await (const { event } of site.workbench.events(id, 0)) {
      if (event.type === "token" && ++tokens === 2) site.workbench.cancel(id);
      if (event.type === "cancelled") tokens = event.tokens;
    }
    await page.getByText(`Stopped after ${tokens} of 64 tokens.`).waitFor();
    await page.getByRole("button", { name: "Keep the partial answer" }).click();
    const kept = await openedRun(opened, run);
    const { description } = await site.workbench.openRun(kept);
    expect(description.answerTokens).toHaveLength(tokens);
    expect(description.stopped).toBe(false);
    expect(problems).toEqual([]);
    await close();
  });

  it("is taken out of the queue by Stop, and can be asked again", async () => {
    const opened = await site.open(`run=${run}`);
    const { page, problems, close } = opened;
    const { original } = await storedPicture();
    const content = [{ type: "image" }, { type: "text", text: "Describe the image." }] as const;
    const long = { maxNewTokens: 512, minNewTokens: 500, temperature: 0, topP: 1, topK: 0, seed: 0 };
    const before = await site.workbench.ask({
      model: "demo",
      messages: [{ role: "user", content }],
      pictures: [{ original }],
      fit: "default",
      sampling: long,
    });
    await page.getByRole("textbox", { name: "Question" }).fill("Where is the arrow?");
    await page.keyboard.press("Control+Enter");
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByText("Nothing was answered yet.").waitFor();
    site.workbench.cancel(before);
    await page.getByRole("button", { name: "Ask again" }).click();
    const asked = await openedRun(opened, run);
    expect((await site.workbench.openRun(asked)).summary.question).toBe("Where is the arrow?");
    expect(problems).toEqual([]);
    await close();
  });
});

async function storedPicture(): Promise<{ original: string }> {
  const bytes = new Uint8Array(await readFile(join(demoExamplesFolder, "arrow-right.png")));
  return { original: (await site.workbench.storePicture({ name: "arrow-right.png", bytes })).id };
}

/** Drops a file on the page as the browser does. */
async function dropFile(page: Page, name: string, bytes: Uint8Array): Promise<void> {
  const transfer = await page.evaluateHandle(
    ([fileName, text]) => {
      const data = new DataTransfer();
      const content = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
      data.items.add(new File([content], fileName));
      return data;
    },
    [name, Buffer.from(bytes).toString("base64")] as const,
  );
  await page.dispatchEvent("main", "drop", { dataTransfer: transfer });
}

describe("files", () => {
  it("that are no pictures are refused with a sentence, and the page goes on", async () => {
    const opened = await site.open();
    const { page, close } = opened;
    const text = { name: "notes.png", mimeType: "image/png", buffer: Buffer.from("no picture at all") };
    await page.locator(".ask input[type=file]").first().setInputFiles(text);
    const alert = page.getByRole("alert").filter({ hasText: "notes.png" });
    await alert.waitFor();
    await page.locator(".ask input[type=file]").first().setInputFiles(join(demoExamplesFolder, "arrow-right.png"));
    await page.getByRole("button", { name: /^Picture 1 of 1: arrow-right.png/ }).waitFor();
    await page.getByRole("textbox", { name: "Question" }).fill(question);
    await page.getByRole("button", { name: /^Ask/ }).click();
    await openedRun(opened);
    await close();
  });

  it("that hold damaged runs are refused with a sentence that names the file", async () => {
    const { page, close } = await site.open(`run=${run}`);
    await page.getByRole("option", { name: /^right/ }).waitFor();
    const damaged = (await runBytes(site.workbench, run)).slice(0, 5000);
    await dropFile(page, "damaged.run.safetensors", damaged);
    await page.getByRole("alert").filter({ hasText: "damaged.run.safetensors" }).waitFor();
    await page.getByRole("option", { name: /^The/ }).click();
    await expect.poll(() => page.url()).toContain("tok=0");
    await close();
  });

  it("that hold runs are opened where they are dropped, and shown", async () => {
    const opened = await site.open();
    const { page, problems, close } = opened;
    await dropFile(page, "from-elsewhere.run.safetensors", await runBytes(site.workbench, run));
    const dropped = await openedRun(opened, run);
    expect(dropped).not.toBe(run);
    await page.getByRole("option", { name: /^right/ }).waitFor();
    await page.getByRole("application", { name: /196 patches/ }).waitFor();
    expect(problems).toEqual([]);
    await close();
  });
});

describe("a server that goes away", () => {
  it("is told, what is loaded goes on, and after a restart the runs are there", async () => {
    const served = await servePage();
    const browser = await connectChromium();
    const opened = await openPage(browser);
    const { page } = opened;
    await page.goto(served.url);
    await page.getByRole("button", { name: question }).first().click();
    const first = await openedRun(opened);
    await page.getByRole("application", { name: /layers and 6 heads/ }).waitFor();
    await page.getByRole("checkbox", { name: "Grid" }).waitFor();
    await page.getByRole("tab", { name: "Relevancy" }).click();
    await page.getByRole("button", { name: /^Combined, largest/ }).waitFor();
    await page.waitForLoadState("networkidle");

    await served.kill();
    await page.getByText("The server does not answer.").waitFor({ timeout: 20_000 });
    const before = page.url();
    await page.getByRole("tab", { name: "Attention" }).click();
    await page.getByRole("application", { name: /layers and 6 heads/ }).waitFor();
    await page.getByRole("checkbox", { name: "Grid" }).check();
    await expect.poll(() => page.url()).not.toBe(before);
    await page.getByRole("application", { name: /196 patches/ }).waitFor();

    await served.start();
    await page.getByText("The server does not answer.").waitFor({ state: "hidden", timeout: 20_000 });
    await page.getByRole("button", { name: "Runs" }).first().click();
    await page.getByRole("cell", { name: first, exact: true }).waitFor();
    await opened.close();
    await browser.close();
    await served.close();
  });
});
