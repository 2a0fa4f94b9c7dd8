import { describe, expect, it } from "vitest";
import type { RunSummary } from "../../src/server/api.ts";
import type { Selection } from "../selection/selection.ts";
import type { Page } from "../state/page.svelte.ts";
import { compareRuns, deleteRun, renameRun } from "./run-actions.ts";

interface Notice {
  readonly text: string;
  readonly action?: { readonly run: () => void };
}

/** A page that shows two runs, and what was done with it. */
function pageOf({ isAway = false } = {}) {
  const done: string[] = [];
  const notices: (Notice | null)[] = [];
  const note = (text: string) => {
    done.push(text);
    return isAway ? Promise.reject(new Error("The server is away.")) : Promise.resolve();
  };
  const page = {
    selection: { run: "r-1", otherRun: "r-2" },
    api: {
      deleteRun: (id: string) => note(`delete ${id}`),
      restoreRun: (id: string) => note(`restore ${id}`),
      renameRun: (id: string, name: string) => note(`rename ${id} "${name}"`),
    },
    closeRun: () => done.push("close"),
    showOtherRun: (id: string | null) => note(`other ${id}`),
    showRun: (id: string, { otherRun, tab, compareView }: Selection) =>
      note(`show ${id} with ${otherRun} in ${tab}, ${compareView}`),
    refreshRuns: () => note("list"),
    notify: (notice: Notice | null) => notices.push(notice),
    say: (text: string) => done.push(text),
    fail: (error: Error) => done.push(`failed: ${error.message}`),
  };
  return { page: page as unknown as Page, done, notices };
}
const runOf = (id: string, created = "2026-01-01T00:00:00Z") => ({ id, created }) as RunSummary;

describe("what is done with a run of the list", () => {
  it("is deleted, closed where it is open, and can be brought back", async () => {
    const { page, done, notices } = pageOf();
    await deleteRun(page, runOf("r-1"));
    expect(done.splice(0)).toEqual(["delete r-1", "close", "list"]);
    expect(notices.at(-1)?.text).toBe("Run r-1 was deleted.");
    notices.at(-1)!.action!.run();
    await new Promise((resolve) => setTimeout(resolve));
    expect(done).toEqual(["restore r-1", "Run r-1 is back.", "list"]);
    expect(notices.at(-1)).toBeNull();
  });

  it("is taken out of the comparison where it was deleted", async () => {
    const { page, done } = pageOf();
    await deleteRun(page, runOf("r-2"));
    expect(done).toEqual(["delete r-2", "other null", "list"]);
  });

  it("stays where the server cannot delete or rename it, and says why", async () => {
    const { page, done, notices } = pageOf({ isAway: true });
    await deleteRun(page, runOf("r-1"));
    await renameRun(page, runOf("r-1"), "a");
    expect(done).toEqual([
      "delete r-1",
      "failed: The server is away.",
      'rename r-1 "a"',
      "failed: The server is away.",
    ]);
    expect(notices).toEqual([]);
  });

  it("is named without the space around", async () => {
    const { page, done } = pageOf();
    await renameRun(page, runOf("r-1"), "  arrow ");
    expect(done).toEqual(['rename r-1 "arrow"', "list"]);
  });

  it("is compared with the younger one as B, in whatever order they were chosen", async () => {
    const [older, younger] = [runOf("r-9", "2026-01-01T09:00:00+02:00"), runOf("r-3", "2026-01-01T08:00:00Z")];
    for (const runs of [
      [older, younger],
      [younger, older],
    ] as const) {
      const { page, done } = pageOf();
      await compareRuns(page, runs);
      expect(done).toEqual(["show r-9 with r-3 in compare, runs"]);
    }
  });
});
