/** @file The report of a run, opened from the disk: every tab works, nothing is asked of the network, nothing fails. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exportMainFile } from "../../../src/export/export.ts";
import type { SelectionRequest } from "../../../src/export/selection.ts";
import { graphWork } from "../../../src/findings/causes/run-graphs.ts";
import { learnGraph } from "../../../src/findings/causes/graph-work.ts";
import { defaultCausalSettings } from "../../../src/run/causes.ts";
import type { Run } from "../../../src/run/types.ts";
import { byteTensor, type Tensor } from "../../../src/tensor/tensor.ts";
import { openRunFile } from "../../../src/workbench/run-files.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { launchChromium } from "../support/chromium.ts";
import { axeViolations, openPage, type OpenPage, type PageSettings } from "../support/page.ts";

const runs = join(import.meta.dirname, "../gallery/runs");
const folder = temporaryFolder();
let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

/** The run with the causal graphs of the heads of its last layer for an answer token. */
async function withGraphs(run: Run, token: number): Promise<Run> {
  const { languageLayers, languageHeads } = run.description.model;
  const tensors = new Map(run.tensors);
  const added = new Map<string, Tensor>();
  const causes = [];
  for (let head = 0; head < languageHeads; head++) {
    const query = { ...defaultCausalSettings, token, layer: languageLayers - 1, head };
    const { marks, ...finding } = learnGraph(await graphWork(run, query));
    const nodes = finding.nodes.length;
    const name = `causal.${query.layer}.${head}.${token}.marks`;
    const tensor = byteTensor([nodes, nodes], Uint8Array.from(marks));
    causes.push(finding);
    added.set(name, tensor);
    tensors.set(name, tensor);
  }
  const tensor = async (name: string): Promise<Tensor> => added.get(name) ?? run.tensor(name);
  return { ...run, tensors, tensor, description: { ...run.description, causes } };
}

/** Writes the report of a run of the gallery, and gives its address on the disk. */
async function reportOf(name: string, selection: SelectionRequest = {}): Promise<string> {
  const opened = await openRunFile(join(runs, `${name}.run.safetensors`));
  const file = await exportMainFile(await withGraphs(opened.run, 4), { format: "html", selection, runName: name });
  await opened.close();
  const path = join(folder, file.name);
  writeFileSync(path, file.bytes);
  return pathToFileURL(path).href;
}

interface FilePage extends OpenPage {
  /** Addresses of everything that was asked for, but for the page itself and what lies in its own memory. */
  readonly outside: readonly string[];
}

async function openFile(address: string, settings: PageSettings = {}): Promise<FilePage> {
  const opened = await openPage(browser, settings);
  opened.page.setDefaultTimeout(20_000);
  const outside: string[] = [];
  opened.page.on("request", (request) => {
    const url = request.url();
    if (!/^(?:blob|data):/.test(url) && url !== address) outside.push(url);
  });
  await opened.page.goto(address);
  return { ...opened, outside };
}

const shown = (page: Page, text: string) => page.getByText(text).first().waitFor();

describe("a report opened from the disk", () => {
  it("shows every tab, with what was recorded and measured, and asks for nothing", async () => {
    const { page, problems, outside, close } = await openFile(await reportOf("arrow"));
    await page.getByRole("application", { name: /patches/ }).waitFor();
    const open = (name: string) => page.getByRole("tab", { name }).click();
    await shown(page, "All layers and heads");
    await open("Relevancy");
    await shown(page, "Words of the answer");
    await open("Causes");
    await shown(page, "What does “right.” depend on?");
    await page.getByRole("radio", { name: "Graph of a head" }).click();
    await shown(page, "Heads by importance");
    await page.getByText("needs the whole attention of the head").waitFor();
    await page.getByLabel("Samples").selectOption("256");
    await shown(page, "The run holds no causal graph");
    await page.getByLabel("Samples").selectOption("128");
    await shown(page, "Heads by importance");
    await open("Verify");
    await shown(page, "Does the picture matter at all?");
    await shown(page, "Tests of this token");
    await open("Layers");
    await shown(page, "Top words of the patches");
    await open("Compare");
    await shown(page, "How faithful each method is");
    await page.getByText("Grounding score", { exact: true }).first().click();
    await shown(page, "Grounding of each word");
    expect(await page.title()).toContain("Which way does the arrow point?");
    expect(await page.getByRole("region", { name: "Ask" }).count()).toBe(0);
    expect(problems).toEqual([]);
    expect(outside).toEqual([]);
    await close();
  });

  it("says in place of buttons that something needs the model", async () => {
    const { page, problems, close } = await openFile(await reportOf("arrow-up"));
    await page.getByRole("tab", { name: "Verify" }).click();
    await shown(page, "This needs the model, which a report does not hold");
    expect(await page.getByRole("button", { name: /^(Compute|Test it|Measure|Ask)/ }).count()).toBe(0);
    await page.getByRole("button", { name: "Export" }).click();
    expect(await page.getByRole("menuitem", { name: /^Report/ }).count()).toBe(0);
    expect(problems).toEqual([]);
    await close();
  });

  it("opens at what it was made for, and again at what its address says", async () => {
    const address = await reportOf("arrow", { method: "attention", layer: 3, head: 2, token: "arrow" });
    const { page, problems, close } = await openFile(address);
    await shown(page, "layer 3, head 2");
    expect(await page.locator(".lens").first().innerText()).toContain("arrow");
    await page.getByRole("tab", { name: "Layers" }).click();
    await page.waitForURL(/tab=layers/);
    await page.reload();
    await shown(page, "Top words of the patches");
    expect(problems).toEqual([]);
    await close();
  });

  it("saves its run, which opens in the viewer from the disk beside another one", async () => {
    const { page, close } = await openFile(await reportOf("arrow"));
    await page.getByRole("button", { name: "Export" }).click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("menuitem", { name: /^Run file/ }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("arrow.run.safetensors");
    const saved = join(folder, "saved.run.safetensors");
    await download.saveAs(saved);
    await close();

    const viewer = new URL("../../../dist/viewer.html", import.meta.url).href;
    const opened = await openFile(viewer);
    await shown(opened.page, "This page shows run files without a server");
    expect(await axeViolations(opened.page)).toEqual([]);
    const choose = async (path: string) => {
      const [chooser] = await Promise.all([
        opened.page.waitForEvent("filechooser"),
        opened.page.getByRole("button", { name: "Open a run file" }).first().click(),
      ]);
      await chooser.setFiles(path);
    };
    await choose(saved);
    await opened.page.getByRole("application", { name: /patches/ }).waitFor();
    await opened.page.getByRole("button", { name: "Runs", exact: true }).first().click();
    await choose(join(runs, "arrow-up.run.safetensors"));
    await opened.page.waitForURL(/run=arrow-up/);
    await opened.page.goto(`${viewer}#run=arrow-up&b=saved&tab=compare&sub=runs`);
    await shown(opened.page, "Run A and run B");
    expect(opened.problems).toEqual([]);
    expect(opened.outside).toEqual([]);
    await opened.close();
  });

  it("refuses a file that is no run in one sentence", async () => {
    const { page, close } = await openFile(new URL("../../../dist/viewer.html", import.meta.url).href);
    const path = join(folder, "other.run.safetensors");
    writeFileSync(path, readFileSync(import.meta.filename));
    const [chooser] = await Promise.all([
      page.waitForEvent("filechooser"),
      page.getByRole("button", { name: "Open a run file" }).first().click(),
    ]);
    await chooser.setFiles(path);
    await shown(page, "other.run.safetensors");
    expect(await page.getByRole("alert").innerText()).toContain("other.run.safetensors");
    await close();
  });

  it("has nothing that axe finds serious", async () => {
    const { page, close } = await openFile(await reportOf("arrow"), { reducedMotion: true });
    for (const tab of ["Attention", "Verify"]) {
      await page.getByRole("tab", { name: tab }).click();
      await page.getByRole("tab", { name: tab, selected: true }).waitFor();
      expect(await axeViolations(page), tab).toEqual([]);
    }
    await close();
  });
});
