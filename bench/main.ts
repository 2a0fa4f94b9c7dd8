/**
 * @file `npm run bench`: speed and memory of the engine on the demo model and on a bigger one with random weights, causal graphs, and the
 * page's controls. `npm run bench -- page` measures the page alone (`page tiled` its run of tiles alone), `npm run bench -- causal` causal graphs
 * alone, `npm run bench -- pictures` the reading of large pictures alone, `npm run bench -- interventions` forwards with parts of the question
 * left out alone. `npm run bench -- families [NAME ...]` measures the families of models, which nothing else does: it takes long, and more
 * than 16 GB of memory for the largest.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { benchCausal } from "./causal.ts";
import { benchFamilies } from "./families/bench-families.ts";
import { benchInterventions } from "./interventions.ts";
import { benchPictures } from "./pictures.ts";
import { benchPage } from "./page/bench-page.ts";
import type { JobRequest, JobTimes } from "./question-job.ts";
import { bigModel, languageWeightNumbers, makeCheckpoint } from "./random-checkpoint.ts";
import { measureReadBandwidth } from "./read-bandwidth.ts";
import { benchRelevancy, benchRelevancyGrowth } from "./relevancy.ts";
import { demoCheckpoint, mebibytes, picture, row, runJob, seconds, type JobResult } from "./run-job.ts";

const runQuestion = (request: JobRequest) => runJob<JobTimes>("question-job.ts", request);

function decodeSpeed({ decode, answerTokens }: JobTimes): number {
  return (answerTokens - 1) / (decode / 1000);
}

function printResult({ times, memory }: JobResult<JobTimes>): void {
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
const longQuestion = "Which way does the arrow point? a b c d e f";

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
  const first = await runQuestion(request);
  const later = await runQuestion(request);
  row("first load", seconds(first.times.load), "weights widened once");
  row("later load", seconds(later.times.load));
  printResult(later);
  console.log("\n  relevancy");
  await benchRelevancy(demoCheckpoint, { cacheFolder, exactTokens: 64 });
}

async function benchBig(folder: string): Promise<void> {
  const { vision, language } = bigModel;
  console.log(
    `\nBig model, random weights (CLIP ${vision.layers} x ${vision.width}, Llama ${language.layers} x ${language.width}, f16 on disk)`,
  );
  const checkpoint = join(folder, "big");
  await makeCheckpoint(checkpoint, bigModel, demoCheckpoint);
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
    const first = await runQuestion(request);
    const later = precision === "f32" ? await runQuestion(request) : first;
    row("first load", seconds(first.times.load), precision === "f32" ? "weights widened once" : "");
    if (later !== first) row("later load", seconds(later.times.load), "goal < 2 s");
    printResult(later);
    const bound = bandwidth / (languageWeightNumbers(bigModel) * (precision === "f32" ? 4 : 2));
    const share = decodeSpeed(later.times) / bound;
    const goal = precision === "f32" ? "goal >= 60 %" : "16-bit weights are widened at each use";
    row("decode / bandwidth bound", `${(100 * share).toFixed(0)} %`, `bound ${bound.toFixed(2)} tokens/s, ${goal}`);
  }
  console.log("\n  relevancy, --precision f32");
  await benchRelevancy(checkpoint, { cacheFolder: folder, exactTokens: 3 });
}

console.log(
  `${cpus()[0]?.model ?? "unknown processor"}, ${availableParallelism()} cores, ${mebibytes(totalmem())}, Node ${process.version}`,
);
/** The one part that was asked for; everything if none was. */
const only = process.argv[2];
if (only === undefined) {
  const folder = await mkdtemp(join(tmpdir(), "lvlm-interpret-bench-"));
  try {
    await benchDemo(folder);
    await benchBig(folder);
    await benchRelevancyGrowth(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
if (only === undefined || only === "causal") await benchCausal();
if (only === undefined || only === "interventions") await benchInterventions();
if (only === undefined || only === "pictures") await benchPictures();
if (only === undefined || only === "page") await benchPage(process.argv[3]);
if (only === "families") await benchFamilies(process.argv.slice(3));
