import { describe, expect, it } from "vitest";
import { problemOf, testApp } from "../../../test/support/server-app.ts";
import { randomToken } from "./access.ts";

const token = "correct-horse-battery";

describe("a server with a token", () => {
  it.each(["/api/status", "/api/runs", "/api/runs/r-1/file", "/api/openapi.json", "/api/none"])(
    "says nothing at %s without it",
    async (path) => {
      const app = testApp({ token });
      const problem = await problemOf(await app.send(path));
      expect(problem).toMatchObject({ status: 401, code: "unauthorized" });
      expect(problem.message).not.toContain(token);
      expect(app.workbench.calls).toEqual([]);
    },
  );

  it("changes the token for a cookie that scripts cannot read and other sites do not send", async () => {
    const app = testApp({ token });
    const response = await app.sendJson("POST", "/api/session", { token });
    expect(response.status).toBe(204);
    const cookie = response.headers.get("set-cookie")!;
    expect(cookie).toMatch(/^lvlm-interpret-7861=[\w-]{32}; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(cookie).not.toContain(token);
    const own = { cookie: cookie.split(";")[0]! };
    expect((await app.send("/api/status", { headers: own })).status).toBe(200);
    expect((await testApp({ token }).send("/api/status", { headers: own })).status).toBe(401);
  });

  it.each(["", "correct-horse-batterx", `${token}x`, token.slice(0, -1)])("refuses the token %j", async (wrong) => {
    const response = await testApp({ token }).sendJson("POST", "/api/session", { token: wrong });
    expect(response.headers.get("set-cookie")).toBeNull();
    expect(await problemOf(response)).toMatchObject({ status: 401, code: "unauthorized" });
  });

  it("takes the token as bearer, for programs", async () => {
    const bearer = (text: string) => testApp({ token }).send("/api/status", { headers: { authorization: text } });
    expect((await bearer(`Bearer ${token}`)).status).toBe(200);
    expect((await bearer(`Bearer ${token}x`)).status).toBe(401);
    expect((await bearer(`Basic ${token}`)).status).toBe(401);
  });

  it("refuses cookies of others", async () => {
    const headers = { cookie: "lvlm-interpret-7861=guess; lvlm-interpret-7862=guess" };
    expect((await testApp({ token }).send("/api/status", { headers })).status).toBe(401);
  });

  it("shows a page to sign in, whose script is a file that the policy allows", async () => {
    const app = testApp({ token });
    const page = await app.send("/");
    expect(page.status).toBe(200);
    const html = await page.text();
    expect(html).toContain('<script src="/sign-in.js" defer></script>');
    expect(html).not.toMatch(/<script>|style=|\son\w+=/);
    const script = await app.send("/sign-in.js");
    expect(script.headers.get("content-type")).toContain("text/javascript");
    expect(await script.text()).not.toContain(token);
  });

  it("shows the page itself after that", async () => {
    const app = testApp({ token });
    const cookie = (await app.sendJson("POST", "/api/session", { token })).headers.get("set-cookie")!.split(";")[0]!;
    expect(await (await app.send("/", { headers: { cookie } })).text()).toContain("The page is not built");
  });
});

describe("a server without a token", () => {
  it("has no page to sign in", async () => {
    expect((await testApp().send("/sign-in.js")).status).toBe(404);
    expect((await testApp().sendJson("POST", "/api/session", { token: "any" })).status).toBe(204);
  });
});

describe("randomToken", () => {
  it("is another one each time, of 192 bits", () => {
    const tokens = new Set(Array.from({ length: 50 }, randomToken));
    expect(tokens.size).toBe(50);
    for (const one of tokens) expect(Buffer.from(one, "base64url")).toHaveLength(24);
  });
});
