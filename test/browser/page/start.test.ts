/** @file The guided start: cards and traps, the check of an own model, the tour, and help with the keys as one part. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openedRun } from "../support/opened-run.ts";
import { axeViolations } from "../support/page.ts";
import { startWorkbenchPage, type WorkbenchPage } from "../support/workbench-page.ts";

let site: WorkbenchPage;
let run: string;
beforeAll(async () => {
  site = await startWorkbenchPage();
  run = await site.exampleRun("Which way does the arrow point?");
});
afterAll(() => site.close());

const tourSteps = ["The answer", "The picture", "Where the word comes from", "Causes", "Test it yourself"];

describe("the cards", () => {
  it("are six, three of them traps that say why and lead to their causes", async () => {
    const opened = await site.open();
    const { page, problems, close } = opened;
    const cards = page.locator(".cards > li");
    await cards.nth(5).waitFor();
    expect(await cards.count()).toBe(6);
    expect(await cards.filter({ hasText: "Trap" }).count()).toBe(3);
    const door = cards.filter({ hasText: "Is the door open?" });
    await door.getByText("Why?").click();
    await door.getByText("The answer stays the same without the picture.").waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await door.getByRole("button", { name: "Ask, then open Causes" }).click();
    await openedRun(opened);
    await page.getByRole("tab", { name: "Causes", selected: true }).waitFor();
    await page.getByRole("button", { name: "Find the causes" }).waitFor();
    // A new conversation begins without the picture of the last one.
    await page.getByRole("button", { name: "New conversation" }).click();
    await page.getByText("Drop a picture here").waitFor();
    expect(problems).toEqual([]);
    await close();
  });
});

describe("the card of an own model", () => {
  it("checks it, says what it needs, and offers to load it; what cannot be used is told in one sentence", async () => {
    const { page, close } = await site.open();
    const form = page.getByRole("form", { name: "Your own model" });
    await form.getByRole("textbox").fill("demo");
    await form.getByRole("button", { name: "Check it" }).click();
    await form.getByText("demo can be used.").waitFor();
    await form
      .getByText(/^32-bit weights: .* of memory, about .* for an answer of 64 tokens and its maps\.$/)
      .waitFor();
    await form.getByRole("button", { name: "Load it" }).click();
    await form.getByRole("button", { name: "Stop" }).waitFor({ state: "hidden" });
    await expect.poll(async () => (await site.workbench.models()).models[0]!.state).toBe("ready");
    await form.getByRole("textbox").fill("/nowhere");
    await form.getByRole("button", { name: "Check it" }).click();
    await form.getByText("start the server with its folder").waitFor();
    expect(await form.getByRole("button", { name: "Load it" }).count()).toBe(0);
    await close();
  });
});

describe("the tour", () => {
  it.each([1440, 390])("goes in five steps over the real page, %i px wide", async (width) => {
    const { page, problems, close } = await site.open(`run=${run}`, { width, height: 844 });
    await page.getByRole("option", { name: /^right/ }).waitFor();
    await page.keyboard.press("?");
    await page
      .getByRole("dialog", { name: "Help" })
      .getByRole("button", { name: /^Take the tour/ })
      .click();
    for (const [index, title] of tourSteps.entries()) {
      const card = page.getByRole("dialog", { name: title });
      await card.getByText(`${index + 1} of 5`).waitFor();
      // The card and the part that it is about are in the window.
      const within = async (selector: string): Promise<boolean> =>
        page.locator(selector).evaluate((element) => {
          const { top, bottom, height } = element.getBoundingClientRect();
          return top >= 0 && bottom <= innerHeight && height > 40;
        });
      await expect.poll(() => within(".tour")).toBe(true);
      await expect.poll(() => within(".outline"), { message: title }).toBe(true);
      if (index === 0) expect(await axeViolations(page)).toEqual([]);
      await card.getByRole("button", { name: index === 4 ? "Finish" : "Next" }).click();
    }
    await page.locator(".tour").waitFor({ state: "hidden" });
    await page.getByRole("tab", { name: "Verify", selected: true }).waitFor();
    expect(problems).toEqual([]);
    await close();
  });

  it("asks the first example if no run is open, and ends with Escape", async () => {
    const opened = await site.open();
    const { page, close } = opened;
    await page.getByRole("button", { name: /^Take the tour/ }).click();
    await openedRun(opened);
    await page.getByRole("dialog", { name: "The answer" }).waitFor();
    await page.keyboard.press("Escape");
    await page.locator(".tour").waitFor({ state: "hidden" });
    await close();
  });
});

describe("help", () => {
  it("has tabs, words and keys, and is loaded when it is opened", async () => {
    const { page, problems, close } = await site.open(`run=${run}`);
    await page.getByRole("button", { name: "Help (?)" }).click();
    const help = page.getByRole("dialog", { name: "Help" });
    for (const part of ["What each tab answers", "Words used here", "Keys"]) {
      await help.getByRole("heading", { name: part }).waitFor();
    }
    await help.getByText("whole word").waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await help.waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "What is this? Answer" }).click();
    await page.getByRole("dialog").getByText("Known weakness").waitFor();
    expect(problems).toEqual([]);
    await close();
  });
});
