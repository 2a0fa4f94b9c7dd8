/** @file `npm run bench`: speed and memory of the engine on the demo model and on a bigger one with random weights. */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bigModel, languageWeightNumbers, makeBigCheckpoint } from "./big-checkpoint.ts";
import { watchMemory } from "./process-memory.ts";
import type { PeakMemory } from "./process-memory.ts";
import type { JobRequest, JobTimes } from "./question-job.ts";
import { measureReadBandwidth } from "./read-bandwidth.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const demoCheckpoint = join(root, "demo/checkpoint");
const picture = join(root, "demo/examples/arrow-right.png");

interface JobResult {
  readonly times: JobTimes;
  readonly memory: PeakMemory | undefined;
}

async function runInProcess(request: JobRequest): Promise<JobResult> {
  const child = spawn(
    process.execPath,
    ["--import", "tsx", join(root, "bench/question-job.ts"), JSON.stringify(request)],
    { stdio: ["ignore", "pipe", "inherit"], cwd: root },
  );
  let output = "";
  child.stdout.on("data", (data: Buffer) => (output += data.toString()));
  const finished = new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`the benchmark's job ended with code ${code}`));
    });
  });
  const memory = await watchMemory(child.pid!, finished);
  await finished;
  return { times: JSON.parse(output) as JobTimes, memory };
}

const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
const row = (name: string, value: string, note = "") =>
  console.log(`  ${name.padEnd(34)}${value.padStart(16)}  ${note}`);

function decodeSpeed({ decode, answerTokens }: JobTimes): number {
  return (answerTokens - 1) / (decode / 1000);
}

function printResult({ times, memory }: JobResult): void {
  row("prompt + answer", `${times.promptTokens} + ${times.answerTokens}`, "tokens");
  row("vision tower", seconds(times.vision));
  row("prefill", (times.promptTokens / (times.prefill / 1000)).toFixed(0), "tokens/s");
  row("decode", decodeSpeed(times).toFixed(2), "tokens/s");
  row("trace", seconds(times.trace), "whole sequence once, attention and hidden states recorded");
  row("logit lens", seconds(times.lens));
  row("run file", mebibytes(times.runBytes));
  if (memory === undefined) return;
  const peak = memory.anonymousBytes + memory.mappedWeightBytes;
  const recorded = times.runBytes;
  row("peak anonymous memory", mebibytes(memory.anonymousBytes));
  row("mapped weights", mebibytes(memory.mappedWeightBytes), `of ${mebibytes(times.weightBytes)}`);
  row(
    "(peak - recorded) / weights",
    ((peak - recorded) / times.weightBytes).toFixed(2),
    "goal <= 1.3 on the big model",
  );
}

/** A question that makes the prompt 600 tokens long, with 576 image tokens. */
const longQuestion = "Which way does the arrow point? a b c d";

async function benchDemo(cacheFolder: string): Promise<void> {
  console.log("\nDemo model (f16 on disk, f32 in memory)");
  const request: JobRequest = {
    checkpoint: demoCheckpoint,
    cacheFolder,
    precision: "f32",
    picture,
    question: "Which way does the arrow point?",
    answerTokens: 64,
    methods: ["attention", "rollout", "lens"],
  };
  const first = await runInProcess(request);
  const later = await runInProcess(request);
  row("first load", seconds(first.times.load), "weights widened once");
  row("later load", seconds(later.times.load));
  printResult(later);
}

async function benchBig(folder: string): Promise<void> {
  const { vision, language } = bigModel;
  console.log(
    `\nBig model, random weights (CLIP ${vision.layers} x ${vision.width}, Llama ${language.layers} x ${language.width}, f16 on disk)`,
  );
  const checkpoint = join(folder, "big");
  await makeBigCheckpoint(checkpoint, demoCheckpoint);
  const bandwidth = await measureReadBandwidth();
  row("read bandwidth", `${(bandwidth / 1e9).toFixed(1)} GB/s`, `${availableParallelism()} threads`);
  for (const precision of ["f32", "f16"] as const) {
    const request: JobRequest = {
      checkpoint,
      cacheFolder: folder,
      precision,
      picture,
      question: longQuestion,
      answerTokens: 64,
      methods: ["attention", "lens"],
    };
    console.log(`\n  --precision ${precision}`);
    const first = await runInProcess(request);
    const later = precision === "f32" ? await runInProcess(request) : first;
    row("first load", seconds(first.times.load), precision === "f32" ? "weights widened once" : "");
    if (later !== first) row("later load", seconds(later.times.load), "goal < 2 s");
    printResult(later);
    const bound = bandwidth / (languageWeightNumbers() * (precision === "f32" ? 4 : 2));
    const share = decodeSpeed(later.times) / bound;
    const goal = precision === "f32" ? "goal >= 60 %" : "16-bit weights are widened at each use";
    row("decode / bandwidth bound", `${(100 * share).toFixed(0)} %`, `bound ${bound.toFixed(2)} tokens/s, ${goal}`);
  }
}

console.log(
  `${cpus()[0]?.model ?? "unknown processor"}, ${availableParallelism()} cores, ${mebibytes(totalmem())}, Node ${process.version}`,
);
const folder = await mkdtemp(join(tmpdir(), "lvlm-interpret-bench-"));
try {
  await benchDemo(folder);
  await benchBig(folder);
} finally {
  await rm(folder, { recursive: true, force: true });
}
