/** @file The program as a server in a process of its own, and what is asked of it. */
import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { JobStarted, StoredPicture } from "../../src/server/api.ts";
import { demoExamples, finished, startCli, type CliResult } from "./run-cli.ts";

export interface Served {
  readonly child: ChildProcess;
  /** Without a slash at its end. */
  readonly url: string;
  /** The first lines that it printed. */
  readonly printed: string;
  readonly ended: Promise<CliResult>;
}

export interface ServeOptions {
  /** Working folder; runs and caches go there, too. */
  readonly cwd: string;
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** Starts the program and waits until it says where its page is. Throws an Error if it ends instead. */
export async function serve({ cwd, args = [], environment = {} }: ServeOptions): Promise<Served> {
  const child = startCli(args, { cwd, environment: { XDG_DATA_HOME: join(cwd, "data"), ...environment } });
  const ended = finished(child);
  let printed = "";
  await Promise.race([
    new Promise<void>((resolve) => {
      child.stdout!.on("data", (text: string) => {
        printed += text;
        if (/^Page .*\n/m.test(printed)) resolve();
      });
    }),
    ended.then(({ stderr }) => {
      throw new Error(`The server ended: ${stderr}`);
    }),
  ]);
  return { child, printed, ended, url: /http:\/\/[^/\s]+/.exec(printed)![0] };
}

/** The JSON of an answer. Throws an Error if it is a problem. */
export async function json<T>(url: string, init?: RequestInit): Promise<T> {
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return (await response.json()) as T;
}

/** A request with a JSON body. */
export function post(body: unknown): RequestInit {
  return { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

/** Asks the demo question, and returns the id of the job. */
export async function askDemo(url: string, minNewTokens = 0): Promise<string> {
  const body = readFileSync(`${demoExamples}/arrow-right.png`);
  const { id } = await json<StoredPicture>(`${url}/api/pictures?name=arrow.png`, { method: "POST", body });
  const text = "Which way does the arrow point?";
  const request = {
    model: "demo",
    messages: [{ role: "user", content: [{ type: "image" }, { type: "text", text }] }],
    pictures: [{ original: id }],
    fit: "default",
    sampling: { maxNewTokens: 64, minNewTokens, temperature: 0, topP: 1, topK: 0, seed: 0 },
  };
  return (await json<JobStarted>(`${url}/api/ask`, post(request))).job;
}
