import { describe, expect, it } from "vitest";
import { fakeLimits } from "../../../test/support/fake-workbench.ts";
import { problemOf, testApp, type TestRequest } from "../../../test/support/server-app.ts";
import { requestLimits } from "../limits.ts";

/** A body of chunks whose length no header announces; `sent` counts what was read of it. */
function unannounced(
  chunks: number,
  chunkBytes: number,
): { body: ReadableStream<Uint8Array<ArrayBuffer>>; sent: () => number } {
  let sent = 0;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      pull(controller) {
        if (sent++ === chunks) controller.close();
        else controller.enqueue(new Uint8Array(chunkBytes));
      },
    },
    { highWaterMark: 0 },
  );
  return { body, sent: () => sent };
}

const stream = (body: ReadableStream<Uint8Array<ArrayBuffer>>) => ({ body, duplex: "half" }) as TestRequest;

describe("uploads", () => {
  it("refuses a picture that announces too many bytes, before it reads one", async () => {
    const app = testApp();
    const { body, sent } = unannounced(10, 500);
    const headers = { "content-length": String(fakeLimits.pictureBytes + 1) };
    const response = await app.send("/api/pictures?name=a.png", { method: "POST", ...stream(body), headers });
    expect(await problemOf(response)).toEqual({
      status: 413,
      code: "too-large",
      message: "The picture is larger than the limit of 1 kB; send a smaller one.",
    });
    expect(sent()).toBe(0);
    expect(app.workbench.calls.map(([name]) => name)).not.toContain("storePicture");
  });

  it("counts what comes, whatever is announced", async () => {
    for (const headers of [{}, { "content-length": "10" }] as Record<string, string>[]) {
      const app = testApp();
      const { body, sent } = unannounced(1000, 400);
      const response = await app.send("/api/pictures?name=a.png", { method: "POST", ...stream(body), headers });
      expect(response.status).toBe(413);
      expect(sent()).toBe(3);
      expect(app.workbench.calls.map(([name]) => name)).not.toContain("storePicture");
    }
  });

  it("hands on a run file chunk by chunk, and stops at the limit", async () => {
    const small = testApp();
    const ok = await small.send("/api/runs?name=a", { method: "PUT", ...stream(unannounced(3, 100).body) });
    expect(ok.status).toBe(201);
    expect(small.workbench.calls.filter(([name]) => name === "chunk")).toHaveLength(3);

    const large = testApp();
    const response = await large.send("/api/runs?name=a", { method: "PUT", ...stream(unannounced(1000, 1000).body) });
    expect(await problemOf(response)).toMatchObject({ status: 413, code: "too-large" });
    expect(large.workbench.calls.filter(([name]) => name === "chunk")).toHaveLength(5);
  });

  it("takes a picture as large as the limit", async () => {
    const app = testApp();
    const body = new Uint8Array(fakeLimits.pictureBytes).fill(7);
    const response = await app.send("/api/pictures?name=a.png", { method: "POST", body });
    expect(response.status).toBe(201);
    expect(app.workbench.calls.find(([name]) => name === "storePicture")![1]).toEqual({ name: "a.png", bytes: body });
  });
});

describe("jsonBodyCheck", () => {
  const send = (body: string, type = "application/json") =>
    testApp().send("/api/models/load", { method: "POST", body, headers: { "content-type": type } });

  it("refuses deep JSON before anything parses it", async () => {
    const depth = 100_000;
    const response = await send(`{"model":${"[".repeat(depth)}${"]".repeat(depth)}}`);
    expect(await problemOf(response)).toMatchObject({ status: 400, code: "bad-request" });
    const problem = await problemOf(await send(`{"model":${"[".repeat(16)}${"]".repeat(16)}}`));
    expect(problem.message).toContain("17 deep");
  });

  it.each(['{"model":{"length":[{"toString":1}]}}', '{"model":{"len\\u0067th":{"valueOf":1,"toString":1}}}'])(
    "refuses the length that the schemas cannot read in %s",
    async (body) => {
      const problem = await problemOf(await send(body));
      expect(problem).toMatchObject({ status: 400, code: "bad-request" });
      expect(problem.message).toContain('a field "length"');
    },
  );

  it.each(["GET", "HEAD"])("takes a %s that says it brings JSON", async (method) => {
    const response = await testApp().send("/api/runs", { method, headers: { "content-type": "application/json" } });
    expect(response.status).toBe(200);
  });

  it("leaves the word length alone", async () => {
    const problem = await problemOf(await send('{"model":3,"length":"\\u0061"}'));
    expect(problem.message).toContain("The body of the request is wrong at model: expected string, received number;");
  });

  it("refuses JSON of very many parts", async () => {
    expect((await problemOf(await send(`[${"{},".repeat(100_001)}{}]`))).message).toContain("objects and lists");
  });

  it("refuses long JSON", async () => {
    const response = await send(JSON.stringify({ model: "x".repeat(requestLimits.jsonBytes) }));
    expect(await problemOf(response)).toMatchObject({ status: 413, code: "too-large" });
  });

  it("refuses what is no JSON, and other types than JSON", async () => {
    expect(await problemOf(await send("{"))).toMatchObject({
      status: 400,
      message: "The body of the request is no valid JSON.",
    });
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]) {
      expect(await problemOf(await send('{"model":"demo"}', type))).toMatchObject({ status: 415, code: "bad-request" });
    }
  });

  it("hands on JSON within the limits", async () => {
    expect((await send('{"model":"demo"}')).status).toBe(202);
  });
});

describe("urlCheck", () => {
  it("refuses a long query", async () => {
    const response = await testApp().send(`/api/runs?x=${"x".repeat(requestLimits.urlBytes)}`);
    expect(await problemOf(response)).toMatchObject({ status: 414, code: "too-large" });
  });
});
