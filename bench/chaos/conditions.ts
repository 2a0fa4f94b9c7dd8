/** @file Disks that are full or cannot be written to, and two servers on one folder. */
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RunSummary } from "../../src/findings/run-document.ts";
import { sentenceFault } from "../fuzz/outcome.ts";
import {
  demoAsk,
  ProblemAnswer,
  runJob,
  startServerProcess,
  storeDemoPicture,
  type ProcessFolders,
  type ServerProcess,
} from "../server-process.ts";
import { checkLibrary, readLibrary } from "./library.ts";

export interface ConditionResult {
  readonly condition: string;
  /** What was tried. */
  readonly steps: number;
  readonly faults: readonly string[];
  /** Why it could not be tried here. */
  readonly skipped?: string;
}

/** Counts what is tried, and what is wrong with how it went. */
interface Trial {
  readonly faults: string[];
  steps: number;
}

/** Does something that must fail with a sentence, or must not fail. */
async function step(
  trial: Trial,
  name: string,
  { work, mustFail }: { work: () => Promise<unknown>; mustFail: boolean | undefined },
): Promise<void> {
  trial.steps += 1;
  try {
    await work();
    if (mustFail === true) trial.faults.push(`${name}: it should have failed`);
  } catch (error) {
    const { message } = error as Error;
    const wrong = sentenceFault(message);
    if (mustFail === false) trial.faults.push(`${name}: it failed: ${message}`);
    if (wrong !== undefined) trial.faults.push(`${name}: the message ${wrong}: ${message}`);
    if (error instanceof ProblemAnswer && message.includes("/lvlm-interpret-chaos")) {
      trial.faults.push(`${name}: the answer names a folder: ${message}`);
    }
  }
}

/** Mounts a disk in memory; undefined if that is not allowed. */
function mountDisk(folder: string, megabytes: number): (() => void) | undefined {
  mkdirSync(folder, { recursive: true });
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "none", folder], { stdio: "ignore" });
  } catch {
    return undefined;
  }
  return () => execFileSync("umount", ["-l", folder], { stdio: "ignore" });
}

const notAllowed = "mounting a disk in memory is not allowed here";

interface Prepared {
  readonly server: ServerProcess;
  readonly picture: string;
}

async function start(folders: ProcessFolders): Promise<Prepared> {
  const server = await startServerProcess({ folders });
  return { server, picture: await storeDemoPicture(server) };
}

const ask = async ({ server, picture }: Prepared): Promise<string> =>
  (await runJob(server, "/api/ask", demoAsk(picture))).run!;

async function runsOf({ server }: Prepared): Promise<RunSummary[]> {
  return (await server.request("GET", "/api/runs")) as RunSummary[];
}

async function fullDisk(folder: string): Promise<ConditionResult> {
  const condition = "full disk";
  const disk = join(folder, "full");
  const unmount = mountDisk(disk, 24);
  if (unmount === undefined) return { condition, steps: 0, faults: [], skipped: notAllowed };
  const trial: Trial = { faults: [], steps: 0 };
  const folders = { runs: join(disk, "runs"), cache: join(folder, "cache"), hub: join(folder, "hub") };
  try {
    const prepared = await start(folders);
    const { server } = prepared;
    const run = await ask(prepared);
    const fill = join(disk, "fill");
    const { bavail, bsize } = statfsSync(disk);
    writeFileSync(fill, new Uint8Array(Math.max(0, bavail * bsize - 8192)));
    const before = readLibrary(folders.runs);
    await step(trial, "ask", { work: () => ask(prepared), mustFail: true });
    await step(trial, "compute", {
      work: () => runJob(server, `/api/runs/${run}/compute`, { methods: ["lens", "grad-cam"] }),
      mustFail: true,
    });
    await step(trial, "rename", {
      work: () => server.request("PATCH", `/api/runs/${run}`, { name: "x" }),
      mustFail: true,
    });
    await step(trial, "list", { work: () => runsOf(prepared), mustFail: false });
    trial.faults.push(...(await checkLibrary(server, folders.runs, { before })));
    await step(trial, "delete", { work: () => server.request("DELETE", `/api/runs/${run}`), mustFail: false });
    await step(trial, "undo", { work: () => server.request("POST", `/api/runs/${run}/restore`), mustFail: false });
    rmSync(fill);
    await step(trial, "ask when there is room again", { work: () => ask(prepared), mustFail: false });
    await server.stop();
  } finally {
    unmount();
  }
  return { condition, ...trial };
}

async function fullCache(folder: string): Promise<ConditionResult> {
  const condition = "full disk for widened weights";
  const disk = join(folder, "full-cache");
  const unmount = mountDisk(disk, 4);
  if (unmount === undefined) return { condition, steps: 0, faults: [], skipped: notAllowed };
  const trial: Trial = { faults: [], steps: 0 };
  const folders = { runs: join(folder, "full-cache-runs"), cache: join(disk, "cache"), hub: join(folder, "hub") };
  try {
    const prepared = await start(folders);
    // Weights are used as they are stored if there is no room.
    await step(trial, "ask", { work: () => ask(prepared), mustFail: false });
    await step(trial, "f32", {
      work: () => runJob(prepared.server, "/api/models/load", { model: "demo", precision: "f32" }),
      mustFail: true,
    });
    await step(trial, "ask again", { work: () => ask(prepared), mustFail: undefined });
    await step(trial, "list", { work: () => runsOf(prepared), mustFail: false });
    await prepared.server.stop();
  } finally {
    unmount();
  }
  return { condition, ...trial };
}

async function readOnlyFolder(folder: string): Promise<ConditionResult> {
  const condition = "folder that cannot be written to";
  const disk = join(folder, "read-only");
  const unmount = mountDisk(disk, 32);
  if (unmount === undefined) return { condition, steps: 0, faults: [], skipped: notAllowed };
  const trial: Trial = { faults: [], steps: 0 };
  const folders = { runs: join(disk, "runs"), cache: join(folder, "cache"), hub: join(folder, "hub") };
  const remount = (mode: "ro" | "rw"): void =>
    void execFileSync("mount", ["-o", `remount,${mode}`, disk], { stdio: "ignore" });
  try {
    const first = await start(folders);
    const run = await ask(first);
    await first.server.stop();
    const before = readLibrary(folders.runs);
    remount("ro");
    const prepared = await start(folders);
    const { server } = prepared;
    await step(trial, "list", { work: () => runsOf(prepared), mustFail: false });
    await step(trial, "open", { work: () => server.request("GET", `/api/runs/${run}`), mustFail: false });
    await step(trial, "ask", { work: () => ask(prepared), mustFail: true });
    await step(trial, "rename", {
      work: () => server.request("PATCH", `/api/runs/${run}`, { name: "x" }),
      mustFail: true,
    });
    await step(trial, "delete", { work: () => server.request("DELETE", `/api/runs/${run}`), mustFail: true });
    await step(trial, "import", {
      work: () => server.request("PUT", "/api/runs?name=b.run.safetensors", new Uint8Array([1])),
      mustFail: true,
    });
    trial.faults.push(...(await checkLibrary(server, folders.runs, { before })));
    remount("rw");
    await step(trial, "ask when it can be written to again", { work: () => ask(prepared), mustFail: false });
    await server.stop();
  } finally {
    unmount();
  }
  return { condition, ...trial };
}

/** What two servers do at the same time. Both may be told that a run is gone, but nothing else may fail. */
async function twoServers(folder: string): Promise<ConditionResult> {
  const trial: Trial = { faults: [], steps: 0 };
  const folders = { runs: join(folder, "two-servers"), cache: join(folder, "cache"), hub: join(folder, "hub") };
  const both = [await start(folders), await start(folders)] as const;
  const rounds = 10;
  const made: string[] = [];
  for (let round = 0; round < rounds; round++) {
    const asked = both.map((prepared) => ({ work: async () => made.push(await ask(prepared)), mustFail: false }));
    await Promise.all(asked.map((work) => step(trial, "ask at the same time", work)));
    const run = made.at(-1)!;
    const tolerated = async (work: Promise<unknown>): Promise<void> => {
      await work.catch((error: unknown) => {
        if (!(error instanceof ProblemAnswer) || error.status >= 500) throw error;
      });
    };
    const rename = (i: 0 | 1): Promise<void> =>
      tolerated(both[i].server.request("PATCH", `/api/runs/${run}`, { name: `by ${i}` }));
    const remove = (i: 0 | 1): Promise<void> => tolerated(both[i].server.request("DELETE", `/api/runs/${run}`));
    const restore = (i: 0 | 1): Promise<void> => tolerated(both[i].server.request("POST", `/api/runs/${run}/restore`));
    const work = round % 2 === 0 ? [() => rename(0), () => rename(1)] : [() => remove(0), () => remove(1)];
    await Promise.all(
      work.map((each) => step(trial, round % 2 === 0 ? "rename" : "delete", { work: each, mustFail: false })),
    );
    if (round % 2 === 1) {
      await Promise.all(([0, 1] as const).map((i) => step(trial, "undo", { work: () => restore(i), mustFail: false })));
    }
  }
  if (new Set(made).size !== 2 * rounds) trial.faults.push("two runs got the same id");
  const before = readLibrary(folders.runs);
  if (before.size !== 2 * rounds) trial.faults.push(`${2 * rounds - before.size} of ${2 * rounds} runs are lost`);
  await both[0].server.kill();
  await both[1].server.kill();
  const third = await startServerProcess({ folders });
  trial.faults.push(...(await checkLibrary(third, folders.runs, { before })));
  await third.stop();
  return { condition: "two servers on one folder", ...trial };
}

/** Every condition, each in folders of its own below the one given. */
export const conditions = [fullDisk, fullCache, readOnlyFolder, twoServers] as const;
