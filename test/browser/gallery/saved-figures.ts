/** @file The figures that the open tab exports as SVG, read in the page in place of being saved. */
import type { Page } from "playwright-core";

declare global {
  interface Window {
    savedFiles: { readonly name: string; readonly content: Promise<string> }[];
  }
}

/** One gray pixel. */
const grayPixel =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==";

/** Keeps what a page saves in `window.savedFiles`; call it before the page is opened. */
export async function watchSavedFiles(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const blobs = new Map<string, Blob>();
    const createAddress = URL.createObjectURL.bind(URL);
    window.savedFiles = [];
    URL.createObjectURL = (blob: Blob) => {
      const address = createAddress(blob);
      blobs.set(address, blob);
      return address;
    };
    const click = Object.getOwnPropertyDescriptor(HTMLElement.prototype, "click")!.value as () => void;
    HTMLAnchorElement.prototype.click = function (this: HTMLAnchorElement) {
      const blob = blobs.get(this.href);
      if (this.download === "" || !blob) click.call(this);
      else window.savedFiles.push({ name: this.download, content: blob.text() });
    };
  });
}

/** Exports the figures of the open tab. Canvases in them become one gray pixel: views compare what they show, with a tolerance. */
export async function savedFigures(page: Page): Promise<{ readonly name: string; readonly bytes: Buffer }[]> {
  await page.getByRole("button", { name: "Export", exact: true }).click();
  await page.getByRole("menuitem", { name: /^SVG/ }).click();
  await page.getByText(/\d files? (was|were) saved/).waitFor({ state: "attached" });
  const files = await page.evaluate(async () =>
    Promise.all(window.savedFiles.map(async ({ name, content }) => ({ name, text: await content }))),
  );
  return files.map(({ name, text }) => ({ name, bytes: Buffer.from(withoutPixels(text)) }));
}

/** The SVG with embedded pictures replaced, whose bytes depend on the processor that compressed them; one element a line. */
export function withoutPixels(svg: string): string {
  return svg
    .replace(/data:image\/png;base64,[A-Za-z0-9+/=]*/g, grayPixel)
    .replace(/>(?=<(?:g|rect|path|line|circle|text|image|polyline|polygon)\b)/g, ">\n");
}
