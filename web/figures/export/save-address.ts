/** @file Saves what an address of the server gives as a file on the user's computer. */
import { saveFiles } from "./save-file.ts";
import type { ProblemBody } from "../../../src/server/api.ts";
import type { Page } from "../../state/page.svelte.ts";

/** Lets the browser download an address, however large; a server may name the file otherwise. */
export function saveAddress(address: string, name: string): void {
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
}

/** The name that the server gives a download. */
export function fileNameOf(disposition: string | null): string | undefined {
  return /filename="([^"]+)"/.exec(disposition ?? "")?.[1];
}

/** Saves what is made for the request, such as a report; says in one sentence where it cannot be made. */
export async function saveMade(page: Page, address: string, fallbackName: string): Promise<void> {
  page.notify({ kind: "note", text: `Making ${fallbackName}…` });
  try {
    const response = await fetch(address);
    if (!response.ok) {
      const body = (await response.json().catch(() => undefined)) as ProblemBody | undefined;
      const fallback = `${fallbackName} cannot be made: the server answered with status ${response.status}.`;
      throw new Error(body?.error.message ?? fallback);
    }
    const name = fileNameOf(response.headers.get("content-disposition")) ?? fallbackName;
    await saveFiles([{ name, content: await response.blob() }]);
    page.notify({ kind: "note", text: `${name} was saved.` });
  } catch (error) {
    page.notify(null);
    page.fail(error);
  }
}
