/** @file Causes that a run holds already: its flow graph under the pointer, the tested sets of heads, edges, and the decisive word. */
import { createReadStream } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { resultsOf } from "../../../src/run/measures.ts";
import { startWorkbenchPage, type WorkbenchPage } from "../support/workbench-page.ts";

let site: WorkbenchPage;
const runs = new Map<string, string>();
beforeAll(async () => {
  site = await startWorkbenchPage();
  for (const name of ["cup", "cup-full"]) {
    const path = fileURLToPath(new URL(`../gallery/runs/${name}.run.safetensors`, import.meta.url));
    const { id } = await site.workbench.importRun({ name: `${name}.run.safetensors`, body: createReadStream(path) });
    runs.set(name, id);
  }
});
afterAll(() => site.close());

describe("a flow graph", () => {
  it("shows the place of a lane on the picture, and selects it by a click and by a key", async () => {
    const { page, problems, close } = await site.open(`run=${runs.get("cup")!}&tab=causes`);
    const lane = page.getByRole("button", { name: "Select row 4, column 2" });
    await lane.hover();
    // What is under the pointer is not selected.
    expect(page.url()).not.toContain("patches=");
    await lane.click();
    await expect.poll(() => page.url()).toContain("patches=");
    await page.getByRole("button", { name: /^patches \d+: Select no patch/ }).waitFor();
    await lane.click();
    await expect.poll(() => page.url()).not.toContain("patches=");

    const word = page.getByRole("button", { name: "Select cup", exact: true });
    await word.focus();
    await page.keyboard.press("Enter");
    await expect.poll(() => page.url()).toContain("words=");
    expect(problems).toEqual([]);
    await close();
  });
});

describe("tested sets of the heads' graphs", () => {
  it("are told of the shown head, and a click on another one shows that", async () => {
    const { page, problems, close } = await site.open(`run=${runs.get("cup-full")!}&tab=causes&causes=head&chead=1`);
    await page.getByText(/^1 of 6 heads of layer 5 have a set without which/).waitFor();
    await page.getByText(/^Head 1: its graph finds a set in 16 calls .*; the order of attention finds/).waitFor();
    await page.getByRole("button", { name: "Head 3 none" }).click();
    await page.getByText(/^Head 3: its graph .*/).waitFor();
    await expect.poll(() => page.url()).toContain("chead=3");
    // With other settings another test is offered, with its forecast.
    await page.getByRole("button", { name: "Settings", exact: true }).click();
    await page.getByRole("combobox", { name: "Sets of each head" }).selectOption("20");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Test again" }).waitFor();
    await page
      .getByText(/^about .* of memory$/)
      .first()
      .waitFor();
    expect(problems).toEqual([]);
    await close();
  });
});

describe("edges of attention", () => {
  it("are chosen by their ends, layers and head, and tested", async () => {
    const run = runs.get("cup-full")!;
    const { page, problems, close } = await site.open(`run=${run}&tab=verify`);
    await page.getByRole("radio", { name: "Edges" }).click();
    await page
      .getByText(/^No edge begins anywhere/)
      .first()
      .waitFor();
    await page.getByRole("combobox", { name: "to", exact: true }).selectOption("picture");
    await page.getByRole("combobox", { name: "Layers from" }).selectOption("2");
    await page.getByRole("combobox", { name: "Head" }).selectOption("1");
    await page.getByText("attention of the last position to the picture, layers 2 to 5, head 1").first().waitFor();
    await expect.poll(() => page.url()).toContain("elayers=2-5");
    await page.getByRole("button", { name: "Ask again" }).click();
    await expect
      .poll(
        async () =>
          resultsOf((await site.workbench.openRun(run)).description.measures, "verify").at(-1)?.request.evidence,
        { timeout: 60_000 },
      )
      .toMatchObject({ kind: "edges", edges: [{ layers: [2, 3, 4, 5], heads: [1] }] });
    await page.getByText("edges of attention").first().waitFor();
    expect(problems).toEqual([]);
    await close();
  });
});

describe("the decisive word", () => {
  it("has its reason below the answer, and a click goes back to it", async () => {
    const { page, problems, close } = await site.open(`run=${runs.get("cup")!}&tok=1`);
    const back = page.getByRole("button", { name: "Decisive word: “empty”" });
    await page.getByText("The question names it as one of several choices.").waitFor();
    await back.click();
    await expect.poll(() => page.url()).not.toContain("tok=");
    expect(await back.count()).toBe(0);
    await page.getByRole("option", { name: /^cup/ }).click();
    await back.waitFor();
    expect(problems).toEqual([]);
    await close();
  });
});
