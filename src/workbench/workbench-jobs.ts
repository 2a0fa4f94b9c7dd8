/** @file The jobs that the page can start: load a model, ask, keep a partial answer, add to a run. */
import type { GraphPool } from "../causes/graph-pool.ts";
import { openCheckpoint } from "../checkpoint-folder/open.ts";
import { loadModel } from "../local-model/load-model.ts";
import type { HostedModel } from "../explain/host.ts";
import { quote } from "../json/quote.ts";
import { answerLength } from "../run/positions.ts";
import type { MeasureRequest } from "../run/measures.ts";
import type { Run, RunDescription } from "../run/types.ts";
import { answerAndExplain, askStages, type AskWork } from "./jobs/ask-job.ts";
import { questionText } from "../explain/recorded-question.ts";
import { questionOfRequest, type AskRequest } from "./jobs/asked-question.ts";
import { computeBytes, computeStages, recordAgain, recordingOf, type ComputeRequest } from "./jobs/compute-job.ts";
import { jobErrorOf } from "./jobs/job-error.ts";
import { computeSeconds, type MeasuredWork } from "../explain/measured-times.ts";
import { measureMemory, measureRun, measureSeconds, measureStages, type MeasureSeconds } from "./jobs/measure-job.ts";
import { laterEvaluations, type MeasuredEvaluations } from "./jobs/measured-evaluations.ts";
import type { JobContext, JobQueue } from "./jobs/queue.ts";
import { heldVariants, mergeRun } from "./library/merge-run.ts";
import type { RunLibrary } from "./library/run-library.ts";
import { addMeasure, checkMeasureRequest } from "../measure/measure.ts";
import { methods as everyMethod } from "../run/maps.ts";
import { madeRun, type ModelRegistry } from "./model-registry.ts";
import type { PictureStore } from "./picture-store.ts";
import { ProblemError } from "../problem/problem.ts";
import { choiceOf, type MethodChoice } from "../explain/recording.ts";

export interface LoadModelRequest {
  /** A hub id, a path within one of the opened folders, or "demo". */
  readonly model: string;
  readonly precision?: "f32" | "f16" | "auto";
}

/** What a computation would cost. */
export interface Forecast extends MeasureSeconds {
  readonly bytes: number;
  readonly availableBytes: number;
}

/** The jobs that the page can start. Each is started by a function that returns its id. */
export interface WorkbenchJobs {
  loadModel(request: LoadModelRequest): Promise<string>;
  ask(request: AskRequest): Promise<string>;
  /** Adds to a run. */
  compute(runId: string, request: ComputeRequest): Promise<string>;
  /** What `compute` would cost. */
  forecast(runId: string, request: ComputeRequest): Promise<Forecast>;
  /** Makes a run of what a cancelled ask job had answered. Throws `conflict` if there is nothing to keep. */
  keepPartial(jobId: string): Promise<string>;
}

export interface JobParts {
  readonly queue: JobQueue;
  readonly library: RunLibrary;
  readonly registry: ModelRegistry;
  readonly pictures: PictureStore;
  readonly pool: GraphPool;
  readonly cacheFolder: string;
  /** Memory that a job may take now. */
  readonly memoryBytes: () => number;
}

/** Partial answers that can still be kept; older ones are forgotten. */
const keptPartials = 10;

/** The measurement of a request. Throws `bad-request` if methods are asked for beside it, or it does not fit the run. */
function checkMeasureAlone({ measure, methods, record }: ComputeRequest, description: RunDescription): MeasureRequest {
  if (measure === undefined || methods.length > 0 || record === "full") {
    throw new ProblemError("bad-request", "Measure and compute methods one after the other, not in one request.");
  }
  checkMeasureRequest(measure, description);
  return measure;
}

function measuredOf(description: RunDescription, choice: MethodChoice): MeasuredWork {
  const { timings, tokens } = description;
  return { ...choice, timings, tokens: tokens.length, answerTokens: answerLength(description) };
}

export function workbenchJobs({
  queue,
  library,
  registry,
  pictures,
  pool,
  cacheFolder,
  memoryBytes,
}: JobParts): WorkbenchJobs {
  const partials = new Map<string, { readonly model: string; readonly work: AskWork }>();
  /** The last work with each model. */
  const measured = new Map<string, MeasuredWork>();
  /** How long questions of measurements took with each model. */
  const evaluations = new Map<string, MeasuredEvaluations>();

  async function acquire(id: string, context: JobContext): Promise<HostedModel> {
    const { signal, step } = context;
    return registry.acquire(id, { signal, step, maxMemoryBytes: memoryBytes() });
  }

  function startAsk(model: string, work: AskWork): string {
    const ids: number[] = [...(work.partialIds ?? [])];
    const { maxNewTokens } = work.question.sampling;
    const id = queue.start({
      kind: "ask",
      model,
      question: questionText(work.question),
      maxTokens: maxNewTokens,
      async work(context) {
        context.plan([...(await registry.stagesOf(model)), ...askStages(work)]);
        const opened = await acquire(model, context);
        const options = {
          context,
          maxMemoryBytes: memoryBytes(),
          requireRoom: (bytes: number) => library.requireRoom(bytes),
          onToken: (token: number) => ids.push(token),
        };
        const recorded = await answerAndExplain(opened, work, options);
        const methods = everyMethod.filter((method) => method in recorded.description.methods);
        measured.set(model, measuredOf(recorded.description, { methods, variants: ["exact"] }));
        context.step({ stage: "save", done: 0, total: 1 });
        return { run: await library.add(recorded) };
      },
      onEnd(state) {
        if (state !== "cancelled" || ids.length === 0) return;
        partials.set(id, { model, work: { ...work, partialIds: ids } });
        for (const old of [...partials.keys()].slice(0, -keptPartials)) partials.delete(old);
      },
    });
    return id;
  }

  /** The run and the model that can add to it. Throws `not-found` if there is none. */
  async function openedRun(runId: string): Promise<{ description: RunDescription; model: string }> {
    const description = await library.use(runId, (run) => Promise.resolve(run.description));
    const model = await registry.idOfRun(description.model);
    if (model === undefined) {
      throw new ProblemError(
        "not-found",
        `The run needs the model ${quote(description.model.name)}, as it was when the run was made, and it is not here; load it first.`,
      );
    }
    return { description, model };
  }

  function checkSameModel(model: HostedModel, { model: made }: RunDescription): void {
    if (madeRun(model, made)) return;
    throw new ProblemError(
      "conflict",
      `The files of the model ${quote(made.name)} are others than those that made the run; ask the question again with this model.`,
    );
  }

  /** The model for a forecast: the loaded one, or its weights as they are stored, which costs nothing. */
  async function modelToForecast(id: string): Promise<HostedModel> {
    const loaded = registry.loaded(id);
    if (loaded !== undefined) return loaded;
    const { folder, name } = await registry.requirePlace(id);
    const checkpoint = await openCheckpoint(folder, { name });
    const precision = checkpoint.weightType === "F32" ? "f32" : "f16";
    return loadModel(checkpoint, { precision, cacheFolder, maxMemoryBytes: memoryBytes() });
  }

  /** Opens the run that a request names beside the measured one. Throws `not-found` if it is not here. */
  function withOther<T>(request: MeasureRequest, work: (other: Run | undefined) => Promise<T>): Promise<T> {
    return request.kind === "patching" ? library.use(request.other, work) : work(undefined);
  }

  function startMeasure(
    runId: string,
    { model, description, request }: { model: string; description: RunDescription; request: ComputeRequest },
  ): string {
    const wanted = checkMeasureAlone(request, description);
    return queue.start({
      kind: "compute",
      model,
      run: runId,
      async work(context) {
        context.plan([...(await registry.stagesOf(model)), ...measureStages]);
        const opened = await acquire(model, context);
        checkSameModel(opened, description);
        const limits = { pool, cacheFolder, maxMemoryBytes: memoryBytes() };
        const found = await library.use(runId, (run) =>
          withOther(wanted, (other) => measureRun(opened, run, { request: wanted, other, context, ...limits })),
        );
        evaluations.set(model, laterEvaluations(evaluations.get(model), found.evaluations));
        context.step({ stage: "save", done: 0, total: 1 });
        await library.change(runId, (run) => addMeasure(run.description, found));
        return { run: runId };
      },
    });
  }

  return {
    async loadModel({ model, precision }) {
      // Throws for a path that must not be opened; a hub id that is not here is downloaded.
      const stages = await registry.stagesOf(model);
      const job = queue.start({
        kind: "load-model",
        model,
        async work(context) {
          context.plan(stages);
          const { signal, step } = context;
          try {
            await registry.acquire(model, { signal, step, precision, maxMemoryBytes: memoryBytes() });
          } catch (error) {
            registry.markEnded(model, signal.aborted ? undefined : jobErrorOf(error).message);
            throw error;
          }
          return {};
        },
        onEnd: (state) => {
          if (state !== "failed") registry.markEnded(model, undefined);
        },
      });
      registry.markLoading(model, job);
      return job;
    },
    async ask(request) {
      await registry.requirePlace(request.model);
      const question = questionOfRequest(request, pictures);
      await library.requireRoom(0);
      return startAsk(request.model, { question, record: request.record ?? "default" });
    },
    // Being refused is a rejection, like everywhere else.
    async keepPartial(jobId) {
      const kept = partials.get(jobId);
      if (kept === undefined) {
        queue.summary(jobId);
        throw new ProblemError("conflict", `The job ${quote(jobId)} left no partial answer to keep; ask again.`);
      }
      await library.requireRoom(0);
      partials.delete(jobId);
      return Promise.resolve(startAsk(kept.model, kept.work));
    },
    async compute(runId, request) {
      const { description, model } = await openedRun(runId);
      // What the run holds is written again beside what is added.
      await library.requireRoom((await library.summary(runId)).fileBytes);
      if (request.measure !== undefined) {
        await withOther(request.measure, () => Promise.resolve());
        return startMeasure(runId, { model, description, request });
      }
      const recording = recordingOf(description, request);
      return queue.start({
        kind: "compute",
        model,
        run: runId,
        async work(context) {
          context.plan([...(await registry.stagesOf(model)), ...computeStages(description, recording)]);
          const opened = await acquire(model, context);
          checkSameModel(opened, description);
          const recorded = await library.use(runId, (run) =>
            recordAgain(opened, run, { recording, context, maxMemoryBytes: memoryBytes() }),
          );
          measured.set(model, measuredOf(recorded.description, choiceOf(recording)));
          context.step({ stage: "save", done: 0, total: 1 });
          await library.change(runId, (run) => mergeRun(run.description, recorded));
          return { run: runId };
        },
      });
    },
    async forecast(runId, request) {
      const { description, model } = await openedRun(runId);
      // What this computer did last with the model says more than a run's own times, which may come from another computer.
      const held = everyMethod.filter((method) => method in description.methods);
      const work =
        measured.get(model) ?? measuredOf(description, { methods: held, variants: heldVariants(description) });
      if (request.measure !== undefined) {
        checkMeasureAlone(request, description);
        return {
          ...measureSeconds(request.measure, description, { traced: work, measured: evaluations.get(model) }),
          bytes: measureMemory(await modelToForecast(model), description, request.measure).total,
          availableBytes: memoryBytes(),
        };
      }
      const recording = recordingOf(description, request);
      const choice = choiceOf(recording);
      const size = { tokens: description.tokens.length, answerTokens: answerLength(description) };
      return {
        seconds: computeSeconds(work, { ...choice, ...size }),
        bytes: computeBytes(await modelToForecast(model), description, recording),
        availableBytes: memoryBytes(),
      };
    },
  };
}
