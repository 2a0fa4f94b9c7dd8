/** @file The line of trust above the tabs: filled by itself behind an answer, each part with its evidence. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { resultsOf } from "../../../src/run/measures.ts";
import { openedRun } from "../support/opened-run.ts";
import { startWorkbenchPage, type WorkbenchPage } from "../support/workbench-page.ts";

let site: WorkbenchPage;
beforeAll(async () => {
  site = await startWorkbenchPage();
});
afterAll(() => site.close());

const lineName = "Can this answer be trusted?";
const arrowQuestion = "Which way does the arrow point?";

describe("whether an answer can be trusted", () => {
  it.each([
    ["Is the door open?", "the picture does not matter here", "does not matter", 2],
    [arrowQuestion, "depends on the picture", "depends", 1],
  ])("is told by itself once %s was answered, and leads to the test", async (question, told, verdict, ways) => {
    const opened = await site.open();
    const { page, problems, close } = opened;
    await page.getByRole("button", { name: question }).first().click();
    const run = await openedRun(opened);
    const line = page.getByRole("region", { name: lineName });
    await line.getByRole("button", { name: told }).waitFor({ timeout: 60_000 });
    expect(await line.getByRole("button", { name: /^with(out| other) / }).count()).toBe(ways);
    await line.getByText("A toy of 6 layers, trained on drawn scenes; it answers nothing else.").waitFor();
    const [test] = resultsOf((await site.workbench.openRun(run)).description.measures, "dependence");
    expect(test!.verdict).toBe(verdict);
    await line.getByRole("button", { name: told }).click();
    await page.getByRole("region", { name: "Does the picture matter at all?" }).waitFor();
    expect(new URL(page.url()).hash).toContain("mask=picture");
    expect(problems).toEqual([]);
    await close();
  });

  it("is offered for a run that was opened, and kept in it", async () => {
    const run = await site.exampleRun(arrowQuestion);
    const { page, problems, close } = await site.open(`run=${run}`);
    const line = page.getByRole("region", { name: lineName });
    await line.getByRole("button", { name: "Does the picture matter?" }).click();
    await line.getByRole("button", { name: "depends on the picture" }).waitFor({ timeout: 60_000 });
    await page.reload();
    await line.getByRole("button", { name: "depends on the picture" }).waitFor();
    await page.getByRole("option", { name: /^arrow/ }).click();
    await line.getByRole("button", { name: /^“right”/ }).click();
    await page.getByText("from the position that predicts “right.”").waitFor();
    expect(problems).toEqual([]);
    await close();
  });
});
