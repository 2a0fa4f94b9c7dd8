/** @file The controls of every view: what they change, what is computed on demand, what is exported, and the keys. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Download, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { demoExamplesFolder } from "../../../src/program/demo.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { openedRun } from "../support/opened-run.ts";
import { startWorkbenchPage, type WorkbenchPage } from "../support/workbench-page.ts";

let site: WorkbenchPage;
let run: string;
let other: string;
beforeAll(async () => {
  site = await startWorkbenchPage();
  run = await site.exampleRun("Which way does the arrow point?");
  other = await site.exampleRun("Is the face sad?");
});
afterAll(() => site.close());

const subject = (page: Page, text: string | RegExp) =>
  page.locator(".picture .lens").filter({ hasText: text }).waitFor();

async function downloaded(page: Page, act: () => Promise<void>): Promise<{ name: string; bytes: Buffer }> {
  const waiting: Promise<Download> = page.waitForEvent("download");
  await act();
  const download = await waiting;
  // The browser is another process's, which alone knows the path of the file.
  const path = join(temporaryFolder(), "download");
  await download.saveAs(path);
  return { name: download.suggestedFilename(), bytes: await readFile(path) };
}

describe("Attention", () => {
  it("changes the picture's map with where attention comes from, and sums it over the question", async () => {
    const { page, problems, close } = await site.open(`run=${run}&tok=4`);
    await subject(page, "from the position that predicts “right.”");
    await page.getByRole("radio", { name: "From question" }).click();
    await subject(page, /from (the|all|each|every)?.*question/);
    await page.getByRole("radio", { name: "Means" }).click();
    await expect.poll(() => page.url()).toContain("cells=means");
    await page.getByRole("radio", { name: "From answer" }).click();
    await page.getByRole("combobox", { name: "Attention goes" }).selectOption("question");
    await page.getByRole("group", { name: /^Attention on each word of the question/ }).waitFor();
    await page.getByRole("radio", { name: "Rollout" }).click();
    await subject(page, "Attention rollout");
    expect(problems).toEqual([]);
    await close();
  });
});

describe("Relevancy", () => {
  it("explains tokens, words and the whole answer", async () => {
    const { page, problems, close } = await site.open(`run=${run}&tab=relevancy&tok=2`);
    await subject(page, "for “point”, exact");
    await page.getByRole("radio", { name: "Word" }).click();
    await subject(page, "for “points”, exact");
    await page.getByRole("radio", { name: "Whole answer" }).click();
    await subject(page, "for the whole answer, exact");
    await page.getByRole("button", { name: /^Vision tower, largest/ }).click();
    await subject(page, "vision tower, for the whole answer, exact");
    expect(problems).toEqual([]);
    await close();
  });

  it("computes the published tool's variant when it is asked for, and a contrast of two tokens", async () => {
    const { page, problems, close } = await site.open(`run=${other}&tab=relevancy`);
    await page.getByRole("radio", { name: "Reference" }).click();
    await page.getByRole("tabpanel").getByRole("button", { name: "Compute relevancy" }).click();
    await page.getByRole("button", { name: /^Combined, second way, largest/ }).click({ timeout: 60_000 });
    await subject(page, /combined, second way, for .*, reference/);
    await page.getByRole("radio", { name: "Exact" }).click();
    await page.getByRole("button", { name: "Why not…" }).click();
    await page.getByRole("dialog", { name: "Why not another token" }).getByRole("button").first().click();
    await page.getByText(/Relevancy explains each token against “/).waitFor({ timeout: 60_000 });
    await subject(page, /against “/);
    await page.getByRole("button", { name: "Back to the logit" }).click();
    await page.getByText(/Relevancy explains each token against “/).waitFor({ state: "hidden", timeout: 60_000 });
    expect(problems).toEqual([]);
    await close();
  });
});

describe("Layers", () => {
  it("selects token and layer by a cell, and patches by their word", async () => {
    const { page, problems, close } = await site.open(`run=${run}&tab=layers&tok=4`);
    const cells = page.getByRole("application", { name: /^Top word of each layer/ });
    await cells.focus();
    await page.keyboard.press("ArrowDown");
    await subject(page, "what each patch would say after layer 4");
    await page.keyboard.press("ArrowLeft");
    await expect.poll(() => page.url()).toContain("tok=3&");
    await page.getByRole("radio", { name: "Selected token" }).click();
    await subject(page, "probability of “s” at each patch, after layer 4");
    await page.getByRole("group", { name: "Top words of the patches" }).getByRole("button").first().click();
    await expect.poll(() => page.url()).toContain("patches=");
    expect(problems).toEqual([]);
    await close();
  });
});

describe("Compare", () => {
  it("shows two questions side by side, by the map that is chosen", async () => {
    const { page, problems, close } = await site.open(`run=${run}&b=${other}&tab=compare&sub=runs&tok=1`);
    await page.getByRole("img", { name: "Map of run A" }).waitFor();
    await page.getByRole("combobox", { name: "Maps" }).selectOption("rollout");
    await subject(page, "attention rollout of run B less run A");
    await page.getByRole("cell", { name: /^Rank correlation/ }).waitFor();
    await page.getByRole("button", { name: "Swap A and B" }).click();
    await expect.poll(() => page.url()).toMatch(new RegExp(`run=${other}.*b=${run}`));
    expect(problems).toEqual([]);
    await close();
  });
});

describe("Marked object", () => {
  it("scores every map and head against a box that is drawn, and outlines the best head in Attention", async () => {
    const { page, problems, close } = await site.open(`run=${run}&tab=compare&sub=truth`);
    const stage = page.getByRole("img", { name: /to mark the object on$/ });
    await stage.waitFor();
    const box = (await stage.boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.35, box.y + box.height * 0.6);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.7, box.y + box.height * 0.95, { steps: 4 });
    await page.mouse.up();
    const grid = page.getByRole("application", { name: /^share inside of 6 layers and 6 heads/ });
    const [, layer, head] = /Best: layer (\d), head (\d)/.exec((await grid.getAttribute("aria-label"))!)!;
    await expect.poll(() => page.url()).toMatch(/boxes=0%3A\d+,\d+,\d+,\d+/);
    await page.getByRole("row", { name: /^The object itself/ }).waitFor();
    await page.getByRole("radio", { name: "IoU", exact: true }).click();
    await page.getByRole("application", { name: /^IoU of 6 layers and 6 heads/ }).waitFor();
    await page.getByRole("radio", { name: "Inside", exact: true }).click();
    await page.getByRole("button", { name: "Show the best head in Attention" }).click();
    await subject(page, `layer ${layer}, head ${head}`);
    await page
      .getByText(/^Dashed: /)
      .getByRole("button", { name: `layer ${layer}, head ${head}` })
      .waitFor();
    expect(problems).toEqual([]);
    await close();
  });

  it("takes corners by number, paints, opens a mask from a file and refuses another size", async () => {
    const { page, problems, close } = await site.open(`run=${run}&tab=compare&sub=truth`);
    await page.getByRole("button", { name: "Add a box" }).click();
    await page.getByRole("spinbutton", { name: "left" }).fill("20");
    await page.getByRole("spinbutton", { name: "left" }).press("Enter");
    await expect.poll(() => page.url()).toContain("boxes=0%3A20,");
    await page.getByRole("button", { name: "Clear" }).click();
    await page.getByText("Mark what the answer must rest on").waitFor();
    const file = page.locator("input[type=file][aria-label^='Open a mask']");
    await file.setInputFiles(join(demoExamplesFolder, "masks", "arrow-right-0.png"));
    await page.getByRole("heading", { name: "Heads against the marked object" }).waitFor();
    const { name, bytes } = await downloaded(page, () => page.getByRole("button", { name: "Save the mask" }).click());
    expect(name).toBe(`${run}-mask.png`);
    expect(bytes.subarray(1, 4).toString()).toBe("PNG");
    const buffer = Buffer.from(
      "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAAAAADRSSBWAAAAC0lEQVR4nGNg+A8AAQEBAAnzHLMAAAAASUVORK5CYII=",
      "base64",
    );
    await file.setInputFiles({ name: "small.png", mimeType: "image/png", buffer });
    await page.getByRole("alert").filter({ hasText: "small.png" }).waitFor();
    expect(problems).toEqual([]);
    await close();
  });
});

describe("Model input", () => {
  it("shows what the fit makes of the picture", async () => {
    const { page, problems, close } = await site.open(`run=${run}&mode=input`);
    await page.getByText(/14 × 14 = 196 patches/).waitFor();
    await page.getByRole("combobox", { name: "Fit" }).selectOption("pad");
    await page.getByText(/14 × 14 = 196 patches/).waitFor();
    expect(problems).toEqual([]);
    await close();
  });
});

describe("several pictures", () => {
  it("stand in a strip above the stage, each with its own map", async () => {
    const opened = await site.open();
    const { page, problems, close } = opened;
    const files = ["arrow-right.png", "arrow-up.png"].map((name) => join(demoExamplesFolder, name));
    await page.locator(".ask input[type=file]").first().setInputFiles(files);
    await page.getByRole("group", { name: "Pictures" }).getByRole("button").nth(1).waitFor();
    await page.getByRole("textbox", { name: "Question" }).fill("Which way does the arrow point?");
    await page.keyboard.press("Control+Enter");
    const id = await openedRun(opened);
    expect((await site.workbench.openRun(id)).description.images).toHaveLength(2);
    await page.getByRole("group", { name: "Pictures" }).getByRole("button").nth(1).click();
    await expect.poll(() => page.url()).toContain("pic=1");
    await page.getByRole("application", { name: /^arrow-up.png, 196 patches/ }).waitFor();
    expect(problems).toEqual([]);
    await close();
  });
});

describe("runs", () => {
  it("are searched, renamed, deleted and brought back, and compared in pairs", async () => {
    const { page, problems, close } = await site.open("view=runs");
    await page.getByRole("cell", { name: run, exact: true }).waitFor();
    await page.getByRole("searchbox").fill("face sad");
    await expect.poll(() => page.getByRole("cell", { name: run, exact: true }).count()).toBe(0);
    await page.getByRole("searchbox").fill("");
    const row = page.getByRole("row").filter({ hasText: other });
    await row.getByRole("button", { name: `More for ${other}` }).click();
    await page.getByRole("menuitem", { name: "Delete" }).click();
    await expect.poll(() => page.getByRole("cell", { name: other, exact: true }).count()).toBe(0);
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByRole("cell", { name: other, exact: true }).waitFor();
    for (const id of [run, other]) {
      await page.getByRole("row").filter({ hasText: id }).getByRole("checkbox").check();
    }
    await page.getByRole("button", { name: "Compare selected" }).click();
    await page.getByRole("img", { name: "Map of run A" }).waitFor();
    expect(problems).toEqual([]);
    await close();
  });
});

describe("tables and exports", () => {
  it("give a figure as numbers, as files, and explain it", async () => {
    const { page, problems, close } = await site.open(`run=${run}&tok=4&layer=5&head=4`);
    await page.getByRole("button", { name: "Show as table: All layers and heads" }).click();
    const drawer = page.getByRole("complementary");
    await drawer.getByRole("row").nth(3).waitFor();
    await page.keyboard.press("Escape");
    await drawer.waitFor({ state: "hidden" });

    const menu = page.getByRole("button", { name: "Menu of All layers and heads" });
    const exported = async (item: string) => {
      await menu.click();
      return downloaded(page, () => page.getByRole("menuitem", { name: new RegExp(`^Export ${item}`) }).click());
    };
    const csv = await exported("CSV");
    expect(csv.name).toMatch(/^r-\d+-attention-.*\.csv$/);
    expect(csv.bytes.toString().trim().split("\n")).toHaveLength(1 + 36);
    const svg = (await exported("SVG")).bytes.toString();
    expect(svg).toContain("<svg");
    expect(svg).toContain("All layers and heads");
    const json = JSON.parse((await exported("JSON")).bytes.toString()) as object;
    expect(JSON.stringify(json)).toContain(run);
    const png = (await exported("PNG, 2×")).bytes;
    expect(png.subarray(1, 4).toString()).toBe("PNG");

    await page.getByRole("button", { name: "What is this? All layers and heads" }).click();
    await page.getByRole("dialog").getByText(/head/).first().waitFor();
    expect(problems).toEqual([]);
    await close();
  });

  it("give the run as a report that holds the answer", async () => {
    const { page, problems, close } = await site.open(`run=${run}`);
    await page.getByRole("option", { name: /^right/ }).waitFor();
    await page.getByRole("button", { name: "Export" }).click();
    const report = await downloaded(page, () => page.getByRole("menuitem", { name: /^Report, HTML/ }).click());
    expect(report.bytes.toString()).toContain("The arrow points right.");
    await page.getByRole("button", { name: "Export" }).click();
    const file = await downloaded(page, () => page.getByRole("menuitem", { name: /^Run file/ }).click());
    expect(file.name).toMatch(/\.run\.safetensors$/);
    expect(problems).toEqual([]);
    await close();
  });
});

describe("the keyboard", () => {
  it("moves through tokens, layers, heads and tabs", async () => {
    const { page, problems, close } = await site.open(`run=${run}&tok=4`);
    await page.getByRole("application", { name: /196 patches/ }).waitFor();
    const steps: readonly [key: string, hash: string][] = [
      ["ArrowLeft", "tok=3"],
      ["w", "tok=2-3"],
      ["ArrowDown", "layer=0"],
      ["]", "head=0"],
      ["]", "head=1"],
      ["[", "head=0"],
      ["m", "tok=2-3"],
      ["g", "grid=1"],
      ["s", "smooth=0"],
      ["c", "cmap=cividis"],
      ["2", "tab=relevancy"],
      ["3", "tab=causes"],
      ["4", "tab=verify"],
      ["5", "tab=layers"],
      ["6", "tab=compare"],
      ["e", "mode=edit"],
    ];
    for (const [key, hash] of steps) {
      await page.keyboard.press(key);
      await expect.poll(() => page.url(), { message: `after ${key}` }).toContain(hash);
    }
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await page.keyboard.press("/");
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("question");
    expect(problems).toEqual([]);
    await close();
  });
});
