/** @file One question to the model of a family, in a process of its own: prints times and memory as JSON. Started by bench-families.ts. */
import { openCheckpoint } from "../../src/checkpoint-folder/open.ts";
import { MemoryLimitError } from "../../src/engine/memory.ts";
import type { Progress } from "../../src/engine/progress.ts";
import { singleTurn } from "../../src/explain/conversation.ts";
import { explain } from "../../src/explain/explain.ts";
import type { HostedModel } from "../../src/explain/host.ts";
import { forecastWork, prepareQuestion, sizeOf, type Question } from "../../src/explain/question.ts";
import { modulesOf, recordingPlan, type Recording } from "../../src/explain/recording.ts";
import { longestSequence } from "../../src/explain/sequence.ts";
import { loadModel } from "../../src/local-model/load-model.ts";
import { availableMemoryBytes } from "../../src/program/memory.ts";

export interface FamilyRequest {
  readonly checkpoint: string;
  readonly cacheFolder: string;
  readonly picture: string;
  readonly answerTokens: number;
}

/** Times in milliseconds, memory in bytes. */
export interface FamilyTimes {
  readonly imageTokens: number;
  readonly promptTokens: number;
  readonly answerTokens: number;
  readonly vision: number;
  readonly prefill: number;
  readonly decode: number;
  readonly trace: number;
  /** Exact relevancy of the first answer token: language, vision and combined. Null if it was refused for its memory. */
  readonly relevancy: number | null;
  /** The largest resident memory until the trace was done, with the pages of mapped weights. */
  readonly tracePeak: number;
  readonly weightBytes: number;
  /** What relevancy was forecast to take, and the trace alone with the default and with the full recording: without the weights. */
  readonly forecast: Readonly<Record<"relevancy" | "trace" | "full", number>>;
}

const attention: Recording = { methods: ["attention"], record: "default" };
const withRelevancy: Recording = {
  ...{ methods: ["attention", "relevancy"], record: "default" },
  gradients: { variants: ["exact"], target: { kind: "logit" }, tokens: ["0"] },
};

const residentPeak = () => process.resourceUsage().maxRSS * 1024;

/** Sizes of the question, and what its recordings are forecast to take. */
async function forecasts(model: HostedModel, question: Question) {
  const prepared = await prepareQuestion(model, question);
  const { maxNewTokens } = question.sampling;
  const plans = prepared.pictures.map(({ plan }) => plan);
  const positions = longestSequence({ prompt: prepared.prompt, plans }, maxNewTokens);
  const of = ({ methods, record }: Recording) => {
    const plan = recordingPlan(modulesOf({ methods, variants: ["exact"] }), { model, record, positions });
    const { total, weights } = forecastWork(model, { ...sizeOf(prepared), plan, maxNewTokens });
    return total - weights;
  };
  return {
    imageTokens: plans.reduce((sum, { imageTokens }) => sum + imageTokens.length, 0),
    forecast: { relevancy: of(withRelevancy), trace: of(attention), full: of({ ...attention, record: "full" }) },
  };
}

async function runJob(request: FamilyRequest): Promise<FamilyTimes> {
  const maxMemoryBytes = availableMemoryBytes();
  const { answerTokens, cacheFolder } = request;
  const checkpoint = await openCheckpoint(request.checkpoint);
  const model = await loadModel(checkpoint, { precision: "f32", cacheFolder, maxMemoryBytes });
  const pictures = [request.picture];
  const text = "What is in the picture?";
  const raw = { messages: null, prompt: `${checkpoint.imagePlaceholder}\n${text}`, pictures };
  const question: Question = {
    conversation: checkpoint.hasChatTemplate ? singleTurn({ question: text, pictures }) : raw,
    fit: "default",
    sampling: {
      ...{ maxNewTokens: answerTokens, minNewTokens: answerTokens },
      ...{ temperature: 0, topP: 1, topK: 0, seed: 0 },
    },
  };
  const sizes = await forecasts(model, question);
  const marks = { prefillStart: 0, prefillEnd: 0, decodeEnd: 0, tracePeak: 0 };
  const onProgress = ({ stage, done }: Progress) => {
    if (stage === "prefill") marks[done === 0 ? "prefillStart" : "prefillEnd"] = performance.now();
    if (stage === "decode") marks.decodeEnd = performance.now();
  };
  const goBack = () => {
    marks.tracePeak = residentPeak();
    return true;
  };
  const ask = (recording: Recording) => explain(model, question, { ...recording, maxMemoryBytes, onProgress, goBack });
  const run = await ask(withRelevancy).catch((error: unknown) => {
    if (error instanceof MemoryLimitError) return ask(attention);
    throw error;
  });
  const { timings, answer } = run.description;
  return {
    ...sizes,
    promptTokens: answer.start,
    answerTokens: answer.end - answer.start,
    vision: timings.vision ?? 0,
    prefill: marks.prefillEnd - marks.prefillStart,
    decode: marks.decodeEnd - marks.prefillEnd,
    trace: timings.trace ?? 0,
    relevancy: timings.gradient ?? null,
    tracePeak: marks.tracePeak || residentPeak(),
    weightBytes: model.store.bytes,
  };
}

console.log(JSON.stringify(await runJob(JSON.parse(process.argv[2] ?? "") as FamilyRequest)));
