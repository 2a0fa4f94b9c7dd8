/** @file What can be done with a run of the list. */
import { tick } from "svelte";
import type { RunSummary } from "../../src/server/api.ts";
import type { Draft } from "../draft/draft.svelte.ts";
import type { Page } from "../state/page.svelte.ts";

/** Deletes a run, and offers to bring it back. */
export async function deleteRun(page: Page, { id }: RunSummary): Promise<void> {
  const restore = async (): Promise<void> => {
    try {
      await page.api.restoreRun(id);
      page.notify(null);
      page.say(`Run ${id} is back.`);
      await page.refreshRuns();
    } catch (error) {
      page.fail(error);
    }
  };
  try {
    await page.api.deleteRun(id);
    if (page.selection.run === id) page.closeRun();
    if (page.selection.otherRun === id) await page.showOtherRun(null);
    page.notify({
      kind: "note",
      text: `Run ${id} was deleted.`,
      action: { label: "Undo", run: () => void restore() },
    });
    await page.refreshRuns();
  } catch (error) {
    page.fail(error);
  }
}

/** Begins a new conversation with the pictures, settings and question of a run, to be changed and asked. */
export async function askAgainWithChanges(page: Page, draft: Draft, run: RunSummary): Promise<void> {
  await page.showRun(run.id);
  if (page.run?.id !== run.id) return;
  draft.newConversation({ withPictures: true });
  draft.setQuestion(run.question);
  await tick();
  document.getElementById("question")?.focus();
}

/** Shows two runs side by side, the older one as A. */
export async function compareRuns(page: Page, runs: readonly [RunSummary, RunSummary]): Promise<void> {
  const [before, after] = runs.toSorted((a, b) => Date.parse(a.created) - Date.parse(b.created));
  await page.showRun(before!.id, { tab: "compare", compareView: "runs", otherRun: after!.id });
}

/** Gives a run a name; "" takes it away. */
export async function renameRun(page: Page, { id }: RunSummary, name: string): Promise<void> {
  try {
    await page.api.renameRun(id, name.trim());
    await page.refreshRuns();
  } catch (error) {
    page.fail(error);
  }
}
