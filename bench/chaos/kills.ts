/** @file Kills the program in the middle of its operations, starts it again, and looks at what is left. */
import { once } from "node:events";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runFileEnding } from "../../src/run/run-id.ts";
import { seededRandom } from "../../src/tensor/random.ts";
import {
  demoAsk,
  runJob,
  startServerProcess,
  storeDemoPicture,
  type ProcessFolders,
  type ServerProcess,
} from "../server-process.ts";
import type { ImitatedHub } from "./imitated-hub.ts";
import { checkLibrary, halfFiles, readLibrary, type Expected } from "./library.ts";
import { commandProblem, operations, startCommand, type Operation, type Said, type Target } from "./operations.ts";

export interface KillResult {
  readonly operation: string;
  readonly index: number;
  /** Whether the program had said that it was done before it was killed. */
  readonly wasDone: boolean;
  readonly faults: readonly string[];
}

export interface KillOptions {
  readonly kills: number;
  readonly from: number;
  readonly seed: number;
  readonly folder: string;
  readonly hub: ImitatedHub;
  readonly onResult: (result: KillResult) => void;
}

/** Finished runs that the folder holds at least and at most before a kill. */
const fewestRuns = 4;
const mostRuns = 9;

async function sleep(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Fills up and thins out the folder, so that there is always something to lose and never much to read. */
async function balance(server: ServerProcess, folders: ProcessFolders, spare: Uint8Array): Promise<void> {
  const ids = [...readLibrary(folders.runs).keys()];
  for (const id of ids.slice(mostRuns)) await server.request("DELETE", `/api/runs/${id}`);
  if (ids.includes("taken")) await server.request("DELETE", "/api/runs/taken");
  for (let i = ids.length; i < fewestRuns; i++) {
    // Each is another file, since the same one is not taken in twice.
    const { id } = (await server.request("PUT", `/api/runs?name=spare-${Date.now()}-${i}${runFileEnding}`, spare)) as {
      id: string;
    };
    await server.request("PATCH", `/api/runs/${id}`, { name: `spare ${i}` });
  }
}

interface Attempt {
  readonly said: Said;
  readonly wasDone: boolean;
  readonly before: Expected["before"];
}

/** Begins an operation and kills it after a while. */
async function killDuring(
  operation: Operation,
  server: ServerProcess,
  { target, delay }: { target: Target; delay: number },
): Promise<Attempt> {
  let said: Said | undefined;
  if (operation.by === "server") {
    const prepared = await operation.prepare?.(server, target);
    const before = readLibrary(target.folders.runs);
    // What fails, fails because of the kill; what is wrong then shows afterwards.
    const work = operation.work(server, target, prepared).then(
      (now) => (said = now),
      () => undefined,
    );
    await Promise.race([sleep(delay), work.then(() => sleep(Math.min(delay, 50)))]);
    await server.kill();
    await work;
    return { said: said ?? {}, wasDone: said !== undefined, before };
  }
  operation.prepare?.(target);
  const before = readLibrary(target.folders.runs);
  const child = startCommand(operation, target);
  const ended = once(child, "close");
  await Promise.race([sleep(delay), ended]);
  child.kill("SIGKILL");
  await ended;
  await server.kill();
  return { said: {}, wasDone: child.exitCode === 0, before };
}

/** How long each operation takes when nobody kills it, in milliseconds. */
async function measure(server: ServerProcess, targetOf: () => Target): Promise<Map<string, number>> {
  const times = new Map<string, number>();
  for (const operation of operations) {
    const target = targetOf();
    if (operation.by === "server") {
      const prepared = await operation.prepare?.(server, target);
      const start = performance.now();
      await operation.work(server, target, prepared);
      times.set(operation.name, performance.now() - start);
    } else {
      operation.prepare?.(target);
      const start = performance.now();
      const problem = await commandProblem(operation, target);
      if (problem !== undefined) throw new Error(`${operation.name}: ${problem}`);
      times.set(operation.name, performance.now() - start);
    }
  }
  return times;
}

/** Kills as often as it is told, one operation after the other. The numbers follow from the seed; what the kill meets does not. */
export async function runKills({ kills, from, seed, folder, hub, onResult }: KillOptions): Promise<void> {
  const folders: ProcessFolders = {
    runs: join(folder, "runs"),
    cache: join(folder, "cache"),
    hub: join(folder, "hub"),
  };
  mkdirSync(folders.runs, { recursive: true });
  let server = await startServerProcess({ folders });
  const picture = await storeDemoPicture(server);
  const { run: first } = await runJob(server, "/api/ask", { ...demoAsk(picture), record: "full" });
  const spare = new Uint8Array(readFileSync(join(folders.runs, first! + runFileEnding)));
  await balance(server, folders, spare);
  const ids = (): string[] => [...readLibrary(folders.runs).keys()];
  const times = await measure(server, () => ({
    run: ids().find((id) => id !== "taken" && id !== "explained")!,
    folders,
    hub,
  }));

  for (let index = from; index < from + kills; index++) {
    const random = seededRandom(seed * 1_000_003 + index);
    const operation = operations[index % operations.length]!;
    await balance(server, folders, spare);
    const there = ids().filter((id) => id !== "taken" && id !== "explained");
    const target: Target = { run: there[Math.floor(random() * there.length)]!, folders, hub };
    const delay = random() * 1.1 * times.get(operation.name)!;
    const halfBefore = halfFiles(folders.runs);
    const { said, wasDone, before } = await killDuring(operation, server, { target, delay });
    server = await startServerProcess({ folders });
    const faults = await checkLibrary(server, folders.runs, {
      before,
      halfBefore,
      ...operation.touches(target),
      ...said,
    });
    if (operation.by === "command") {
      const problem = await commandProblem(operation, target);
      faults.push(...(problem === undefined ? (operation.check?.(target) ?? []) : [problem]));
    }
    onResult({ operation: operation.name, index, wasDone, faults });
  }
  await server.stop();
}
