/** @file Workbenches over folders of their own, and what tests do with them again and again. */
import { readFile } from "node:fs/promises";
import { afterAll } from "vitest";
import type { JobEvent } from "../../src/workbench/jobs/types.ts";
import { openWorkbench, type Workbench, type WorkbenchOptions } from "../../src/workbench/workbench.ts";
import type { AskPicture, AskRequest } from "../../src/workbench/jobs/asked-question.ts";
import { demoPicture, greedySampling } from "./demo-question.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const opened: Workbench[] = [];
afterAll(async () => {
  await Promise.all(opened.map((workbench) => workbench.close()));
});

/** A workbench whose folders are empty; it is closed after the tests. */
export async function testWorkbench(options: Partial<WorkbenchOptions> = {}): Promise<Workbench> {
  const workbench = await openWorkbench({
    runsFolder: temporaryFolder(),
    cacheFolder: temporaryFolder(),
    hubCacheFolder: temporaryFolder(),
    maxMemoryBytes: 2 ** 32,
    ...options,
  });
  opened.push(workbench);
  return workbench;
}

/** Stores a picture of the demo, and names it as a question does. */
export async function demoAskPicture(workbench: Workbench, file: string): Promise<AskPicture> {
  const bytes = new Uint8Array(await readFile(demoPicture(file)));
  return { original: (await workbench.storePicture({ name: file, bytes })).id };
}

/** A question of one turn to the demo model. */
export function askRequest(
  question: string,
  pictures: readonly AskPicture[],
  more: Partial<AskRequest> = {},
): AskRequest {
  const parts = [...pictures.map(() => ({ type: "image" }) as const), { type: "text", text: question } as const];
  return {
    model: "demo",
    messages: [{ role: "user", content: parts }],
    pictures,
    fit: "default",
    sampling: greedySampling,
    ...more,
  };
}

/** The events of a job from the first to the last. */
export async function eventsOf(workbench: Workbench, job: string, after = 0): Promise<JobEvent[]> {
  const events: JobEvent[] = [];
  for await (const { event } of workbench.events(job, after)) events.push(event);
  return events;
}

/** Waits for a job that ends well; returns its run. */
export async function runOf(workbench: Workbench, job: string): Promise<string> {
  const last = (await eventsOf(workbench, job)).at(-1);
  if (last?.type !== "done" || last.run === undefined) throw new Error(`the job ended with ${JSON.stringify(last)}`);
  return last.run;
}

/** Asks, and waits for the run. */
export async function asked(workbench: Workbench, request: AskRequest): Promise<string> {
  return runOf(workbench, await workbench.ask(request));
}

/** The bytes of a run's file. */
export async function runBytes(workbench: Workbench, run: string): Promise<Uint8Array<ArrayBuffer>> {
  const { handle } = await workbench.runFile(run);
  try {
    return new Uint8Array(await handle.readFile());
  } finally {
    await handle.close();
  }
}
