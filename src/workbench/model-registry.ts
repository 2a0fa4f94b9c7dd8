/** @file Models of this process: which are there, which are loaded, and loading them once. */
import { fitsOf } from "../image/fit.ts";
import type { FitMode } from "../image/types.ts";
import type { SamplingValues } from "../run/types.ts";
import { openCheckpoint } from "../checkpoint-folder/open.ts";
import { loadModel } from "../local-model/load-model.ts";
import type { PrecisionChoice } from "../engine/model.ts";
import type { HostedModel } from "../explain/host.ts";
import { quote } from "../json/quote.ts";
import type { JobStage } from "./jobs/types.ts";
import type { Step } from "./jobs/stage-clock.ts";
import type { ModelPlace, ModelPlaces } from "./model-places.ts";
import { pullModel } from "./models.ts";
import { ProblemError } from "../problem/problem.ts";

/** One model that can be asked. `id` is what requests name it by: a hub id, a path, or one that comes with the program. */
export interface ModelSummary {
  readonly id: string;
  readonly name: string;
  /** What it is, in words, if it comes with the program. */
  readonly about?: string;
  /** `available`: on this computer but not loaded. */
  readonly state: "ready" | "loading" | "available" | "failed";
  /** Known once the model was opened. */
  readonly details?: ModelDetails;
  /** The job that was started to load it, while `loading`; left out if a question loads it. */
  readonly job?: string;
  /** Why, if `failed`. */
  readonly error?: string;
}

export interface ModelDetails {
  readonly architecture: string;
  readonly precision: "f32" | "f16";
  readonly layers: number;
  readonly heads: number;
  /** Of every picture; left out if they depend on the picture. */
  readonly grid?: { readonly rows: number; readonly cols: number };
  readonly input?: { readonly width: number; readonly height: number };
  readonly weightBytes: number;
  /** What the model's files disagree on and what of them is not used, a sentence each. */
  readonly warnings: readonly string[];
  readonly fits: readonly FitMode[];
  /** What the model's files ask for; null if it cannot be used. */
  readonly sampling: SamplingValues | null;
}

interface Entry {
  readonly id: string;
  readonly name: string;
  readonly about?: string;
  readonly model?: HostedModel;
  /** True while it is opened, for whatever job. */
  readonly isOpening?: boolean;
  /** The job that was started to load it. */
  readonly job?: string;
  readonly error?: string;
}

interface AcquireOptions {
  readonly signal: AbortSignal;
  readonly step: (step: Step) => void;
  readonly precision?: PrecisionChoice;
  readonly maxMemoryBytes: number;
}

export interface ModelRegistry {
  list(): Promise<ModelSummary[]>;
  /** The model, if it is loaded. */
  loaded(id: string): HostedModel | undefined;
  /** Throws `not-found` if the model is not on this computer, and `bad-request` as `ModelPlaces.find`. */
  requirePlace(id: string): Promise<ModelPlace>;
  /** The stages that `acquire` goes through. */
  stagesOf(id: string): Promise<JobStage[]>;
  /** The loaded model; downloads it if it is not here, and opens it if it is not open. */
  acquire(id: string, options: AcquireOptions): Promise<HostedModel>;
  /** Notes that a job loads the model, until it ends. */
  markLoading(id: string, job: string): void;
  markEnded(id: string, error: string | undefined): void;
  /** Id of the model that made a run, by the hashes of its files if it is loaded, else by its name. */
  idOfRun(made: {
    readonly name: string;
    readonly sha256: HostedModel["checkpoint"]["sha256"];
  }): Promise<string | undefined>;
}

function detailsOf({ checkpoint, definition, precision, store }: HostedModel): ModelDetails {
  const { architecture, language, vision } = definition;
  const { smallest } = vision;
  const [view] = smallest.views;
  const [grid] = vision.plan(smallest).grids;
  return {
    architecture,
    precision,
    layers: language.config.layers,
    heads: language.config.heads,
    ...(smallest.kind === "whole" && grid !== undefined
      ? { grid: { rows: grid.rows, cols: grid.cols }, input: { width: view.width, height: view.height } }
      : {}),
    weightBytes: store.bytes,
    warnings: checkpoint.warnings,
    fits: fitsOf(checkpoint.processor),
    sampling: checkpoint.sampling,
  };
}

/** True if the model was made of the very files that the run names. */
export function madeRun(
  { checkpoint }: HostedModel,
  { sha256 }: { readonly sha256: HostedModel["checkpoint"]["sha256"] },
): boolean {
  return checkpoint.sha256.config === sha256.config && checkpoint.sha256.index === sha256.index;
}

export function modelRegistry(
  places: ModelPlaces,
  {
    cacheFolder,
    hubCacheFolder,
    onWarning = () => undefined,
  }: {
    readonly cacheFolder: string;
    readonly hubCacheFolder: string;
    /** Told what the files of a model disagree on, when it was loaded. */
    readonly onWarning?: ((sentence: string) => void) | undefined;
  },
): ModelRegistry {
  const entries = new Map<string, Entry>();

  function update(id: string, change: Partial<Entry>): void {
    entries.set(id, { ...(entries.get(id) ?? { id, name: id }), ...change });
  }
  function summaryOf({ id, name, about, model, isOpening = false, job, error }: Entry): ModelSummary {
    const named = { id, name, ...(about === undefined ? {} : { about }) };
    const details = model === undefined ? {} : { details: detailsOf(model) };
    if (job !== undefined) return { ...named, state: "loading", job, ...details };
    if (isOpening) return { ...named, state: "loading", ...details };
    if (model !== undefined) return { ...named, state: "ready", ...details };
    return error === undefined ? { ...named, state: "available" } : { ...named, state: "failed", error };
  }
  async function requirePlace(id: string): Promise<ModelPlace> {
    const place = await places.find(id);
    if (place === undefined) {
      throw new ProblemError(
        "not-found",
        `The model ${quote(id)} is not on this computer; load it first, which downloads it.`,
      );
    }
    return place;
  }
  async function download(id: string, { signal, step }: AcquireOptions): Promise<ModelPlace> {
    await pullModel(id, {
      signal,
      cacheFolder: hubCacheFolder,
      onProgress: ({ receivedBytes, totalBytes }) =>
        step({ stage: "download", done: receivedBytes, total: totalBytes }),
    });
    return requirePlace(id);
  }

  return {
    async list() {
      const found = await places.list();
      const seen = new Set(found.map(({ id }) => id));
      const others = [...entries.values()].filter(({ id }) => !seen.has(id));
      return [...found.map(({ id, name, about }) => ({ ...entries.get(id), id, name, about })), ...others].map(
        summaryOf,
      );
    },
    loaded: (id) => entries.get(id)?.model,
    requirePlace,
    async stagesOf(id) {
      if (entries.get(id)?.model !== undefined) return [];
      return (await places.find(id)) === undefined ? ["download", "load", "weights"] : ["load", "weights"];
    },
    async acquire(id, options) {
      const { signal, step, precision, maxMemoryBytes } = options;
      const open = entries.get(id)?.model;
      if (open !== undefined && (precision === undefined || precision === "auto" || precision === open.precision)) {
        return open;
      }
      update(id, { isOpening: true });
      try {
        const { name, folder } = (await places.find(id)) ?? (await download(id, options));
        step({ stage: "load", done: 0, total: 1 });
        const checkpoint = await openCheckpoint(folder, { name, signal });
        const model = await loadModel(checkpoint, {
          ...{ precision, cacheFolder, maxMemoryBytes, signal },
          onProgress: ({ done, total }) => step({ stage: "weights", done, total }),
        });
        update(id, { name, model, error: undefined });
        for (const warning of model.checkpoint.warnings) onWarning(`${name}: ${warning}`);
        return model;
      } finally {
        update(id, { isOpening: false });
      }
    },
    markLoading: (id, job) => update(id, { job, error: undefined }),
    markEnded: (id, error) => update(id, { job: undefined, error }),
    async idOfRun(made) {
      const open = [...entries.values()].filter(({ model }) => model !== undefined);
      const same = open.find(({ model }) => madeRun(model!, made));
      if (same !== undefined) return same.id;
      // One that is open and of this name is another version of it.
      const named = (await places.list()).filter(({ name, id }) => name === made.name && !entries.get(id)?.model);
      return named[0]?.id;
    },
  };
}
