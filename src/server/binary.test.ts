import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fakeWorkbench } from "../../test/support/fake-workbench.ts";
import { testApp, type TestApp } from "../../test/support/server-app.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { openRegularFile } from "../files/open-file.ts";
import { attachment } from "./binary.ts";

describe("attachment", () => {
  it("keeps plain names", () => {
    expect(attachment("r-1.csv")).toBe("attachment; filename=\"r-1.csv\"; filename*=UTF-8''r-1.csv");
  });

  it.each(['a"; x="b', "a\r\nset-cookie: x=y", "a\\b", "Straße 右.png", "it's (1)*!.png", "\ud800half", "\0nul"])(
    "lets nothing of %j out of the quotes",
    (name) => {
      const header = attachment(name);
      expect(header).toMatch(/^attachment; filename="[A-Za-z0-9 ._-]*"; filename\*=UTF-8''[A-Za-z0-9%._~-]*$/);
      expect(() => new Headers({ "content-disposition": header })).not.toThrow();
      const whole = decodeURIComponent(header.split("''")[1]!);
      expect(whole).toBe(name.replace("\ud800", "\ufffd"));
    },
  );
});

describe("GET /api/runs/ID/file", () => {
  const content = randomBytes(300_000);
  const path = join(temporaryFolder(), "a.run.safetensors");
  writeFileSync(path, content);
  const runFile = async () => ({ ...(await openRegularFile(path)), name: "a.run.safetensors" });
  const app: TestApp = testApp({}, fakeWorkbench({ runFile }));
  /** The answer with its body read, so that no file stays open. */
  const get = async (headers: Record<string, string> = {}, method = "GET") => {
    const response = await app.send("/api/runs/r-1/file", { headers, method });
    return { status: response.status, headers: response.headers, body: Buffer.from(await response.arrayBuffer()) };
  };

  it("sends the file with its length and name", async () => {
    const response = await get();
    expect(response.status).toBe(200);
    expect(response.headers.get("content-length")).toBe("300000");
    expect(response.headers.get("content-disposition")).toContain('filename="a.run.safetensors"');
    expect(response.body.equals(content)).toBe(true);
  });

  it.each([
    ["bytes=0-9", 0, 10],
    ["bytes=100-", 100, 300_000],
    ["bytes=-7", 299_993, 300_000],
    ["bytes=299999-400000", 299_999, 300_000],
  ])("sends the range %s", async (range, start, end) => {
    const response = await get({ range });
    expect(response.status).toBe(206);
    expect(response.headers.get("content-range")).toBe(`bytes ${start}-${end - 1}/300000`);
    expect(response.headers.get("content-length")).toBe(String(end - start));
    expect(response.body.equals(content.subarray(start, end))).toBe(true);
  });

  it.each(["bytes=300000-", "bytes=9-3", "bytes=-0"])("refuses the range %s", async (range) => {
    const { status, body } = await get({ range });
    expect(status).toBe(416);
    expect(JSON.parse(body.toString())).toMatchObject({ error: { code: "bad-request" } });
  });

  it.each(["bytes=-", "items=0-1", "bytes=0-1,3-4"])("sends the whole file for %s", async (range) => {
    expect((await get({ range })).status).toBe(200);
  });

  it("sends the whole file where another one was begun", async () => {
    const etag = (await get()).headers.get("etag")!;
    expect((await get({ range: "bytes=0-9", "if-range": etag })).status).toBe(206);
    expect((await get({ range: "bytes=0-9", "if-range": '"other"' })).status).toBe(200);
  });

  it("answers HEAD without the file", async () => {
    const response = await get({}, "HEAD");
    expect(response.headers.get("content-length")).toBe("300000");
    expect(response.body).toHaveLength(0);
  });
});
