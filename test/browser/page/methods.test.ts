/** @file Compare on one run: the methods on one token, and the grounding score of its words. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Page } from "playwright-core";
import { startWorkbenchPage, type WorkbenchPage } from "../support/workbench-page.ts";

let site: WorkbenchPage;
let run: string;
beforeAll(async () => {
  site = await startWorkbenchPage();
  run = await site.exampleRun("Which way does the arrow point?");
});
afterAll(() => site.close());

const subject = (page: Page, text: string) => page.locator(".lens").getByText(text, { exact: true }).waitFor();
const texts = async (page: Page, selector: string) =>
  (await page.locator(selector).allTextContents()).map((text) => text.trim());

describe("the methods of Compare", () => {
  it("stand side by side, one of them on the picture, and are compared two by two", async () => {
    const { page, problems, close } = await site.open(`run=${run}&tab=compare&tok=4`);
    await page.getByRole("heading", { name: "One token, six methods" }).waitFor();
    await subject(page, "Relevancy of the language model");
    await page.getByRole("button", { name: "Rollout", exact: true }).first().click();
    await subject(page, "Attention rollout");
    await expect.poll(() => page.url()).toContain("map=rollout");
    // Six maps, and the diagonal is empty.
    await expect.poll(() => page.locator(".agreement td.agree").count()).toBe(30);
    for (const text of await texts(page, ".agreement td.agree")) expect(text).toMatch(/^(−?[01]\.\d\d|-)$/);
    await page.getByText("Masking each patch of this token was not measured.").waitFor();
    await page.getByRole("button", { name: "Show as table: Agreement" }).click();
    await expect.poll(() => page.getByRole("complementary").getByRole("row").count()).toBe(1 + 15);
    expect(problems).toEqual([]);
    await close();
  });

  it("say how much of each map lies inside the selected patches", async () => {
    const { page, problems, close } = await site.open(`run=${run}&tab=compare&tok=4&patches=0-195`);
    await page.getByRole("button", { name: "Causes, 100 % inside the selected patches" }).waitFor();
    expect(problems).toEqual([]);
    await close();
  });
});

describe("the grounding score", () => {
  it("is computed when it is asked for, and listed with the run", async () => {
    const { page, problems, close } = await site.open(`run=${run}&tab=compare&sub=grounding`);
    const scores = () => texts(page, ".grounding td.num b");
    await expect.poll(scores).toEqual(["-", "-", "-", "-"]);
    await page.getByRole("button", { name: "Compute the score" }).click();
    await expect.poll(scores, { timeout: 60_000 }).not.toContain("-");
    for (const score of await scores()) expect(score).toMatch(/^[01]\.\d\d$/);
    await page.getByRole("tabpanel").getByRole("button", { name: "arrow", exact: true }).click();
    await expect.poll(() => page.url()).toContain("tok=1");
    await page.goto(page.url().replace(/#.*/, "#view=runs"));
    await expect
      .poll(() => texts(page, `tr:has-text("${run}") td.num`))
      .toEqual([expect.anything(), expect.stringMatching(/^[01]\.\d\d$/)]);
    expect(problems).toEqual([]);
    await close();
  });
});
