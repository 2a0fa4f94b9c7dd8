/** @file The built server as a process of its own, and requests to it, for the programs that kill it or ask it much. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { JobSummary } from "../src/workbench/jobs/types.ts";
import type { AskRequest } from "../src/workbench/jobs/asked-question.ts";

const root = join(import.meta.dirname, "..");

export const program = join(root, "dist/cli/main.js");
export const demoCheckpointFolder = join(root, "demo/checkpoint");
export const demoPicture = join(root, "demo/examples/arrow-right.png");
export const demoQuestion = "Which way does the arrow point?";

/** The folders that a process may write to. */
export interface ProcessFolders {
  readonly runs: string;
  readonly cache: string;
  readonly hub: string;
}

/** The environment of a process that has these folders and no others. */
export function environmentOf({ cache, hub }: ProcessFolders): NodeJS.ProcessEnv {
  return {
    ...process.env,
    LVLM_INTERPRET_CACHE: cache,
    HF_HUB_CACHE: hub,
    LVLM_INTERPRET_DEBUG: "",
    HF_TOKEN: "",
    CI: "1",
  };
}

/** An answer of status 400 and above. */
export class ProblemAnswer extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export interface ServerProcess {
  readonly child: ChildProcess;
  readonly url: string;
  /** The JSON of an answer, undefined without a body. Throws a ProblemAnswer. */
  readonly request: (method: string, path: string, body?: unknown) => Promise<unknown>;
  /** Waits for a job to end; returns its summary. */
  finished(job: string): Promise<JobSummary>;
  /** SIGKILL, and waits for the end. */
  kill(): Promise<void>;
  /** SIGTERM, and waits for the end; returns the exit code. */
  stop(): Promise<number | null>;
}

export interface StartOptions {
  readonly folders: ProcessFolders;
  /** Arguments of Node before the program. */
  readonly nodeArguments?: readonly string[];
}

let nextPort = 20_000 + (process.pid % 20_000);

/** Starts the server and waits until it says its address. Throws what it wrote if it ends before. */
export async function startServerProcess({ folders, nodeArguments = [] }: StartOptions): Promise<ServerProcess> {
  if (!existsSync(program)) throw new Error("dist/cli/main.js is missing; run npm run build first.");
  const args = [...nodeArguments, program, "serve", "--no-open", "--port", String(nextPort++), "--runs", folders.runs];
  const child = spawn(process.execPath, args, {
    env: environmentOf(folders),
    stdio: ["ignore", "pipe", "pipe", ...(nodeArguments.length > 0 ? (["ipc"] as const) : [])],
  });
  let written = "";
  const url = await new Promise<string>((resolve, reject) => {
    const onText = (chunk: Buffer): void => {
      written += chunk.toString();
      const found = /http:\/\/\S+/.exec(written)?.[0];
      if (found !== undefined && written.includes("Ctrl+C")) resolve(found);
    };
    child.stdout!.on("data", onText);
    child.stderr!.on("data", onText);
    child.once("close", () => reject(new Error(`The server ended: ${written.trim()}`)));
  });
  const request: ServerProcess["request"] = async (method, path, body) => {
    const isBytes = body instanceof Uint8Array;
    const response = await fetch(new URL(path, url), {
      method,
      ...(body === undefined ? {} : { body: isBytes ? new Uint8Array(body) : JSON.stringify(body) }),
      ...(body === undefined || isBytes ? {} : { headers: { "content-type": "application/json" } }),
    });
    const text = await response.text();
    if (!response.ok) {
      const problem = /"message":"((?:[^"\\]|\\.)*)"/.exec(text)?.[1];
      throw new ProblemAnswer(response.status, problem === undefined ? text : (JSON.parse(`"${problem}"`) as string));
    }
    return text === "" ? undefined : (JSON.parse(text) as unknown);
  };
  return {
    child,
    url,
    request,
    async finished(job) {
      for (;;) {
        const summary = (await request("GET", `/api/jobs/${job}`)) as JobSummary;
        if (summary.state !== "queued" && summary.state !== "running") return summary;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    async kill() {
      const ended = child.exitCode === null && child.signalCode === null ? once(child, "close") : undefined;
      child.kill("SIGKILL");
      await ended;
    },
    async stop() {
      const ended = child.exitCode === null && child.signalCode === null ? once(child, "close") : undefined;
      child.kill("SIGTERM");
      await ended;
      return child.exitCode;
    },
  };
}

/** Stores the picture of the demo, and returns its id. */
export async function storeDemoPicture({ request }: ServerProcess): Promise<string> {
  const stored = await request("POST", "/api/pictures?name=arrow.png", new Uint8Array(await readFile(demoPicture)));
  return (stored as { id: string }).id;
}

/** A short question about a stored picture. */
export function demoAsk(picture: string, question = demoQuestion): AskRequest {
  return {
    model: "demo",
    messages: [{ role: "user", content: [{ type: "image" }, { type: "text", text: question }] }],
    pictures: [{ original: picture }],
    fit: "default",
    sampling: { maxNewTokens: 4, minNewTokens: 0, temperature: 0, topP: 1, topK: 0, seed: 0 },
  };
}

/** Starts a job and waits for its end. Throws its message if it failed. */
export async function runJob(server: ServerProcess, path: string, body: unknown): Promise<JobSummary> {
  const { job } = (await server.request("POST", path, body)) as { job: string };
  const summary = await server.finished(job);
  if (summary.state !== "done") throw new Error(summary.error?.message ?? `the job is ${summary.state}`);
  return summary;
}
