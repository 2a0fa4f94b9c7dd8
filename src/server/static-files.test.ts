import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { testApp } from "../../test/support/server-app.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";

const root = temporaryFolder();
const pageFolder = join(root, "web");
mkdirSync(join(pageFolder, "assets"), { recursive: true });
writeFileSync(join(root, "secret.txt"), "secret");
writeFileSync(join(pageFolder, "index.html"), "<!doctype html>page");
writeFileSync(join(pageFolder, ".hidden"), "hidden");
writeFileSync(join(pageFolder, "assets/index-B3k9_xQz.js"), "script");
writeFileSync(join(pageFolder, "assets/index-B3k9_xQz.js.br"), "brotli");
writeFileSync(join(pageFolder, "assets/index-B3k9_xQz.js.gz"), "gzip");
writeFileSync(join(pageFolder, "mark.svg"), "<svg/>");
symlinkSync(join(root, "secret.txt"), join(pageFolder, "link.txt"));
symlinkSync(root, join(pageFolder, "up"));

const app = testApp({ pageFolder });
const script = "/assets/index-B3k9_xQz.js";

describe("staticFiles", () => {
  it("gives the page at /, asked anew each time", async () => {
    const response = await app.send("/");
    expect(await response.text()).toBe("<!doctype html>page");
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(response.headers.get("cache-control")).toBe("no-cache");
    const headers = { "if-none-match": response.headers.get("etag")! };
    expect((await app.send("/", { headers })).status).toBe(304);
  });

  it("lets browsers keep files with a hash in their name, and no others", async () => {
    expect((await app.send(script)).headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect((await app.send("/mark.svg")).headers.get("cache-control")).toBe("no-cache");
    expect((await app.send("/mark.svg")).headers.get("content-type")).toBe("image/svg+xml");
  });

  it.each([
    ["gzip, deflate, br", "br", "brotli"],
    ["gzip", "gzip", "gzip"],
    ["br;q=0, gzip;q=0.5", "gzip", "gzip"],
    ["identity", null, "script"],
    ["brotli", null, "script"],
  ])("answers Accept-Encoding: %s with %s", async (accepted, encoding, text) => {
    const response = await app.send(script, { headers: { "accept-encoding": accepted } });
    expect(response.headers.get("content-encoding")).toBe(encoding);
    expect(response.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    expect(response.headers.get("vary")).toBe("accept-encoding");
    expect(await response.text()).toBe(text);
  });

  it.each([
    "/../secret.txt",
    "/%2e%2e/secret.txt",
    "/..%2fsecret.txt",
    "/assets/..%2f..%2fsecret.txt",
    "/assets%5c..%5c..%5csecret.txt",
    "//secret.txt",
    "/link.txt",
    "/up/secret.txt",
    "/.hidden",
    "/assets",
    "/assets/",
    "/mark.svg%00.png",
    "/secret.txt",
  ])("finds nothing at %s", async (path) => {
    const response = await app.send(path);
    expect(response.status).toBe(404);
    expect(await response.text()).not.toContain("secret");
  });

  it("is only read", async () => {
    expect((await app.send("/", { method: "POST" })).status).toBe(405);
    expect(await (await app.send("/", { method: "HEAD" })).text()).toBe("");
  });

  it("says what to do where the page is not built", async () => {
    const response = await testApp({ pageFolder: join(root, "none") }).send("/");
    expect(response.status).toBe(503);
    expect(await response.text()).toBe("The page is not built; run `npm run build` and start again.\n");
  });
});
