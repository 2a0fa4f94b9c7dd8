import { describe, expect, it } from "vitest";
import { problemOf, testApp } from "../../../test/support/server-app.ts";

const foreign = ["http://evil.example", "null", "http://127.0.0.1:8000", "https://127.0.0.1:7861", "http://127.0.0.1"];

describe("originCheck", () => {
  it.each(foreign)("refuses to change something for a page from %s", async (origin) => {
    const app = testApp();
    for (const [method, path] of [
      ["DELETE", "/api/runs/r-1"],
      ["POST", "/api/pictures?name=a.png"],
      ["PUT", "/api/runs?name=a"],
      ["PATCH", "/api/runs/r-1"],
    ] as const) {
      expect(await problemOf(await app.send(path, { method, headers: { origin } }))).toMatchObject({
        status: 403,
        code: "forbidden",
      });
    }
    expect(app.workbench.calls).toEqual([]);
  });

  it.each(foreign)("refuses to tell a page from %s anything", async (origin) => {
    expect((await testApp().send("/api/runs", { headers: { origin } })).status).toBe(403);
  });

  it.each(["cross-site", "same-site"])("refuses requests that the browser calls %s", async (site) => {
    const headers = { "sec-fetch-site": site };
    const app = testApp();
    expect((await app.send("/api/runs", { headers })).status).toBe(403);
    expect((await app.send("/api/runs/r-1", { method: "DELETE", headers })).status).toBe(403);
    expect((await app.send("/elsewhere", { method: "POST", headers })).status).toBe(403);
    expect(app.workbench.calls).toEqual([]);
  });

  it("takes requests of its own page, and of programs that are no browsers", async () => {
    for (const headers of [
      { origin: "http://127.0.0.1:7861", "sec-fetch-site": "same-origin" },
      { origin: "http://localhost:7861", host: "localhost:7861" },
      { "sec-fetch-site": "none" },
      {},
    ] as Record<string, string>[]) {
      expect((await testApp().send("/api/runs/r-1", { method: "DELETE", headers })).status).toBe(204);
      expect((await testApp().send("/api/runs", { headers })).status).toBe(200);
    }
  });

  it("lets links from elsewhere open the page", async () => {
    const response = await testApp().send("/", { headers: { "sec-fetch-site": "cross-site" } });
    expect(response.status).toBe(503);
    expect(await response.text()).toContain("The page is not built");
  });
});
