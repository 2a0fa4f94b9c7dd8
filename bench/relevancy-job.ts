/** @file Relevancy of one question in a process of its own: prints its times as JSON. Started by bench/relevancy.ts. */
import { openCheckpoint } from "../src/checkpoint-folder/open.ts";
import { embedPrompt } from "../src/engine/embed.ts";
import { backwardLanguage } from "../src/engine/language-backward.ts";
import { loadModel } from "../src/local-model/load-model.ts";
import { targetSeeds } from "../src/engine/target.ts";
import { floatTensor } from "../src/tensor/tensor.ts";
import { singleTurn } from "../src/explain/conversation.ts";
import { hiddenStates } from "../src/explain/backward.ts";
import { variants, type Variant } from "../src/run/map-catalogue.ts";
import type { MethodPlan } from "../src/explain/methods/method.ts";
import { encodePictures, prepareQuestion } from "../src/explain/question.ts";
import { computeMethods, modulesOf, recordingPlan } from "../src/explain/recording.ts";
import { memoryOf } from "../src/explain/sequence.ts";
import { traceAnswer } from "../src/explain/traced-answer.ts";

export interface RelevancyRequest {
  readonly checkpoint: string;
  readonly cacheFolder: string;
  readonly picture: string;
  readonly question: string;
  readonly answerTokens: number;
  /** Answer tokens whose exact relevancy is timed. */
  readonly exactTokens: number;
  /** False leaves the reference variant out, so that the peak of memory is the exact one's. */
  readonly reference: boolean;
}

/** Times in milliseconds. */
export interface RelevancyTimes {
  readonly tokens: number;
  readonly answerTokens: number;
  /** The shared forward trace. */
  readonly trace: number;
  /** One recomputed forward and one input-gradient backward of the language model, with nothing asked on the way. */
  readonly fullPass: number;
  /** Language, vision and combined maps. */
  readonly exactPerToken: number;
  /** Language map of the first token alone, then of each further one. */
  readonly referenceFirst: number;
  readonly referencePerLaterToken: number;
  /** Hidden states that the backward pass starts from. */
  readonly blockInputBytes: number;
}

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const start = performance.now();
  const result = await work();
  return [result, performance.now() - start];
}

/** Short work is measured three times and the fastest taken, since other work disturbs it most. */
async function shortest(work: () => Promise<unknown>): Promise<number> {
  const [, first] = await timed(work);
  if (first > 5000) return first;
  const [, second] = await timed(work);
  const [, third] = await timed(work);
  return Math.min(first, second, third);
}

async function runJob(request: RelevancyRequest): Promise<RelevancyTimes> {
  const checkpoint = await openCheckpoint(request.checkpoint);
  const { cacheFolder, answerTokens } = request;
  const model = await loadModel(checkpoint, { precision: "f32", cacheFolder, maxMemoryBytes: 1e12 });
  const sampling = { maxNewTokens: 1, minNewTokens: 0, temperature: 0, topP: 1, topK: 0, seed: 0 };
  const conversation = singleTurn({ question: request.question, pictures: [request.picture] });
  const { pictures, prompt } = await prepareQuestion(model, { conversation, fit: "default", sampling });
  // Which tokens the answer has makes no difference to the time.
  const ids = Array.from({ length: answerTokens }, (_, token) => 10 + token);
  const all = [...prompt.ids, ...ids];
  const predicting = ids.map((_, token) => prompt.ids.length - 1 + token);
  const image = prompt.tokens.flatMap(({ role }, position) => (role === "image" ? [position] : []));
  const memory = memoryOf(pictures.map((picture) => picture.plan)).length;
  const positions = { tokens: all.length, question: [], image, predicting, memory };
  const plan: MethodPlan = { model, record: "default", positions };
  const chosen = (variants: readonly Variant[]) => modulesOf({ methods: ["relevancy"], variants });
  const { languageTaps, visionTaps } = recordingPlan(chosen(request.reference ? variants : ["exact"]), plan);
  const encoded = await encodePictures(model, pictures, { taps: visionTaps });
  const sequence = await embedPrompt(model, all, encoded, prompt.ids.length);
  const [answer, trace] = await timed(() =>
    traceAnswer(model, { sequence, taps: languageTaps, ids, predicting, encoded, positions: [image] }, {}),
  );
  const { logits } = answer;
  const hidden = hiddenStates(model, answer);

  const vocabulary = logits.dims[1]!;
  const firstLogits = floatTensor([1, vocabulary], logits.data.slice(0, vocabulary));
  const onePass = () =>
    backwardLanguage(model, {
      plan: answer.plan,
      additions: answer.additions,
      memory: answer.memory,
      hidden,
      positions: [predicting[0]!],
      logitSeeds: targetSeeds(firstLogits, [ids[0]!], { kind: "logit" }),
      taps: [],
      onGradient() {},
    });
  const fullPass = await shortest(onePass);

  const compute = (variants: readonly Variant[], tokens: readonly number[], withPictures = true) =>
    computeMethods(chosen(variants), {
      ...{ ...plan, answer: withPictures ? answer : { ...answer, pictures: [] } },
      ...{ promptIds: [], target: { kind: "logit" }, tokens, options: {} },
    });
  const count = (n: number) => Array.from({ length: n }, (_, token) => token);
  const exact = await shortest(() => compute(["exact"], count(request.exactTokens)));
  const first = request.reference ? await shortest(() => compute(["reference"], [0], false)) : 0;
  const every = request.reference ? await shortest(() => compute(["reference"], count(answerTokens), false)) : 0;
  return {
    tokens: all.length,
    answerTokens,
    trace,
    fullPass,
    exactPerToken: exact / request.exactTokens,
    referenceFirst: first,
    referencePerLaterToken: (every - first) / (answerTokens - 1),
    blockInputBytes: hidden.reduce((sum, { data }) => sum + data.byteLength, 0),
  };
}

const request = JSON.parse(process.argv[2] ?? "") as RelevancyRequest;
console.log(JSON.stringify(await runJob(request)));
