/** @file A workbench of made-up data, for tests of the server alone: it remembers what it was asked. */
import { floatTensor, type Tensor } from "../../src/tensor/tensor.ts";
import { ProblemError } from "../../src/problem/problem.ts";
import type { JobEvent, JobSummary, NumberedEvent } from "../../src/workbench/jobs/types.ts";
import type { RunSummary } from "../../src/findings/run-document.ts";
import type { Workbench } from "../../src/workbench/workbench.ts";

export interface FakeWorkbench extends Workbench {
  /** Names of the methods that were called, each with its arguments. */
  readonly calls: [string, ...unknown[]][];
  /** Adds an event to the job "job-1", which runs until it is given one that ends it. */
  emit(event: JobEvent): void;
  /** Readers of events that are there now. */
  readers(): number;
}

export const fakeLimits = { pictureBytes: 1000, runBytes: 5000, pictureSampleBytes: 3_000_000 } as const;

export const fakeSummary: RunSummary = {
  id: "r-1",
  name: "",
  question: "Which way?",
  answer: "Right.",
  turns: 1,
  pictures: 1,
  edits: 0,
  probability: 0.9,
  model: "demo",
  created: "2026-01-01T00:00:00.000Z",
  durationMs: 5,
  fileBytes: 10,
};

const ends = ["done", "failed", "cancelled"];

/** A workbench with one job and one run. `parts` takes the place of single methods. */
export function fakeWorkbench(parts: Partial<Workbench> = {}): FakeWorkbench {
  const calls: [string, ...unknown[]][] = [];
  const events: NumberedEvent[] = [];
  const waiting = new Set<() => void>();
  let readers = 0;

  const job = (id: string): JobSummary => {
    if (id !== "job-1") throw new ProblemError("not-found", `There is no job ${JSON.stringify(id)}.`);
    const last = events.at(-1)?.event.type ?? "running";
    const state = last === "done" || last === "failed" || last === "cancelled" ? last : "running";
    return { id, kind: "ask", state, model: "demo", queued: 0, question: "Which way?" };
  };

  async function* eventsOf(_id: string, after: number, signal?: AbortSignal): AsyncGenerator<NumberedEvent> {
    readers++;
    try {
      for (let next = after; ;) {
        while (next < events.length) {
          const event = events[next++]!;
          yield event;
          if (ends.includes(event.event.type)) return;
        }
        if (signal?.aborted === true || ends.includes(events.at(-1)?.event.type ?? "")) return;
        await new Promise<void>((resolve) => {
          const wake = (): void => {
            waiting.delete(wake);
            resolve();
          };
          waiting.add(wake);
          signal?.addEventListener("abort", wake, { once: true });
        });
      }
    } finally {
      readers--;
    }
  }

  const picture = { name: "arrow.png", mediaType: "image/png", bytes: new Uint8Array([1, 2, 3]) };
  const run = (id: string): void => {
    if (id !== "r-1") throw new ProblemError("not-found", `There is no run ${JSON.stringify(id)}.`);
  };
  const tensor = floatTensor([2, 3], new Float32Array([1, -2, 0.5, 3, 4, 5]));
  const workbench: Workbench = {
    withoutFolders: (message) => message,
    status: () => ({
      version: "0",
      instance: "i",
      device: "CPU",
      memory: { usedBytes: 1, totalBytes: 2 },
      limits: fakeLimits,
    }),
    models: () => Promise.resolve({ models: [], folders: [] }),
    loadModel: () => Promise.resolve("job-1"),
    checkModel: ({ model }) => {
      calls.push(["checkModel", model]);
      const unknown = { architecture: null, parameters: null, weightBytes: null, availableBytes: null };
      const found = { ...unknown, needs: [], answerTokens: null, warnings: [] };
      return Promise.resolve({ ...found, model, isHere: true, runs: true, problem: null });
    },
    examples: () => Promise.resolve([]),
    examplePicture: () => Promise.resolve(picture),
    storePicture: ({ name }) => Promise.resolve({ id: "p-1", name, mediaType: "image/png", width: 1, height: 1 }),
    picture: () => Promise.resolve(picture),
    modelInput: ({ fit }) =>
      Promise.resolve({
        fit,
        fits: [fit],
        original: { width: 1, height: 1 },
        input: { width: 1, height: 1 },
        grids: [],
        views: [],
        windows: [],
        towerPatches: null,
        steps: [],
        patches: 1,
        paddingPatches: 0,
      }),
    modelInputPicture: () => Promise.resolve(picture.bytes),
    ask: () => Promise.resolve("job-1"),
    compute: () => Promise.resolve("job-1"),
    forecast: () => Promise.resolve({ seconds: 1, bytes: 1, availableBytes: 2 }),
    jobs: () => [job("job-1")],
    job,
    events: eventsOf,
    cancel: job,
    keepPartial: () => Promise.reject(new ProblemError("conflict", "The job has nothing to keep.")),
    runs: () => Promise.resolve([fakeSummary]),
    openRun: (id) => {
      run(id);
      return Promise.reject(new Error("No run is opened here."));
    },
    tensor: (id, name): Promise<Tensor> => {
      run(id);
      if (name === "none") throw new ProblemError("not-recorded", 'The run has no tensor "none".');
      return Promise.resolve(tensor);
    },
    attention: (id) => {
      run(id);
      return Promise.resolve(tensor);
    },
    shares: () => Promise.resolve(tensor),
    causes: (_, query) =>
      Promise.resolve({
        ...query,
        target: 5,
        nodes: [2, 5],
        marks: [0, 2, 1, 0],
        tree: { position: 5, children: [{ position: 2, children: [] }] },
        radiusSets: [[2]],
        explanation: [2],
        testsBySize: [1],
        conflicts: 0,
        degenerate: 0,
        leftOut: { image: 0, text: 0 },
      }),
    headImportance: (_, query) => Promise.resolve({ ...query, image: [0.5, 2], text: [2, 0.5] }),
    stability: (_, { over, ...query }) =>
      Promise.resolve({
        query,
        over,
        count: 2,
        settings: ["alpha 1e-5", "alpha 1e-4"],
        edges: [{ a: 2, b: 5, count: 1 }],
        explaining: [{ position: 2, count: 1 }],
      }),
    runPicture: () => Promise.resolve(picture),
    runFile: () => Promise.reject(new ProblemError("not-found", "There is no run file here.")),
    importRun: async ({ body }) => {
      for await (const chunk of body) calls.push(["chunk", chunk.byteLength]);
      return fakeSummary;
    },
    renameRun: (_, name) => Promise.resolve({ ...fakeSummary, name }),
    deleteRun: (id) => {
      run(id);
      return Promise.resolve();
    },
    restoreRun: () => Promise.resolve(fakeSummary),
    exportRun: (_, { format }) =>
      Promise.resolve({ name: `r-1.${format}`, mediaType: "text/csv", bytes: new Uint8Array([65]) }),
    close: () => Promise.resolve(),
    ...parts,
  };

  const recorded = Object.fromEntries(
    Object.entries(workbench as unknown as Record<string, (...given: unknown[]) => unknown>).map(([name, method]) => [
      name,
      (...given: unknown[]) => {
        calls.push([name, ...given]);
        return method(...given);
      },
    ]),
  ) as unknown as Workbench;
  return {
    ...recorded,
    // Asked for each answer that is an error, so that it says nothing about the request.
    withoutFolders: (message) => message,
    calls,
    emit: (event) => {
      events.push({ id: events.length + 1, event });
      for (const wake of [...waiting]) wake();
    },
    readers: () => readers,
  };
}
