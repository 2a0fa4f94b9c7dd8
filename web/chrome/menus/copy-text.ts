/** @file Copies text for the user, and says so. */
import type { Page } from "../../state/page.svelte.ts";

/** Copies; `what` names it in the sentence that is shown, such as "The link to this view". */
export async function copyText(page: Page, what: string, text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    page.notify({ kind: "note", text: `${what} was copied.` });
  } catch {
    const text = `${what} could not be copied: the browser does not allow it on this address.`;
    page.notify({ kind: "error", text });
  }
}
