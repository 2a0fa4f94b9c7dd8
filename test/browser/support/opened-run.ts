/** @file Waits for the run that a page opens. */
import type { OpenPage } from "./page.ts";

/** Waits until a run other than `before` is open, and gives its id. */
export async function openedRun({ page }: OpenPage, before = ""): Promise<string> {
  const shown = (url: URL): string => /run=([\w.-]+)/.exec(url.hash)?.[1] ?? "";
  await page.waitForURL((url) => ![before, ""].includes(shown(url)), { timeout: 30_000 });
  return shown(new URL(page.url()));
}
