/** @file Runs a job of the benchmark in a process of its own and watches its memory. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { watchMemory, type PeakMemory } from "./process-memory.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
export const demoCheckpoint = join(root, "demo/checkpoint");
export const picture = join(root, "demo/examples/arrow-right.png");

export interface JobResult<Times> {
  readonly times: Times;
  /** Undefined if the system does not tell. */
  readonly memory: PeakMemory | undefined;
}

/** Runs `bench/<script>` with a request; the script prints its times as one line of JSON. */
export async function runJob<Times>(script: string, request: object): Promise<JobResult<Times>> {
  const child = spawn(process.execPath, ["--import", "tsx", join(root, "bench", script), JSON.stringify(request)], {
    stdio: ["ignore", "pipe", "inherit"],
    cwd: root,
  });
  let output = "";
  child.stdout.on("data", (data: Buffer) => (output += data.toString()));
  const finished = new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`the benchmark's job ${script} ended with code ${code}.`));
    });
  });
  const memory = await watchMemory(child.pid!, finished);
  await finished;
  return { times: JSON.parse(output) as Times, memory };
}

export const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
export const seconds = (ms: number): string => (ms < 1000 ? `${ms.toFixed(1)} ms` : `${(ms / 1000).toFixed(2)} s`);
export const row = (name: string, value: string, note = ""): void => {
  console.log(`  ${name.padEnd(38)}${value.padStart(16)}  ${note}`);
};
