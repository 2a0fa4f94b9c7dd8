/** @file Opens a run file from the user's computer. */
import type { Page } from "../state/page.svelte.ts";
import { formatBytes } from "../../src/figure/numbers.ts";
import { isRunFile, refusedRun, runFileEnding } from "./picture-files.ts";

/** Sends the file to the server and shows its run; says what is wrong in one sentence. */
export async function openRunFile(page: Page, file: File): Promise<void> {
  const refused = isRunFile(file)
    ? refusedRun(file, page.server?.limits)
    : `${file.name} is not a run file; its name must end in ${runFileEnding}.`;
  if (refused !== undefined) {
    page.notify({ kind: "error", text: refused });
    return;
  }
  page.notify({ kind: "note", text: `Opening ${file.name}, ${formatBytes(file.size)}…` });
  try {
    const { id } = await page.api.importRun(file, file.name);
    page.notify(null);
    await page.refreshRuns();
    await page.showRun(id);
    page.say(`Opened ${file.name}`);
  } catch (error) {
    page.notify(null);
    page.fail(error);
  }
}
