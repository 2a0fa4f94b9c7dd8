/** @file Runs stretches of inputs in processes of their own, watches them, and goes on behind an input that ended or froze one. */
import { fork, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { noCounts, type Counts, type FaultGroup, type Stretch } from "./run-inputs.ts";
import type { Measured, WorkerMessage, WorkerOrder } from "./worker.ts";

/** An input that needs longer is frozen. Machines are busy, so that this is far more than any input takes. */
const frozenMs = 60_000;

const heapMegabytes = 1500;

/** How a process ended: by itself when all was done, by itself before, or because it was frozen. */
type End = "done" | "ended" | "frozen";

interface Watched {
  readonly end: End;
  /** What a process that ended wrote last. */
  readonly errorText: string;
  /** The input that it was at. */
  readonly index: number | undefined;
}

function placeIn(path: string): number | undefined {
  try {
    const bytes = readFileSync(path);
    return bytes.length < 4 ? undefined : bytes.readUInt32LE();
  } catch {
    return undefined;
  }
}

function startWorker(order: WorkerOrder): ChildProcess {
  return fork(join(import.meta.dirname, "worker.ts"), [JSON.stringify(order)], {
    execArgv: ["--import", "tsx", `--max-old-space-size=${heapMegabytes}`],
    serialization: "advanced",
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    env: { ...process.env, NODE_ENV: "production" },
  });
}

/** Resolves when the process has ended; it is killed if it stays at one input for too long. */
async function watch(order: WorkerOrder, onMessage: (message: WorkerMessage) => void): Promise<Watched> {
  const child = startWorker(order);
  let errorText = "";
  let end: End = "ended";
  child.stderr?.on("data", (chunk: Buffer) => (errorText = (errorText + chunk.toString()).slice(-2000)));
  child.on("message", (message) => onMessage(message as WorkerMessage));
  let place: number | undefined;
  let since = Date.now();
  const timer = setInterval(() => {
    const now = placeIn(order.placeFile);
    if (now !== place) since = Date.now();
    place = now;
    if (Date.now() - since < frozenMs) return;
    end = "frozen";
    child.kill("SIGKILL");
  }, 500);
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  clearInterval(timer);
  if (code === 0) end = "done";
  return { end, errorText, index: placeIn(order.placeFile) };
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "lvlm-interpret-fuzz-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function lostProcess({ end, errorText, index }: Watched): FaultGroup {
  const message =
    errorText
      .trim()
      .split("\n")
      .find((line) => /error|fatal/i.test(line)) ?? errorText.trim().slice(0, 300);
  const fault = end === "frozen" ? `does not end within ${frozenMs / 1000} s` : "ends the process";
  return { fault, message, index: index ?? -1, count: 1 };
}

/** Tries all inputs of a stretch, whatever they do to a process. */
export async function superviseStretch(stretch: Stretch, onCounts: (counts: Counts) => void): Promise<void> {
  const skip = [...stretch.skip];
  let next = stretch.from;
  const end = stretch.from + stretch.count;
  while (next < end) {
    const watched = await inFolder((folder) => {
      const order = { ...stretch, from: next, count: end - next, skip, folder, measure: false };
      return watch({ ...order, placeFile: `${folder}.place` }, (message) => {
        if (message.type !== "counts") return;
        next = message.next;
        onCounts(message.counts);
      }).finally(() => rmSync(`${folder}.place`, { force: true }));
    });
    if (watched.end === "done") return;
    const fault = lostProcess(watched);
    if (watched.index === undefined) throw new Error(`A process for ${stretch.kind} does not start: ${fault.message}`);
    onCounts({ ...noCounts, inputs: 1, faults: [fault] });
    skip.push(watched.index);
  }
}

/** Processor time and memory of one input in a process of its own. Undefined if it ends or freezes that process. */
export async function measureInput(place: Pick<Stretch, "seed" | "kind" | "from">): Promise<Measured | undefined> {
  return inFolder(async (folder) => {
    let measured: Measured | undefined;
    const order = { ...place, count: 1, skip: [], folder, placeFile: `${folder}.place`, measure: true };
    await watch(order, (message) => {
      if (message.type === "measured") ({ measured } = message);
    });
    rmSync(order.placeFile, { force: true });
    return measured;
  });
}
