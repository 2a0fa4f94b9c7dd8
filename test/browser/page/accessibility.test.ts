/** @file Axe on every view, in both themes, on a desk and on a phone: nothing serious or critical. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Page } from "playwright-core";
import { axeViolations, type PageSettings } from "../support/page.ts";
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

interface View {
  readonly name: string;
  readonly hash: () => string;
  /** Waits until the view is there, and opens what it is about. */
  readonly ready: (page: Page) => Promise<void>;
}

const heading = (text: string) => async (page: Page) => page.getByText(text).first().waitFor();

const views: readonly View[] = [
  { name: "start", hash: () => "", ready: heading("See why a vision-language model answers as it does") },
  {
    name: "Attention",
    hash: () => `run=${run}&layer=5&head=4&patches=140-150`,
    ready: heading("All layers and heads"),
  },
  { name: "Relevancy", hash: () => `run=${run}&tab=relevancy`, ready: heading("Words of the answer") },
  { name: "Layers", hash: () => `run=${run}&tab=layers`, ready: heading("Top words of the patches") },
  { name: "Compare", hash: () => `run=${run}&b=${other}&tab=compare&sub=runs`, ready: heading("Run A and run B") },
  { name: "Causes", hash: () => `run=${run}&tab=causes`, ready: heading("Find the causes") },
  {
    name: "Graph of a head",
    hash: () => `run=${run}&tab=causes&causes=head`,
    ready: heading("Heads by importance"),
  },
  { name: "Verify", hash: () => `run=${run}&tab=verify`, ready: heading("Does the picture matter at all?") },
  { name: "Methods", hash: () => `run=${run}&tab=compare`, ready: heading("How faithful each method is") },
  {
    name: "Marked object",
    hash: () => `run=${run}&tab=compare&sub=truth&boxes=0:170,250,300,420`,
    ready: heading("Maps against the marked object"),
  },
  { name: "Grounding", hash: () => `run=${run}&tab=compare&sub=grounding`, ready: heading("Grounding of each word") },
  { name: "Edit", hash: () => `run=${run}&mode=edit`, ready: heading("Use this picture") },
  { name: "Model input", hash: () => `run=${run}&mode=input`, ready: heading("what the vision tower receives") },
  {
    name: "Runs",
    hash: () => "view=runs",
    ready: async (page) => page.getByRole("heading", { name: "Runs" }).waitFor(),
  },
  {
    name: "a table",
    hash: () => `run=${run}`,
    ready: async (page) => {
      await page.getByText("All layers and heads").waitFor();
      await page
        .getByRole("button", { name: /^Show as table/ })
        .first()
        .click();
      await page.getByRole("complementary").waitFor();
    },
  },
  {
    name: "the list of keys",
    hash: () => `run=${run}`,
    ready: async (page) => {
      await page.getByText("All layers and heads").waitFor();
      await page
        .getByRole("button", { name: /help|shortcuts|keys/i })
        .first()
        .click();
      await page.getByRole("dialog").waitFor();
    },
  },
];

const sizes: readonly (PageSettings & { readonly name: string })[] = [
  { name: "1440", width: 1440, height: 900 },
  { name: "390", width: 390, height: 844 },
];

describe.each(sizes)("at $name pixels", (size) => {
  it.each(views)("$name has nothing serious", async ({ hash, ready }) => {
    const { page, close } = await site.open(hash(), { ...size, colorScheme: "light" });
    await ready(page);
    expect(await axeViolations(page)).toEqual([]);
    // Without transitions, which would still have colors of the other scheme.
    await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
    await expect.poll(() => page.evaluate(() => document.documentElement.dataset.theme)).toBe("dark");
    expect(await axeViolations(page, { only: "color" })).toEqual([]);
    await close();
  });
});
