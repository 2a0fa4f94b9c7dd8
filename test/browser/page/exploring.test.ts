/** @file Looking at a run: from an example to its maps, tokens, heads and patches, with the pixels that the run's numbers ask for. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { imageTokenPositions, predictingPosition } from "../../../src/run/positions.ts";
import type { RunDescription } from "../../../src/run/types.ts";
import { openedRun } from "../support/opened-run.ts";
import { expectedCells, shownCells, startWorkbenchPage, type WorkbenchPage } from "../support/workbench-page.ts";

const question = "Which way does the arrow point?";
const grid = { rows: 14, cols: 14 };

let site: WorkbenchPage;
let run: string;
let description: RunDescription;
beforeAll(async () => {
  site = await startWorkbenchPage();
  run = await site.exampleRun(question);
  description = (await site.workbench.openRun(run)).description;
});
afterAll(() => site.close());

/** Attention of an answer token on the image, from the run itself. */
async function attentionMap(token: number, layers: "mean" | number[], heads: "mean" | number[]): Promise<number[]> {
  const positions = [predictingPosition(description, token)];
  const { data } = await site.workbench.attention(run, { layers, heads, positions });
  return imageTokenPositions(description).map((position) => data[position]!);
}

describe("a first visit", () => {
  it("reaches a relevancy map of a demo question in two clicks, without a word on the console", async () => {
    const opened = await site.open();
    const { page, problems, close } = opened;
    await page.getByRole("button", { name: question }).first().click();
    const first = await openedRun(opened);
    await page.getByRole("tab", { name: "Relevancy" }).click();
    await page.getByText("language model, for “right.”, exact").waitFor();
    await page.getByRole("checkbox", { name: "Smooth" }).uncheck();
    const { data } = await site.workbench.tensor(first, "relevancy.exact.language", { start: 4, end: 5 });
    const values = imageTokenPositions(description).map((position) => data[position]!);
    await expect.poll(() => shownCells(opened, grid)).toEqual(expectedCells(values));
    expect(problems).toEqual([]);
    await close();
  });
});

describe("tokens, layers and heads", () => {
  it("put the attention of the selection on the picture, patch by patch in the right color", async () => {
    const opened = await site.open(`run=${run}&smooth=0`);
    const { page, problems, close } = opened;
    const tokens = page.getByRole("listbox", { name: "Answer tokens" });
    await tokens.getByRole("option", { name: /^right/ }).click();
    await expect.poll(() => shownCells(opened, grid)).toEqual(expectedCells(await attentionMap(4, "mean", "mean")));

    await tokens.getByRole("option", { name: /^arrow/ }).click();
    await page.getByText("from the position that predicts “arrow”").waitFor();
    await expect.poll(() => shownCells(opened, grid)).toEqual(expectedCells(await attentionMap(1, "mean", "mean")));

    // A head, from the matrix with the keyboard: each arrow is one layer or head.
    const matrix = page.getByRole("application", { name: /layers and 6 heads/ });
    await matrix.focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowRight");
    const place = /layer=(\d)&head=(\d)/;
    await expect.poll(() => page.url()).toMatch(place);
    const [layer, head] = place.exec(page.url())!.slice(1).map(Number) as [number, number];
    await expect.poll(() => shownCells(opened, grid)).toEqual(expectedCells(await attentionMap(1, [layer], [head])));
    expect(problems).toEqual([]);
    await close();
  });

  it("show what is hovered, and go back when the pointer leaves", async () => {
    const opened = await site.open(`run=${run}&smooth=0&tok=4&layer=5&head=4`);
    const { page, close } = opened;
    const chosen = expectedCells(await attentionMap(4, [5], [4]));
    await expect.poll(() => shownCells(opened, grid)).toEqual(chosen);
    await page.getByRole("option", { name: /^The/ }).hover();
    await expect.poll(() => shownCells(opened, grid)).toEqual(expectedCells(await attentionMap(0, [5], [4])));
    await page.mouse.move(5, 5);
    await expect.poll(() => shownCells(opened, grid)).toEqual(chosen);
    await close();
  });
});

describe("patches", () => {
  it("color the tokens by the attention that falls on them", async () => {
    const opened = await site.open(`run=${run}&layer=5&head=4`);
    const { page, problems, close } = opened;
    const patches = page.getByRole("application", { name: /196 patches/ });
    const { x, y, width, height } = (await patches.boundingBox())!;
    const at = (row: number, col: number) =>
      [x + ((col + 0.5) * width) / grid.cols, y + ((row + 0.5) * height) / grid.rows] as const;
    await page.mouse.move(...at(10, 5));
    await page.mouse.down();
    await page.mouse.move(...at(12, 8), { steps: 4 });
    await page.mouse.up();
    const chosen = [10, 11, 12].flatMap((row) => [5, 6, 7, 8].map((col) => row * grid.cols + col));
    await expect
      .poll(() => page.url())
      .toContain(`patches=${[10, 11, 12].map((row) => `${row * 14 + 5}-${row * 14 + 8}`).join(",")}`);
    await page.getByRole("radio", { name: "Selected patches", checked: true }).waitFor();

    const sums = await Promise.all(
      Array.from({ length: 5 }, async (_, token) => {
        const map = await attentionMap(token, [5], [4]);
        return chosen.reduce((sum, patch) => sum + map[patch]!, 0);
      }),
    );
    const largest = Math.max(...sums);
    for (const [token, sum] of sums.entries()) {
      const bar = page.locator(`[role=option][data-token="${token}"] .b`);
      await expect
        .poll(async () => Number.parseFloat(await bar.evaluate((element) => (element as HTMLElement).style.width)))
        .toBeCloseTo((sum / largest) * 100, 1);
    }

    await page.keyboard.down("Shift");
    await page.mouse.click(...at(0, 0));
    await page.keyboard.up("Shift");
    await expect.poll(() => page.url()).toContain("patches=0,145-148");
    await page.keyboard.down("Alt");
    await page.mouse.click(...at(0, 0));
    await page.keyboard.up("Alt");
    await expect.poll(() => page.url()).toContain("patches=145-148");
    await patches.focus();
    await page.keyboard.press("Escape");
    await expect.poll(() => page.url()).not.toContain("patches=");
    await page.getByRole("radio", { name: "Image or text", checked: true }).waitFor();
    expect(problems).toEqual([]);
    await close();
  });
});

describe("the address", () => {
  it("opens the same view again, after a reload and in another page", async () => {
    const opened = await site.open(`run=${run}`);
    const { page, close } = opened;
    await page.getByRole("option", { name: /^arrow/ }).click();
    await page.getByRole("checkbox", { name: "Smooth" }).uncheck();
    await page.getByRole("tab", { name: "Relevancy" }).click();
    await page.getByRole("button", { name: /^Vision tower, largest/ }).click();
    await page.getByText("vision tower, for “arrow”, exact").waitFor();
    await expect.poll(() => page.url()).toContain("part=vision");
    const before = await shownCells(opened, grid);
    const address = page.url();
    await page.reload();
    await expect.poll(() => shownCells(opened, grid)).toEqual(before);
    const other = await site.open(address.split("#")[1]);
    await expect.poll(() => shownCells(other, grid)).toEqual(before);
    await other.close();
    await close();
  });

  it("goes back to the former tab, and takes impossible values for the default", async () => {
    const opened = await site.open(`run=${run}&tab=poetry&layer=99&head=x`);
    const { page, problems, close } = opened;
    await page.getByRole("tab", { name: "Attention", selected: true }).waitFor();
    await page.getByRole("tab", { name: "Layers" }).click();
    await page.getByRole("application", { name: /^Top word of each layer/ }).waitFor();
    await page.goBack();
    await page.getByRole("tab", { name: "Attention", selected: true }).waitFor();
    expect(problems).toEqual([]);
    await close();
  });
});
