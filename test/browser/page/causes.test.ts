/** @file From an answer to its causes and to tests of them, as a new user goes. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { coverage } from "../../../src/run/masks.ts";
import { readMask } from "../../../src/workbench/mask-file.ts";
import { demoExamplesFolder } from "../../../src/program/demo.ts";
import { resultsOf, type MinimalResult } from "../../../src/run/measures.ts";
import { imageTokens } from "../../../src/run/positions.ts";
import { lastQuestion } from "../../../src/run/question.ts";
import { openedRun } from "../support/opened-run.ts";
import { startWorkbenchPage, type WorkbenchPage } from "../support/workbench-page.ts";

let site: WorkbenchPage;
beforeAll(async () => {
  site = await startWorkbenchPage();
});
afterAll(() => site.close());

const arrowQuestion = "Which way does the arrow point?";

describe("whether the picture mattered", () => {
  it.each([
    ["Is the door open?", /^Yes/, "The picture does not matter for this word.", "without the picture"],
    ["Is the door closed?", /^Yes/, "The picture does not matter for this word.", "without the picture"],
    [arrowQuestion, /right/, "The answer depends on this.", "there are no other sets of this size"],
  ])("is seen two clicks after the answer to %s", async (question, answer, sentence, numbers) => {
    const opened = await site.open();
    const { page, problems, close } = opened;
    await page.getByRole("region", { name: "Ask" }).getByRole("button", { name: "Examples" }).click();
    await page.getByRole("dialog").getByRole("button", { name: question }).first().click();
    const run = await openedRun(opened);
    const { description } = await site.workbench.openRun(run);
    expect(description.answerText).toMatch(answer);

    await page.getByRole("tab", { name: "Verify" }).click();
    await page.getByRole("button", { name: "Test the whole picture" }).click();
    const told = page.getByRole("region", { name: "Does the picture matter at all?" });
    await told.getByText(sentence).waitFor({ timeout: 60_000 });
    await told.getByText(numbers).waitFor();
    const [test] = resultsOf((await site.workbench.openRun(run)).description.measures, "verify");
    expect(test!.parts[0]!.verdict).toBe(question === arrowQuestion ? "depends" : "nothing");
    expect(problems).toEqual([]);
    await close();
  });
});

describe("causes", () => {
  let run: string;
  beforeAll(async () => {
    run = await site.exampleRun(arrowQuestion);
  });

  it("are shown as the server finds them, and follow the settings", async () => {
    const { page, problems, close } = await site.open(`run=${run}&tab=causes&causes=head&tok=4`);
    const query = { token: 4, layer: 5, head: 4, variant: "exact", alpha: 1e-5, samples: 128 } as const;
    const settings = { ...query, signRule: "two-sided", threshold: 0.005 } as const;
    const { nodes, marks, explanation } = await site.workbench.causes(run, settings);
    const edges = marks.filter((mark) => mark !== 0).length / 2;
    await page.getByText(`layer 5, head 4, exact, ${nodes.length} tokens, ${edges} edges`).waitFor();
    await page.getByText(`${explanation.length} patches`).first().waitFor();

    await page.getByRole("radio", { name: "Reference" }).click();
    const reference = await site.workbench.causes(run, { ...settings, variant: "reference" });
    await page.getByText(`layer 5, head 4, reference, ${reference.nodes.length} tokens`).waitFor();
    await expect.poll(() => page.url()).toContain("cvariant=reference");
    await page.getByRole("radio", { name: "Tree" }).click();
    await page.getByText("Tree of causes").first().waitFor();
    expect(problems).toEqual([]);
    await close();
  });

  it("are tested against null sets, and the sets say what was measured", async () => {
    const { page, problems, close } = await site.open(`run=${run}&tab=causes&causes=head&tok=4`);
    await page.getByRole("button", { name: "Test this explanation" }).click();
    await expect.poll(() => page.url()).toContain("tab=verify");
    await page.getByRole("button", { name: "Ask again" }).click();
    await page
      .getByText(/of \d+ regions of the same shape elsewhere lowered it as much/)
      .first()
      .waitFor({ timeout: 90_000 });
    const tests = resultsOf((await site.workbench.openRun(run)).description.measures, "verify");
    const test = tests.find(({ request }) => request.source.kind === "causes")!;
    const [deciding] = test.parts[0]!.tests;
    expect(deciding!.falls).toHaveLength(deciding!.used);
    await page.getByText(test.answer.text.split(" ").at(-1)!).first().waitFor();
    await page.getByRole("tab", { name: "Causes" }).click();
    await expect.poll(() => page.getByText("not tested").count()).toBeLessThan(3);
    expect(problems).toEqual([]);
    await close();
  });

  it("need a layer whose attention was kept whole, which can be computed", async () => {
    const { page, close } = await site.open(`run=${run}&tab=causes&causes=head&tok=4&clayer=2`);
    await page.getByText("The attention of layer 2 was not recorded whole").first().waitFor();
    await page
      .getByRole("button", { name: /^Compute/ })
      .first()
      .click();
    await page
      .getByText(/layer 2, head \d, exact/)
      .first()
      .waitFor({ timeout: 60_000 });
    await close();
  });
});

describe("causes that hold under intervention, three clicks from the start", () => {
  it.each([
    {
      name: "the arrow",
      question: arrowQuestion,
      sentence:
        /^The answer depends on \d+ patch(es)? of the picture: without (it|them) the probability of “right\.” goes from 0\.99\d to 0\.[0-4]\d+\. Confirmed by /,
      mask: "arrow-right-0.png",
    },
    {
      name: "the door",
      question: "Is the door open?",
      sentence:
        /^The picture does not matter for this word: without it the probability of “Yes,” goes from [\d.>]+ to 0\.9\d+\.$/,
    },
    {
      name: "the tag beside the apples",
      question: "How many apples are there?",
      sentence:
        /^The answer depends on \d patches of the picture: without them the probability of “two” goes from >?0\.99\d to <?0\.[0-4]\d+\. Confirmed by /,
      mask: "apples-tag-2-0.png",
    },
  ])("say what $name is about", async ({ question, sentence, mask }) => {
    const opened = await site.open();
    const { page, problems, close } = opened;
    await page.getByRole("main").getByRole("button", { name: question }).first().click();
    const asked = await openedRun(opened);
    await page.getByRole("tab", { name: "Causes" }).click();
    await page.getByRole("button", { name: "Find the causes" }).click();
    const lead = page.getByRole("region", { name: "What the answer depends on" });
    await lead.getByText(sentence).waitFor({ timeout: 90_000 });

    const { description } = await site.workbench.openRun(asked);
    expect(lastQuestion(description)).toBe(question);
    const [{ image }] = resultsOf(description.measures, "minimal") as [MinimalResult];
    const confirmed = image!.sets.filter((set) => set.confirmed);
    expect(confirmed).toHaveLength(mask === undefined ? 0 : 1);
    if (mask !== undefined) {
      const covered = coverage(description, [await readMask(join(demoExamplesFolder, "masks", mask))]);
      const [first] = imageTokens(description);
      for (const position of confirmed[0]!.positions) expect(covered[position - first!.position]).toBeGreaterThan(0);
    }
    expect(problems).toEqual([]);
    await close();
  });
});
