/** @file Starts the page of a report, which is one file without a server and holds its run; without a run it opens run files. */
import "./styles/page.css";
import { mount } from "svelte";
import { reportFactsElement, reportParts, type ReportFacts } from "../src/run/report-start.ts";
import App from "./App.svelte";
import { createFileSource } from "./data/file-source.ts";
import { startSelection } from "./report/start-selection.ts";
import { defaultSelection } from "./selection/selection.ts";
import { writeHash } from "./selection/url.ts";
import { runFileName } from "../src/run/run-id.ts";
import { uncompressed } from "./report/embedded.ts";

const textOf = (id: string): string => document.getElementById(id)?.textContent ?? "";

async function start(target: HTMLElement): Promise<void> {
  const licenses = new Blob([await uncompressed(textOf(reportParts.licenses))], { type: "text/plain" });
  const source = createFileSource(URL.createObjectURL(licenses));
  const run = textOf(reportParts.run);
  if (run !== "") {
    const facts = JSON.parse(textOf(reportFactsElement)) as ReportFacts;
    const { id } = await source.importRun(await uncompressed(run), runFileName(facts.run));
    // A link to a view of the report says more.
    if (location.hash === "") {
      history.replaceState(null, "", `#${writeHash({ ...defaultSelection, ...startSelection(facts.start), run: id })}`);
    }
  }
  target.replaceChildren();
  mount(App, { target, props: { api: source } });
}

const target = document.getElementById("page")!;
start(target).catch((error: unknown) => {
  target.textContent = `This report cannot be shown: ${error instanceof Error ? error.message : String(error)}`;
});
