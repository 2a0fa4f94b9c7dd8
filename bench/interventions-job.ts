/** @file A question that is asked again under interventions, in a process of its own: prints its times as JSON. Started by bench/interventions.ts. */
import { graphPool } from "../src/causes/graph-pool.ts";
import { openCheckpoint } from "../src/checkpoint-folder/open.ts";
import { withVariantScorer } from "../src/scoring/variant-scoring.ts";
import { singleTurn } from "../src/explain/conversation.ts";
import { explain } from "../src/explain/explain.ts";
import { openRecorded } from "../src/explain/recorded-run.ts";
import { decisiveWordOf } from "../src/findings/decisive-word.ts";
import { loadModel } from "../src/local-model/load-model.ts";
import { nothingMasked, type Masking } from "../src/measure/masking.ts";
import { measure } from "../src/measure/measure.ts";
import { withProbe, type Probe } from "../src/measure/probe.ts";
import { flowRequestOf, minimalRequestOf } from "../src/run/cause-requests.ts";
import type { MeasureRequest, MeasureResult } from "../src/run/measures.ts";
import { imageTokenPositions, predictingPosition } from "../src/run/positions.ts";
import { tokenClasses } from "../src/run/token-classes.ts";
import { seededRandom } from "../src/tensor/random.ts";

export interface InterventionsRequest {
  readonly checkpoint: string;
  readonly cacheFolder: string;
  readonly picture: string;
  readonly question: string;
  readonly answerTokens: number;
  /** Forwards of each kind. */
  readonly forwards: number;
  /** Whether causes are searched as well, which means nothing with weights at random. */
  readonly causes: boolean;
}

/** Work of several forwards, in milliseconds: on the clock, and of the processor in all threads. */
export interface WorkTimes {
  readonly forwards: number;
  readonly wall: number;
  readonly processor: number;
}

export interface InterventionsTimes {
  readonly tokens: number;
  /** By what a forward leaves out. */
  readonly kinds: Readonly<Record<string, WorkTimes>>;
  /** Search of minimal causes, and the sets that were found and confirmed. */
  readonly minimal?: WorkTimes & { readonly sets: number; readonly verified: number };
  /** A flow graph, with the rank correlation of its estimates with effects that were measured. */
  readonly flow?: WorkTimes & { readonly spearman: number | null };
}

/** Patches of a set, and words of one. */
const setSize = { patches: 5, words: 2 } as const;

async function timesOf(forwards: number, work: () => Promise<unknown>): Promise<WorkTimes> {
  const [start, before] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(before);
  return { forwards, wall: performance.now() - start, processor: (user + system) / 1000 };
}

async function kindsOf(probe: Probe, request: InterventionsRequest, model: Parameters<typeof withVariantScorer>[0]) {
  const { description } = probe;
  const token = decisiveWordOf(description)?.index ?? 0;
  const position = predictingPosition(description, token);
  const { question } = tokenClasses(description, position);
  const image = imageTokenPositions(description);
  const random = seededRandom(1);
  const some = (from: readonly number[], count: number) =>
    Array.from({ length: count }, () => from[Math.floor(random() * from.length)]!);
  const times = (make: () => Masking) => Array.from({ length: request.forwards }, make);
  const asked = async (maskings: readonly Masking[]) => {
    // The first one opens what stays open.
    await probe.probabilities(token, maskings.slice(0, 1));
    return timesOf(maskings.length, () => probe.probabilities(token, maskings));
  };
  const patches = () => some(image, setSize.patches);
  const kinds: Record<string, WorkTimes> = {
    "words knocked out": await asked(times(() => ({ ...nothingMasked, text: some(question, setSize.words) }))),
    "patches knocked out": await asked(times(() => ({ ...nothingMasked, image: patches(), fill: "knock-out" }))),
    "patches filled with the mean color": await asked(times(() => ({ ...nothingMasked, image: patches() }))),
    "heads ablated": await asked(
      times(() => ({ ...nothingMasked, heads: [{ layer: some([0, 1], 1)[0]!, head: some([0, 1], 1)[0]! }] })),
    ),
  };
  const pixelValues = await Promise.all(probe.pictures.map((picture) => picture.pixelValues({ kind: "none" })));
  const sequence = await probe.embedded(pixelValues);
  const cut = (to: readonly number[]) =>
    Array.from({ length: request.forwards }, () => ({ intervention: { edges: [{ from: patches(), to }] } }));
  await withVariantScorer(model, { sequence, predicting: [position] }, async (scores) => {
    for (const [name, to] of [
      ["edges from patches to the last position cut", [position]],
      ["edges from patches to the question cut", question],
    ] as const) {
      const variants = cut(to);
      await scores(variants.slice(0, 1));
      kinds[name] = await timesOf(variants.length, () => scores(variants));
    }
  });
  return kinds;
}

async function runJob(request: InterventionsRequest): Promise<InterventionsTimes> {
  const { cacheFolder, answerTokens } = request;
  const maxMemoryBytes = 1e12;
  const checkpoint = await openCheckpoint(request.checkpoint);
  const model = await loadModel(checkpoint, { precision: "f32", cacheFolder, maxMemoryBytes });
  const sampling = { maxNewTokens: answerTokens, minNewTokens: 0, temperature: 0, topP: 1, topK: 0, seed: 0 };
  const conversation = singleTurn({ question: request.question, pictures: [request.picture] });
  const question = { conversation, fit: "default", sampling } as const;
  const run = await openRecorded(
    await explain(model, question, { maxMemoryBytes, methods: ["attention"], record: "default" }),
  );
  const kinds = await withProbe(model, run, { seed: 0, work: (probe) => kindsOf(probe, request, model) });
  const facts = { tokens: run.description.tokens.length, kinds };
  if (!request.causes) return facts;

  const pool = graphPool();
  const token = decisiveWordOf(run.description)?.index ?? 0;
  const measured = async <Kind extends MeasureResult["request"]["kind"]>(
    asked: MeasureRequest & { readonly kind: Kind },
  ) => {
    let result: MeasureResult | undefined;
    const times = await timesOf(0, async () => {
      ({ result } = await measure(model, run, { request: asked, pool, cacheFolder, maxMemoryBytes }));
    });
    return { ...times, result: result as Extract<MeasureResult, { request: { kind: Kind } }> };
  };
  try {
    const { result, ...times } = await measured(minimalRequestOf(run.description, token));
    const { result: graph, ...ofGraph } = await measured(flowRequestOf(run.description, token));
    const found = [result.image, result.text].flatMap((kind) => kind ?? []);
    const sets = found.flatMap((kind) => kind.sets);
    return {
      ...facts,
      flow: { ...ofGraph, forwards: graph.calls, spearman: graph.spearman },
      minimal: {
        ...times,
        forwards: found.reduce((sum, { calls }) => sum + calls, 0),
        sets: sets.length,
        verified: sets.filter(({ confirmed }) => confirmed).length,
      },
    };
  } finally {
    await pool.close();
  }
}

console.log(JSON.stringify(await runJob(JSON.parse(process.argv[2] ?? "") as InterventionsRequest)));
