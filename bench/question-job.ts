/** @file One question in a process of its own, so that its memory is its own: prints its times as JSON. Started by bench/main.ts. */
import { openCheckpoint } from "../src/checkpoint-folder/open.ts";
import { loadModel } from "../src/local-model/load-model.ts";
import type { PrecisionChoice } from "../src/engine/model.ts";
import type { Progress } from "../src/engine/progress.ts";
import { encodeRun } from "../src/run/write.ts";
import { singleTurn } from "../src/explain/conversation.ts";
import { explain } from "../src/explain/explain.ts";
import type { Method } from "../src/run/map-catalogue.ts";

export interface JobRequest {
  readonly checkpoint: string;
  readonly cacheFolder: string;
  readonly precision: PrecisionChoice;
  readonly picture: string;
  readonly question: string;
  readonly answerTokens: number;
  readonly methods: readonly Method[];
}

/** Times in milliseconds. */
export interface JobTimes {
  readonly load: number;
  readonly prepare: number;
  readonly vision: number;
  readonly prefill: number;
  readonly decode: number;
  readonly trace: number;
  readonly lens: number;
  readonly promptTokens: number;
  readonly answerTokens: number;
  readonly runBytes: number;
  readonly weightBytes: number;
}

async function runJob(request: JobRequest): Promise<JobTimes> {
  const maxMemoryBytes = 1e12;
  const started = performance.now();
  const checkpoint = await openCheckpoint(request.checkpoint);
  const { precision, cacheFolder } = request;
  const model = await loadModel(checkpoint, { precision, cacheFolder, maxMemoryBytes });
  const load = performance.now() - started;

  const marks = new Map<string, number>();
  const onProgress = ({ stage, done, total }: Progress) => {
    if (stage === "prefill" && done === 0) marks.set("prefillStart", performance.now());
    if (stage === "prefill" && done === total) marks.set("prefillEnd", performance.now());
    if (stage === "decode") marks.set("decodeEnd", performance.now());
  };
  const question = {
    conversation: singleTurn({ question: request.question, pictures: [request.picture] }),
    fit: "default",
    sampling: {
      maxNewTokens: request.answerTokens,
      minNewTokens: request.answerTokens,
      temperature: 0,
      topP: 1,
      topK: 0,
      seed: 0,
    },
  } as const;
  const { methods } = request;
  const run = await explain(model, question, { maxMemoryBytes, methods, record: "default", onProgress });
  const { timings, answer } = run.description;
  return {
    load,
    prepare: timings.prepare ?? 0,
    vision: timings.vision ?? 0,
    prefill: marks.get("prefillEnd")! - marks.get("prefillStart")!,
    decode: marks.get("decodeEnd")! - marks.get("prefillEnd")!,
    trace: timings.trace ?? 0,
    lens: timings.lens ?? 0,
    promptTokens: answer.start,
    answerTokens: answer.end - answer.start,
    runBytes: encodeRun(run.description, run.tensors).byteLength,
    weightBytes: model.store.bytes,
  };
}

const request = JSON.parse(process.argv[2] ?? "") as JobRequest;
console.log(JSON.stringify(await runJob(request)));
