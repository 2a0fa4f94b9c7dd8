/** @file What a real browser makes of the server's headers and of its token. */
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startServer, type RunningServer } from "../../src/server/listen.ts";
import { fakeWorkbench } from "../support/fake-workbench.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { connectChromium } from "./support/shared-chromium.ts";

const token = "correct-horse-battery";
const pageFolder = join(temporaryFolder(), "web");
mkdirSync(join(pageFolder, "assets"), { recursive: true });
writeFileSync(
  join(pageFolder, "index.html"),
  `<!doctype html><html lang="en"><head><title>The page</title><script>window.inline = true</script>
  <script src="/assets/own.js" defer></script></head><body><p onclick="window.clicked = true">text</p></body></html>`,
);
writeFileSync(
  join(pageFolder, "assets/own.js"),
  `window.own = true;
  try { window.evaluated = eval("true"); } catch { window.evaluated = false; }
  document.querySelector("p").style.color = "rgb(1, 2, 3)";`,
);

const workbench = fakeWorkbench();
let browser: Browser;
let server: RunningServer;
beforeAll(async () => {
  browser = await connectChromium();
  server = await startServer({ host: "127.0.0.1", port: 0, token, pageFolder, workbench });
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

describe("the server in a browser", () => {
  it("takes the token out of the address, and then shows the page, where only its own files run", async () => {
    const page = await browser.newPage();
    const url = `http://127.0.0.1:${server.address.port}/`;
    await page.goto(`${url}#run=r-1&token=${token}`);
    await expect.poll(() => page.title()).toBe("The page");
    expect(page.url()).toBe(`${url}#run=r-1`);
    await page.click("p");
    const seen = await page.evaluate(() => {
      const { inline, own, evaluated, clicked } = window as unknown as Record<string, boolean | undefined>;
      return { inline, own, evaluated, clicked, color: getComputedStyle(document.querySelector("p")!).color };
    });
    expect(seen).toEqual({ own: true, evaluated: false, color: "rgb(1, 2, 3)", inline: undefined, clicked: undefined });
    expect(await page.evaluate(async () => (await fetch("/api/runs")).status)).toBe(200);
    expect(await page.evaluate(() => document.cookie)).toBe("");
    await page.close();
  });

  it("asks for the token by hand, and says where it is wrong", async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`http://localhost:${server.address.port}/`);
    await page.fill("#token", "a-wrong-one");
    await page.click("button");
    await expect.poll(() => page.textContent("[role=alert]")).toContain("This is not the token of this server");
    await page.fill("#token", token);
    await page.click("button");
    await expect.poll(() => page.title()).toBe("The page");
    await context.close();
  });

  it("is out of reach for a page of another site", async () => {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.address.port}/#token=${token}`);
    await expect.poll(() => page.title()).toBe("The page");
    // A page without any policy of its own, at the same computer by another name: another site to the browser.
    const other = createServer((_, response) => {
      response.setHeader("content-type", "text/html").end("<!doctype html><title>Other</title>");
    }).listen(0, "127.0.0.1");
    await once(other, "listening");
    await page.goto(`http://localhost:${(other.address() as AddressInfo).port}/`);
    const before = workbench.calls.length;
    const target = `http://127.0.0.1:${server.address.port}/api/runs/r-1`;
    const reached = await page.evaluate(async (address) => {
      const tried = ["GET", "POST"].map((method) =>
        fetch(address, { method, mode: "no-cors", credentials: "include" }),
      );
      return (await Promise.allSettled(tried)).map(({ status }) => status);
    }, target);
    expect(reached).toEqual(["rejected", "rejected"]);
    expect(workbench.calls).toHaveLength(before);
    await page.close();
    other.close();
  });
});
