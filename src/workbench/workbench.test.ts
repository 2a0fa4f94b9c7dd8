/** @file Tests of the workbench with the real demo model: asking, events, cancelling, edited pictures, adding to runs. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { demoPicture, greedySampling, questionOf } from "../../test/support/demo-question.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import {
  askRequest,
  asked,
  demoAskPicture,
  eventsOf,
  runBytes,
  runOf,
  testWorkbench,
} from "../../test/support/workbench.ts";
import { openCheckpoint } from "../checkpoint-folder/open.ts";
import { loadModel } from "../local-model/load-model.ts";
import { attentionGroups } from "../run/attention-groups.ts";
import { defaultCausalSettings } from "../run/causes.ts";
import { encodeRun } from "../run/write.ts";
import { explain, type RecordedRun } from "../explain/explain.ts";
import { demoCheckpointFolder } from "../program/demo.ts";
import { writeRun } from "../../test/support/write-run.ts";
import { openedRunOf } from "./run-files.ts";
import type { JobEvent } from "./jobs/types.ts";
import { traceMethods } from "../run/maps.ts";
import type { MeasureRequest } from "../run/measures.ts";
import type { Workbench } from "./workbench.ts";

const arrowQuestion = "Which way does the arrow point?";
const runsFolder = temporaryFolder();
const workbench = await testWorkbench({ runsFolder });
const arrow = await demoAskPicture(workbench, "arrow-right.png");

let answered: Promise<string> | undefined;
let copies = 0;

/** A run of the arrow's question, which is asked once: a copy in a file of its own, which may be changed. */
async function arrowRun(): Promise<string> {
  answered ??= asked(workbench, askRequest(arrowQuestion, [arrow]));
  const name = `arrow-${++copies}.run.safetensors`;
  return (await workbench.importRun({ name, body: Readable.from([await runBytes(workbench, await answered)]) })).id;
}

/** The bytes of a run file as they are but for times. */
async function timelessBytes(run: string, bench: Workbench = workbench): Promise<Buffer> {
  const opened = await openedRunOf(await bench.runFile(run), run);
  try {
    const tensors = new Map<string, Awaited<ReturnType<typeof opened.run.tensor>>>();
    for (const name of opened.run.tensors.keys()) tensors.set(name, await opened.run.tensor(name));
    return recordedBytes({ description: opened.run.description, tensors });
  } finally {
    await opened.close();
  }
}

function recordedBytes({ description, tensors }: RecordedRun): Buffer {
  const { header, chunks } = encodeRun({ ...description, timings: {}, created: new Date(0).toISOString() }, tensors);
  return Buffer.concat([header, ...chunks]);
}

const checkpoint = await openCheckpoint(demoCheckpointFolder, { name: "demo" });
const model = await loadModel(checkpoint, { cacheFolder: temporaryFolder(), maxMemoryBytes: 2 ** 32 });
const arrowFile = demoPicture("arrow-right.png");
const memory = { record: "default", maxMemoryBytes: 2 ** 32 } as const;

function ofType<T extends JobEvent["type"]>(events: readonly JobEvent[], type: T): Extract<JobEvent, { type: T }>[] {
  return events.filter((event): event is Extract<JobEvent, { type: T }> => event.type === type);
}

describe("ask", () => {
  test("answers, tells every stage and token, and leaves a run with exact relevancy", async () => {
    const job = await workbench.ask(askRequest(arrowQuestion, [arrow]));
    const events = await eventsOf(workbench, job);
    expect(events[0]).toEqual({ type: "queued", before: 0 });
    const [started] = ofType(events, "started");
    const stages = [...new Set(ofType(events, "stage").map(({ stage }) => stage))];
    expect(started!.plan.filter((stage) => stage !== "weights")).toEqual(stages.filter((stage) => stage !== "weights"));
    for (const stage of stages) {
      const last = ofType(events, "stage").findLast((event) => event.stage === stage)!;
      expect(last.done).toBe(last.total);
    }
    const run = await runOf(workbench, job);
    expect(run).toBe("r-0001");
    expect(events.at(-1)).toEqual({ type: "done", run });
    const { description, tensors, summary, model, sinks, fileName } = await workbench.openRun(run);
    const tokens = ofType(events, "token");
    expect(tokens.map(({ text }) => text)).toEqual(
      description.tokens.slice(description.answer.start).map(({ text }) => text),
    );
    for (const [i, { probability }] of tokens.entries()) {
      expect(probability).toBeCloseTo(description.answerTokens[i]!.probability, 4);
    }
    expect(tensors.map(({ name }) => name)).toContain("relevancy.exact.combined");
    expect(Object.keys(description.methods)).toEqual([...traceMethods, "relevancy"]);
    expect(summary).toMatchObject({ id: run, name: "", question: arrowQuestion, answer: "The arrow points right." });
    expect(summary).toMatchObject({ turns: 1, pictures: 1, edits: 0, model: "demo" });
    expect({ model, fileName }).toEqual({ model: "demo", fileName: "r-0001.run.safetensors" });
    expect(sinks).toBeInstanceOf(Array);
    expect(workbench.job(job)).toMatchObject({ state: "done", run, queued: 0, question: arrowQuestion });
    const { models } = await workbench.models();
    expect(models[0]).toMatchObject({
      id: "demo",
      state: "ready",
      details: { layers: 6, heads: 6, grid: { rows: 14 } },
    });
  });

  test("works in the order of asking, and a reader goes on where it stopped", async () => {
    const jobs = [
      await workbench.ask(askRequest("What is the color of the arrow?", [arrow])),
      await workbench.ask(askRequest(arrowQuestion, [arrow])),
    ];
    expect(workbench.job(jobs[1]!)).toMatchObject({ state: "queued", queued: 1 });
    const seen: number[] = [];
    for await (const { id, event } of workbench.events(jobs[1]!, 0)) {
      seen.push(id);
      if (event.type === "started") break;
    }
    expect(workbench.job(jobs[0]!).state).toBe("done");
    const rest: JobEvent[] = [];
    for await (const { id, event } of workbench.events(jobs[1]!, seen.at(-1)!)) {
      expect(id).toBeGreaterThan(seen.at(-1)!);
      seen.push(id);
      rest.push(event);
    }
    expect(ofType(rest, "started")).toEqual([]);
    expect(ofType(rest, "token")).toHaveLength(6);
    expect(rest.at(-1)?.type).toBe("done");
    expect(await eventsOf(workbench, jobs[1]!, seen.at(-1))).toEqual([]);
  });

  test("says what is wrong with a request", async () => {
    const refused = async (request: Promise<unknown>) => request.catch((error: unknown) => error);
    const cases = [
      [askRequest(" ", [arrow]), "bad-request"],
      [askRequest("Why?", [{ original: "../x" }]), "not-found"],
      [askRequest("Why?", [arrow], { pictures: [] }), "bad-request"],
      [askRequest("Why?", [], { model: "no/model" }), "not-found"],
      [askRequest("Why?", [], { model: "../src" }), "bad-request"],
      [askRequest("Why?", [], { model: "/tmp" }), "bad-request"],
      [
        askRequest("Why?", [{ ...arrow, edited: { picture: arrow.original, steps: [{ tool: "saw" as "pen" }] } }]),
        "bad-request",
      ],
    ] as const;
    for (const [request, code] of cases) expect(await refused(workbench.ask(request))).toMatchObject({ code });
    expect(() => workbench.job("none")).toThrow(/There is no job "none"/);
  });

  test("a job that would not fit into memory ends with the numbers", async () => {
    const small = await testWorkbench({ maxMemoryBytes: 2_000_000 });
    const job = await small.ask(askRequest("Why?", []));
    const last = (await eventsOf(small, job)).at(-1);
    expect(last).toMatchObject({
      type: "failed",
      error: { code: "too-large", memory: { availableBytes: 2_000_000 } },
    });
    expect(small.job(job).error?.memory?.neededBytes).toBeGreaterThan(2_000_000);
    expect(await small.runs()).toEqual([]);
  });
});

describe("cancel", () => {
  test("stops between tokens, and the partial answer can be kept", async () => {
    const job = await workbench.ask(askRequest(arrowQuestion, [arrow]));
    let tokens = 0;
    for await (const { event } of workbench.events(job, 0)) {
      if (event.type === "token" && ++tokens === 2) workbench.cancel(job);
    }
    const last = (await eventsOf(workbench, job)).at(-1);
    expect(last).toMatchObject({ type: "cancelled", maxTokens: 12, canKeep: true });
    const kept = (last as Extract<JobEvent, { type: "cancelled" }>).tokens;
    expect(kept).toBeGreaterThanOrEqual(2);
    expect(kept).toBeLessThan(6);
    const run = await runOf(workbench, await workbench.keepPartial(job));
    const { description } = await workbench.openRun(run);
    expect(description.answer.end - description.answer.start).toBe(kept);
    expect("The arrow points right.".startsWith(description.answerText)).toBe(true);
    expect(description.stopped).toBe(false);
    await expect(workbench.keepPartial(job)).rejects.toMatchObject({ code: "conflict" });
  });

  test("a job that waits never begins", async () => {
    const first = await workbench.ask(askRequest(arrowQuestion, [arrow]));
    const second = await workbench.ask(askRequest(arrowQuestion, [arrow]));
    expect(workbench.cancel(second).state).toBe("cancelled");
    expect((await eventsOf(workbench, second)).at(-1)).toMatchObject({ type: "cancelled", tokens: 0, canKeep: false });
    await runOf(workbench, first);
    expect(workbench.cancel(first).state).toBe("done");
  });
});

describe("edited pictures", () => {
  test("the model is asked about the edit, and the run holds both and the steps", async () => {
    const original = await readFile(demoPicture("arrow-right.png"));
    const turned = await sharp(original).rotate(180).png().toBuffer();
    const stored = await workbench.storePicture({ name: "edit.png", bytes: new Uint8Array(turned) });
    const steps = [{ tool: "fill", box: { left: 1, top: 2, width: 3, height: 4 }, color: "#808080" }] as const;
    const run = await asked(
      workbench,
      askRequest(arrowQuestion, [{ ...arrow, edited: { picture: stored.id, steps } }]),
    );
    const { description, summary } = await workbench.openRun(run);
    expect(description.answerText).toBe("The arrow points left.");
    expect(summary.edits).toBe(1);
    expect(description.images[0]!.edits).toEqual(steps);
    expect(Buffer.from((await workbench.runPicture(run, 0, "original")).bytes).equals(original)).toBe(true);
    const edited = await workbench.runPicture(run, 0, "edited");
    expect(edited.mediaType).toBe("image/png");
    expect(Buffer.from(edited.bytes).equals(turned)).toBe(true);
    const first = await arrowRun();
    await expect(workbench.runPicture(first, 0, "edited")).rejects.toMatchObject({ code: "not-found" });
    expect((await workbench.runPicture(run, 0, "asked")).bytes).toEqual(edited.bytes);
    expect(Buffer.from((await workbench.runPicture(first, 0, "asked")).bytes).equals(original)).toBe(true);

    // What is added later is of the edited picture too.
    await runOf(workbench, await workbench.compute(run, { methods: ["grad-cam"] }));
    const cam = await workbench.tensor(run, "grad-cam");
    const plain = await workbench.compute(first, { methods: ["grad-cam"] });
    await runOf(workbench, plain);
    expect((await workbench.tensor(first, "grad-cam")).data).not.toEqual(cam.data);
  });
});

describe("compute", () => {
  test("adding the other variant gives the bytes of a run that had both from the start", async () => {
    const run = await asked(workbench, askRequest(arrowQuestion, [arrow]));
    const forecast = await workbench.forecast(run, { methods: ["relevancy"], variants: ["reference"] });
    expect(forecast.seconds).toBeGreaterThan(0);
    expect(forecast.bytes).toBeGreaterThan(1_000_000);
    expect(forecast.availableBytes).toBe(2 ** 32);
    const job = await workbench.compute(run, { methods: ["relevancy"], variants: ["reference"] });
    expect(workbench.job(job).run).toBe(run);
    expect(await runOf(workbench, job)).toBe(run);

    const both = await explain(model, questionOf(arrowQuestion, [arrowFile], greedySampling), {
      ...memory,
      methods: [...traceMethods, "relevancy"],
      gradients: { variants: ["exact", "reference"], target: { kind: "logit" }, tokens: "all" },
    });
    expect((await timelessBytes(run)).equals(recordedBytes(both))).toBe(true);
  });

  test("a full recording takes the place of the rows that were there; a reader of the old file is not disturbed", async () => {
    const run = await arrowRun();
    const request = { layers: [0], heads: "all", positions: [3] } as const;
    await expect(workbench.attention(run, request)).rejects.toMatchObject({ code: "not-recorded" });
    const before = workbench.tensor(run, "language.attention.2");
    await runOf(workbench, await workbench.compute(run, { methods: [], record: "full" }));
    expect((await before).dims[1]).toBeLessThan(40);
    const { description, tensors } = await workbench.openRun(run);
    const n = description.tokens.length;
    expect((await workbench.attention(run, request)).dims).toEqual([1, 6, 1, n]);
    expect(description.record).toBe("full");
    expect(Object.keys(description.methods)).toEqual([...traceMethods, "relevancy"]);
    expect(tensors.map(({ name }) => name)).toEqual(expect.arrayContaining(["logits", "relevancy.exact.language"]));
  });

  test("relevancy of another target takes the place of both variants", async () => {
    const run = await arrowRun();
    await runOf(workbench, await workbench.compute(run, { methods: ["relevancy"], variants: ["reference"] }));
    const before = await workbench.tensor(run, "relevancy.exact.language");
    const target = { kind: "contrast", other: "left" } as const;
    await runOf(workbench, await workbench.compute(run, { methods: ["relevancy"], variants: ["exact"], target }));
    const { description, tensors } = await workbench.openRun(run);
    expect(description.methods.relevancy).toMatchObject({ target: "contrast:left", variants: ["exact"] });
    expect(tensors.some(({ name }) => name.startsWith("relevancy.reference"))).toBe(false);
    expect((await workbench.tensor(run, "relevancy.exact.language")).data).not.toEqual(before.data);
  });

  test("adds to runs of the command line: of a raw prompt, and of single tokens", async () => {
    const { conversation, ...rest } = questionOf(arrowQuestion, [arrowFile]);
    const { prompt } = (await workbench.openRun("r-0001")).description;
    const raw = { ...rest, conversation: { ...conversation, messages: null, prompt } };
    await writeRun(
      join(runsFolder, "raw.run.safetensors"),
      await explain(model, raw, {
        ...memory,
        methods: ["relevancy"],
        gradients: { variants: ["exact"], target: { kind: "logit" }, tokens: ["right"] },
      }),
    );
    await runOf(workbench, await workbench.compute("raw", { methods: ["lens"] }));
    await runOf(workbench, await workbench.compute("raw", { methods: ["relevancy"], variants: ["reference"] }));
    const { description, tensors } = await workbench.openRun("raw");
    expect(tensors.map(({ name }) => name)).toContain("lens.ids");
    const tokens = [0, 1, 2, 3, 4, 5];
    expect(description.methods.relevancy).toMatchObject({ variants: ["exact", "reference"], tokens });
    const { data } = await workbench.tensor("raw", "relevancy.exact.language", { start: 0, end: 1 });
    expect(data.some((value) => value !== 0)).toBe(true);
  });

  test("refuses a run of another model, and one that asks for nothing", async () => {
    const run = await arrowRun();
    await expect(workbench.compute(run, { methods: [] })).rejects.toMatchObject({ code: "bad-request" });
    const opened = await openedRunOf(await workbench.runFile(run), run);
    const { description } = opened.run;
    const other = { ...description.model, sha256: { ...description.model.sha256, index: "0".repeat(64) } };
    const tensors = new Map<string, Awaited<ReturnType<typeof opened.run.tensor>>>();
    for (const name of opened.run.tensors.keys()) tensors.set(name, await opened.run.tensor(name));
    await opened.close();
    const { header, chunks } = encodeRun({ ...description, model: other }, tensors);
    await writeFile(join(runsFolder, "other.run.safetensors"), Buffer.concat([header, ...chunks]));
    expect((await workbench.openRun("other")).model).toBeUndefined();
    await expect(workbench.compute("other", { methods: ["lens"] })).rejects.toMatchObject({ code: "not-found" });
    // Before the model is open its files are not known; the job finds out.
    const fresh = await testWorkbench({ runsFolder });
    const last = (await eventsOf(fresh, await fresh.compute("other", { methods: ["lens"] }))).at(-1);
    expect(last).toMatchObject({ type: "failed", error: { code: "bad-input" } });
  });
});

describe("views of a run", () => {
  test("shares of attention sum to 1, and are those of the rows", async () => {
    const run = await arrowRun();
    const { description, sinks } = await workbench.openRun(run);
    const shares = await workbench.shares(run);
    const count = description.answerTokens.length;
    expect(shares.dims).toEqual([count, 6, 6, attentionGroups.length]);
    const positions = [description.answer.start + 1];
    const rows = await workbench.attention(run, { layers: "all", heads: "all", positions });
    const n = description.tokens.length;
    const hidden = new Set(sinks?.map(({ position }) => position));
    for (let row = 0; row < 36; row++) {
      const values = rows.data.subarray(row * n, (row + 1) * n);
      const at = (2 * 36 + row) * attentionGroups.length;
      const found = shares.data.subarray(at, at + attentionGroups.length);
      expect(found.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
      const image = values.reduce(
        (sum, value, i) => sum + (description.tokens[i]!.role === "image" && !hidden.has(i) ? value : 0),
        0,
      );
      expect(found[attentionGroups.indexOf("image")]).toBeCloseTo(image, 5);
    }
  });

  test("exports, and shows what the model receives", async () => {
    const run = await arrowRun();
    const csv = await workbench.exportRun(run, { format: "csv", selection: { method: "rollout", token: "right" } });
    expect(csv.name).toMatch(new RegExp(`^${run}\\..*csv$`));
    expect(new TextDecoder().decode(csv.bytes).split("\n").length).toBeGreaterThan(190);
    await expect(workbench.exportRun(run, { format: "csv", selection: { method: "lrp" } })).rejects.toMatchObject({
      code: "bad-request",
    });
    await expect(workbench.tensor(run, "grad-cam")).rejects.toMatchObject({ code: "not-recorded" });

    const request = { model: "demo", picture: arrow.original, fit: "default" } as const;
    const { runImage } = { runImage: (await workbench.openRun(run)).description.images[0]! };
    const input = await workbench.modelInput(request);
    expect(input).toMatchObject({ grids: runImage.grids, patches: 196, paddingPatches: 0 });
    const png = await sharp(await workbench.modelInputPicture(request)).metadata();
    expect({ width: png.width, height: png.height }).toEqual(input.input);
    const wide = await sharp({ create: { width: 200, height: 100, channels: 3, background: "#00f" } })
      .png()
      .toBuffer();
    const { id: picture } = await workbench.storePicture({ name: "wide.png", bytes: new Uint8Array(wide) });
    const padded = await workbench.modelInput({ model: "demo", picture, fit: "pad" });
    expect(padded.steps[0]).toBe("pad to 200 x 200 with the mean color");
    // A quarter of the height above, and a quarter below: 3 whole rows of 14 each.
    expect(padded.paddingPatches).toBe(6 * 14);
  });
});

describe("measurements and causal graphs of a run", () => {
  const measure = {
    kind: "verify",
    token: 4,
    evidence: { kind: "heads", heads: [{ layer: 5, head: 4 }] },
    source: { kind: "selection" },
    fill: "mean",
    confirm: [],
    score: "log-probability",
    nulls: ["shifted"],
    sets: 20,
    seed: 0,
    minimal: false,
  } as const;

  test("are added to the run, an older one of the same request replaced", async () => {
    const run = await arrowRun();
    const request = { methods: [], measure } as const;
    const before = await workbench.forecast(run, request);
    expect(before.seconds).toBeGreaterThan(0);
    for (let time = 0; time < 2; time++) {
      const events = await eventsOf(workbench, await workbench.compute(run, request));
      expect(events.at(-1)).toEqual({ type: "done", run });
      const steps = events.flatMap((event) =>
        event.type === "stage" && event.stage === "measure" ? [event.done] : [],
      );
      expect(steps).toEqual([...steps].sort((a, b) => a - b));
    }
    const { description } = await workbench.openRun(run);
    expect(description.measures).toHaveLength(1);
    expect(description.measures![0]).toMatchObject({
      request: measure,
      parts: [{ kind: "heads", tests: { length: 2 } }],
    });
    await expect(workbench.compute(run, { methods: ["lens"], measure })).rejects.toThrow("one after the other");
    const heads = { kind: "heads", heads: [{ layer: 99, head: 0 }] } as const;
    const wrong: [MeasureRequest, string][] = [
      [{ ...measure, token: 60 }, "The answer has tokens 0 to 5, got 60."],
      [{ kind: "curves", token: 60, over: "patches", methods: ["attention"], fill: "mean", seed: 0 }, "got 60."],
      [{ ...measure, evidence: { kind: "tokens", positions: [99_999] } }, "got 99999."],
      [{ kind: "place", token: 0, positions: [99_999], fill: "mean", seed: 0 }, "got 99999."],
      [{ ...measure, evidence: heads }, "The model has layers 0 to 5, got 99."],
      [
        {
          ...defaultCausalSettings,
          kind: "picture-noise",
          token: 0,
          layer: 0,
          head: 99,
          deviation: 1,
          repeats: 2,
          seed: 0,
        },
        "The model has heads 0 to 5, got 99.",
      ],
    ];
    // Found out before a job is made of them.
    for (const [request, message] of wrong) {
      const given = { methods: [], measure: request };
      for (const asked of [workbench.forecast(run, given), workbench.compute(run, given)]) {
        const error = await asked.catch((thrown: unknown) => thrown);
        expect(error).toMatchObject({ code: "bad-request", message: expect.stringContaining(message) as string });
      }
    }

    const query = { ...defaultCausalSettings, token: 4, layer: 5, head: 4 };
    const graph = await workbench.causes(run, query);
    expect(graph.target).toBe(description.answer.start + 3);
    expect((await workbench.headImportance(run, query)).image).toHaveLength(6);
    expect(await workbench.stability(run, { ...query, over: "settings" })).toMatchObject({ count: 30 });
    await expect(workbench.causes(run, { ...query, layer: 1 })).rejects.toMatchObject({ code: "not-recorded" });
    await expect(workbench.causes(run, { ...query, head: 6 })).rejects.toMatchObject({ code: "bad-request" });
  });
});
