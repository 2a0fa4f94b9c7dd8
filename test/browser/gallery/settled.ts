/** @file Waits until a page shows all that it asked the server for. */
import type { Page, Request } from "playwright-core";

/** How often nothing may be open in a row, with two frames between, until the page counts as settled. */
const quietRounds = 2;

/** Watches the requests of a page; the function that comes back waits until all are answered and drawn, and fonts are there. */
export function watchRequests(page: Page): () => Promise<void> {
  const open = new Set<Request>();
  const isStream = (request: Request): boolean => request.url().endsWith("/events");
  page.on("request", (request) => {
    if (!isStream(request)) open.add(request);
  });
  page.on("requestfinished", (request) => open.delete(request));
  page.on("requestfailed", (request) => open.delete(request));
  return async () => {
    for (let quiet = 0; quiet < quietRounds; quiet = open.size === 0 ? quiet + 1 : 0) {
      await page.evaluate(async () => {
        await document.fonts.ready;
        for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
      });
    }
  };
}
