import { describe, expect, it } from "vitest";
import { ownHost, problemOf, testApp } from "../../../test/support/server-app.ts";
import { fakeSummary, fakeWorkbench } from "../../../test/support/fake-workbench.ts";

const question = {
  model: "demo",
  messages: [{ role: "user", content: [{ type: "image" }, { type: "text", text: "Which way?" }] }],
  pictures: [{ original: "p-1" }],
  fit: "default",
  sampling: { maxNewTokens: 8, minNewTokens: 0, temperature: 0, topP: 1, topK: 0, seed: 0 },
};

/** The last call of the workbench but those for its status. */
function lastCall({ workbench }: ReturnType<typeof testApp>): unknown {
  return workbench.calls.filter(([name]) => name !== "status").at(-1);
}

describe("routes that start work", () => {
  it("hand the question on as it came", async () => {
    const app = testApp();
    const response = await app.sendJson("POST", "/api/ask", question);
    expect(response.status).toBe(202);
    expect(await response.json()).toEqual({ job: "job-1" });
    expect(lastCall(app)).toEqual(["ask", question]);
  });

  it("check a model by its name alone", async () => {
    const app = testApp();
    const response = await app.sendJson("POST", "/api/models/check", { model: "a/b" });
    expect(await response.json()).toMatchObject({ model: "a/b", runs: true, problem: null, needs: [] });
    expect(lastCall(app)).toEqual(["checkModel", "a/b"]);
    const refused = await problemOf(await app.sendJson("POST", "/api/models/check", { model: "" }));
    expect(refused).toMatchObject({ status: 400, code: "bad-request" });
  });

  it("hand computations on", async () => {
    const app = testApp();
    const request = { methods: ["relevancy"], variants: ["exact"], target: { kind: "contrast", other: "left" } };
    expect((await app.sendJson("POST", "/api/runs/r-1/compute", request)).status).toBe(202);
    expect(lastCall(app)).toEqual(["compute", "r-1", request]);
    const forecast = await app.sendJson("POST", "/api/runs/r-1/forecast", request);
    expect(await forecast.json()).toEqual({ seconds: 1, bytes: 1, availableBytes: 2 });
  });

  it.each([
    ["a missing field", { ...question, fit: undefined }, "fit"],
    ["an unknown fit", { ...question, fit: "stretch" }, "fit"],
    ["no message", { ...question, messages: [] }, "messages"],
    ["an unknown role", { ...question, messages: [{ role: "root", content: [] }] }, "messages.0.role"],
    [
      "an endless answer",
      { ...question, sampling: { ...question.sampling, maxNewTokens: 1e6 } },
      "sampling.maxNewTokens",
    ],
    ["half a token", { ...question, sampling: { ...question.sampling, maxNewTokens: 1.5 } }, "sampling.maxNewTokens"],
    [
      "a huge text",
      { ...question, messages: [{ role: "user", content: [{ type: "text", text: "x".repeat(200_001) }] }] },
      "messages.0.content.0.text",
    ],
    ["many pictures", { ...question, pictures: Array(65).fill({ original: "p" }) }, "pictures"],
  ])("refuse %s and say where", async (_, body, place) => {
    const app = testApp();
    const problem = await problemOf(await app.sendJson("POST", "/api/ask", body));
    expect(problem).toMatchObject({ status: 400, code: "bad-request" });
    expect(problem.message).toContain(`The body of the request is wrong at ${place}: `);
    expect(app.workbench.calls).toEqual([]);
  });

  it("refuse fields that they do not know", async () => {
    const problem = await problemOf(await testApp().sendJson("POST", "/api/ask", { ...question, tempo: 1 }));
    expect(problem.message).toContain("tempo");
  });

  it("refuse a body that is not there", async () => {
    expect((await testApp().send("/api/ask", { method: "POST" })).status).toBe(400);
  });
});

describe("routes of jobs", () => {
  it("cancel and describe", async () => {
    const app = testApp();
    expect(await (await app.send("/api/jobs/job-1", { method: "DELETE" })).json()).toMatchObject({ id: "job-1" });
    expect(lastCall(app)).toEqual(["cancel", "job-1"]);
    expect(await (await app.send("/api/jobs")).json()).toHaveLength(1);
    expect(await problemOf(await app.send("/api/jobs/none"))).toMatchObject({ status: 404, code: "not-found" });
    expect(await problemOf(await app.send("/api/jobs/none/events"))).toMatchObject({ status: 404 });
  });

  it("pass conflicts on", async () => {
    const problem = await problemOf(await testApp().send("/api/jobs/job-1/keep", { method: "POST" }));
    expect(problem).toEqual({ status: 409, code: "conflict", message: "The job has nothing to keep." });
  });
});

describe("routes of runs", () => {
  it("list, rename, delete and restore", async () => {
    const app = testApp();
    expect(await (await app.send("/api/runs")).json()).toEqual([fakeSummary]);
    expect(await (await app.sendJson("PATCH", "/api/runs/r-1", { name: "arrow" })).json()).toMatchObject({
      name: "arrow",
    });
    expect((await app.sendJson("DELETE", "/api/runs/r-1", {})).status).toBe(204);
    expect((await app.sendJson("POST", "/api/runs/r-1/restore", {})).status).toBe(200);
    expect((await app.sendJson("PATCH", "/api/runs/r-1", { name: "x".repeat(201) })).status).toBe(400);
  });

  it("answer an error of the workbench with its sentence, and one of the program without its insides", async () => {
    expect(await problemOf(await testApp().send("/api/runs/r-1"))).toEqual({
      status: 500,
      code: "failed",
      message: "No run is opened here.",
    });
    const runs = () => Promise.reject(new TypeError("Cannot read properties of undefined (reading 'secret')"));
    const problem = await problemOf(await testApp({}, fakeWorkbench({ runs })).send("/api/runs"));
    expect(problem).toMatchObject({ status: 500, code: "failed" });
    expect(problem.message).not.toContain("secret");
  });

  it("decode ids and names of paths once, and leave what they mean to the workbench", async () => {
    const app = testApp();
    await app.send("/api/runs/r-1/tensors/a%2Fb%252Fc");
    expect(lastCall(app)).toEqual(["tensor", "r-1", "a/b%2Fc", undefined]);
    expect((await app.send("/api/runs/..%2F..%2Fetc/tensors/a")).status).toBe(404);
    expect(lastCall(app)).toEqual(["tensor", "../../etc", "a", undefined]);
  });
});

describe("tensors", () => {
  it("come little-endian, with shape and type in headers", async () => {
    const response = await testApp().send("/api/runs/r-1/tensors/rollout");
    expect(response.headers.get("x-tensor-dims")).toBe("2,3");
    expect(response.headers.get("x-tensor-type")).toBe("f32");
    const bytes = await response.arrayBuffer();
    const view = new DataView(bytes);
    expect(Array.from({ length: 6 }, (_, i) => view.getFloat32(4 * i, true))).toEqual([1, -2, 0.5, 3, 4, 5]);
    expect(response.headers.get("content-length")).toBe("24");
  });

  it("are cut as the query says", async () => {
    const app = testApp();
    await app.send("/api/runs/r-1/tensors/language.attention.0?start=4&end=5&within=2,1");
    expect(lastCall(app)).toEqual(["tensor", "r-1", "language.attention.0", { start: 4, end: 5, within: [2, 1] }]);
  });

  it.each([
    "start=1",
    "end=1",
    "within=1",
    "start=-1&end=2",
    "start=0&end=1e3",
    "start=1&start=2&end=3",
    "start=0&end=9999999999",
    "start=0&end=2&within=1,,2",
  ])("refuse the query %s", async (query) => {
    const app = testApp();
    expect(await problemOf(await app.send(`/api/runs/r-1/tensors/a?${query}`))).toMatchObject({ status: 400 });
    expect(app.workbench.calls).toEqual([]);
  });

  it("say what is not recorded", async () => {
    const problem = await problemOf(await testApp().send("/api/runs/r-1/tensors/none"));
    expect(problem).toMatchObject({ status: 404, code: "not-recorded" });
  });

  it("are marked, so that the same bytes are not sent twice", async () => {
    const app = testApp();
    const first = await app.send("/api/runs/r-1/shares");
    expect(first.headers.get("cache-control")).toBe("private, no-cache");
    const etag = first.headers.get("etag")!;
    const again = await app.send("/api/runs/r-1/shares", { headers: { "if-none-match": etag } });
    expect([again.status, await again.text()]).toEqual([304, ""]);
  });
});

describe("attention", () => {
  it("takes all, mean and lists", async () => {
    const app = testApp();
    await app.send("/api/runs/r-1/attention?layers=all&heads=mean&positions=212,213&combine=mean");
    const request = { layers: "all", heads: "mean", positions: [212, 213], combine: "mean" };
    expect(lastCall(app)).toEqual(["attention", "r-1", request]);
    await app.send("/api/runs/r-1/attention?layers=0,3&heads=2&positions=5");
    expect(lastCall(app)).toEqual(["attention", "r-1", { layers: [0, 3], heads: [2], positions: [5] }]);
  });

  it.each([
    "layers=all&heads=all",
    "layers=some&heads=all&positions=1",
    "layers=all&heads=all&positions=1&combine=sum",
  ])("refuses %s", async (query) => {
    expect((await testApp().send(`/api/runs/r-1/attention?${query}`)).status).toBe(400);
  });
});

describe("exports", () => {
  it("name the selection, and come as a file to save", async () => {
    const app = testApp();
    const query = "format=csv&method=relevancy&tokens=3&layer=5&head=mean&variant=exact&map=combined&hideSinks=true";
    const response = await app.send(`/api/runs/r-1/export?${query}`);
    expect(response.headers.get("content-disposition")).toContain('attachment; filename="r-1.csv"');
    const selection = {
      ...{ method: "relevancy", token: "3", layer: 5, head: "mean", variant: "exact", map: "combined" },
      hideSinks: true,
    };
    expect(lastCall(app)).toEqual(["exportRun", "r-1", { format: "csv", selection }]);
    expect((await app.send("/api/runs/r-1/export?format=exe")).status).toBe(400);
  });
});

describe("pictures", () => {
  it("of a run from elsewhere are never shown as anything but pictures", async () => {
    for (const mediaType of ["text/html", "image/svg+xml\r\nx: y", "application/javascript"]) {
      const runPicture = () => Promise.resolve({ name: "a", mediaType, bytes: new Uint8Array([60]) });
      const response = await testApp({}, fakeWorkbench({ runPicture })).send("/api/runs/r-1/pictures/0");
      expect(response.status).toBe(200);
      expect(response.headers.get("content-type")).toBe("application/octet-stream");
    }
    const png = await testApp().send("/api/runs/r-1/pictures/0/edited");
    expect(png.headers.get("content-type")).toBe("image/png");
  });

  it("are numbered, and can be had as the model was asked about them", async () => {
    const app = testApp();
    await app.send("/api/runs/r-1/pictures/2/edited");
    expect(lastCall(app)).toEqual(["runPicture", "r-1", 2, "edited", {}]);
    await app.send("/api/runs/r-1/pictures/1/asked");
    expect(lastCall(app)).toEqual(["runPicture", "r-1", 1, "asked", {}]);
    expect((await app.send("/api/runs/r-1/pictures/x")).status).toBe(400);
  });
});

describe("pictures to show", () => {
  it("are asked for by the query, of a run and of the store", async () => {
    const app = testApp();
    await app.send("/api/runs/r-1/pictures/0?shown=true");
    expect(lastCall(app)).toEqual(["runPicture", "r-1", 0, "original", { shown: true }]);
    await app.send("/api/pictures/p-1?shown=true");
    expect(lastCall(app)).toEqual(["picture", "p-1", { shown: true }]);
    expect((await app.send("/api/pictures/p-1?shown=1")).status).toBe(400);
  });
});

describe("what is not there", () => {
  it.each([
    ["GET", "/api/none"],
    ["POST", "/api/runs"],
    ["GET", "/api"],
    ["DELETE", "/api/status"],
  ])("%s %s is a problem in JSON", async (method, path) => {
    expect(await problemOf(await testApp().send(path, { method }))).toMatchObject({ status: 404, code: "not-found" });
  });
});

describe("time", () => {
  it("does not run out for an answer that is quick, and does for one that is not", async () => {
    const runs = () => new Promise<never>(() => undefined);
    const app = testApp({ answerTime: 20 }, fakeWorkbench({ runs }));
    expect(await problemOf(await app.send("/api/runs"))).toMatchObject({ status: 504, code: "failed" });
    expect((await app.send("/api/jobs", { headers: { host: ownHost } })).status).toBe(200);
  });
});
