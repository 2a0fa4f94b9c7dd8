import { describe, expect, it } from "vitest";
import { testApp } from "../../../test/support/server-app.ts";

function directives(response: Response): Map<string, string[]> {
  const policy = response.headers.get("content-security-policy") ?? "";
  return new Map(
    policy.split("; ").map((directive) => {
      const [name, ...sources] = directive.split(" ");
      return [name!, sources];
    }),
  );
}

describe("safetyHeaders", () => {
  it("lets the page load its own files alone, and nothing put it in a frame", async () => {
    const policy = directives(await testApp().send("/"));
    expect(policy.get("default-src")).toEqual(["'self'"]);
    expect(policy.get("img-src")).toEqual(["'self'", "blob:", "data:"]);
    expect(policy.get("connect-src")).toEqual(["'self'"]);
    expect(policy.get("frame-ancestors")).toEqual(["'none'"]);
    // Scripts and styles fall back to default-src, so that inline ones and eval are refused.
    expect([...policy.keys()]).not.toContain("script-src");
    expect([...policy.values()].flat().join(" ")).not.toMatch(/unsafe|\*|http/);
  });

  it("lets nothing run in data", async () => {
    const policy = directives(await testApp().send("/api/runs/r-1/export?format=html"));
    expect(policy.get("default-src")).toEqual(["'none'"]);
    expect(policy.has("sandbox")).toBe(true);
  });

  it.each(["/", "/api/status", "/api/none", "/api/runs/none", "/none.js"])(
    "tells browsers to be strict at %s",
    async (path) => {
      const { headers } = await testApp().send(path);
      expect(Object.fromEntries(headers)).toMatchObject({
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "x-frame-options": "DENY",
      });
      expect(headers.get("access-control-allow-origin")).toBeNull();
    },
  );

  it("keeps data and problems out of caches", async () => {
    for (const path of ["/api/status", "/api/runs/none"]) {
      expect((await testApp().send(path)).headers.get("cache-control")).toBe("no-store");
    }
  });
});
