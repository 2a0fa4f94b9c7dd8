/** @file The one place that the server asks: models, pictures, jobs and saved runs put together. */
import { randomUUID } from "node:crypto";
import { availableParallelism, totalmem } from "node:os";
import { resolve } from "node:path";
import { defaultCacheFolder } from "../checkpoint-folder/cache-layout.ts";
import { cacheFolder as widenedWeightsFolder } from "../program/cache-folder.ts";
import { graphPool } from "../causes/graph-pool.ts";
import { packageFolder } from "../program/demo.ts";
import { examplePicture, listExamples, type Example } from "./examples.ts";
import { hiddenFolders } from "./hidden-folders.ts";
import { jobQueue } from "./jobs/queue.ts";
import type { JobSummary, NumberedEvent } from "./jobs/types.ts";
import { maxRunBytes } from "./library/import-run.ts";
import { openRunLibrary, type RunLibrary } from "./library/run-library.ts";
import { availableMemoryBytes } from "../program/memory.ts";
import { checkNamedModel, type ModelCheck, type ModelCheckRequest } from "./model-check.ts";
import { modelPreviews, type ModelInput, type ModelInputRequest } from "./model-input.ts";
import { modelPlaces } from "./model-places.ts";
import { modelRegistry, type ModelSummary } from "./model-registry.ts";
import type { NamedBytes } from "./named-bytes.ts";
import { pictureLimits, pictureStore, type StoredPicture } from "./picture-store.ts";
import { programVersion } from "../program/program-version.ts";
import { runReader, type RunReader } from "./run-reader.ts";
import { shownPictures, type ShownOption } from "./shown-picture.ts";
import type { RunDocument, RunSummary } from "../findings/run-document.ts";
import { workbenchJobs, type WorkbenchJobs } from "./workbench-jobs.ts";

export interface WorkbenchStatus {
  readonly version: string;
  /** Another value after each start, so that the page notices a restart. */
  readonly instance: string;
  /** Such as "CPU, 2 threads". */
  readonly device: string;
  readonly memory: { readonly usedBytes: number; readonly totalBytes: number };
  readonly limits: { readonly pictureBytes: number; readonly runBytes: number; readonly pictureSampleBytes: number };
}

export interface ModelList {
  readonly models: readonly ModelSummary[];
  /** Folders that were opened to the page when the server started; a path outside of them is refused. */
  readonly folders: readonly string[];
}

/**
 * Everything behind the server. Methods throw a ProblemError if the request is at fault, whose code tells how; jobs never throw
 * but end as `failed`, with a message.
 */
export interface Workbench extends WorkbenchJobs, Omit<RunReader, "document"> {
  /** A message without the paths of folders that the page has no business with: runs, caches, the program's own. */
  withoutFolders(message: string): string;
  status(): WorkbenchStatus;

  /** The demo model, those of the Hugging Face cache, and the checkpoints in the opened folders. */
  models(): Promise<ModelList>;
  /** Whether a model runs and what it needs, before it is loaded. Throws `bad-request` for what the page may not name, or is no model. */
  checkModel(request: ModelCheckRequest): Promise<ModelCheck>;

  examples(): Promise<readonly Example[]>;
  examplePicture(id: string): Promise<NamedBytes>;

  /** Checks and keeps a picture. Throws `too-large` beyond the limits, `bad-request` for a file that is not a picture. */
  storePicture(picture: { readonly name: string; readonly bytes: Uint8Array }): Promise<StoredPicture>;
  picture(id: string, options?: ShownOption): Promise<NamedBytes>;
  modelInput(request: ModelInputRequest): Promise<ModelInput>;
  /** The exact pixels that the vision tower receives, as PNG. */
  modelInputPicture(request: ModelInputRequest): Promise<Uint8Array>;

  /** Oldest first. */
  jobs(): readonly JobSummary[];
  job(id: string): JobSummary;
  /** Events with a number above `after` (0 gives all), then those to come; ends after the last event, or when the signal aborts. */
  events(id: string, after: number, signal?: AbortSignal): AsyncIterable<NumberedEvent>;
  /** Stops a job between two layers or tokens; one that ended already stays as it is. */
  cancel(id: string): JobSummary;

  /** Newest first. */
  runs(): Promise<readonly RunSummary[]>;
  openRun(id: string): Promise<RunDocument>;
  /** The opened file, which the caller closes: what was checked is what is sent. */
  runFile: RunLibrary["file"];
  /** Takes in a run file. Nothing stays behind if it is none, or too large. */
  importRun: RunLibrary["import"];
  renameRun(id: string, name: string): Promise<RunSummary>;
  /** Undone by `restoreRun` until the workbench closes. */
  deleteRun(id: string): Promise<void>;
  restoreRun(id: string): Promise<RunSummary>;

  /** Cancels what runs, closes files, and forgets pictures and deleted runs. */
  close(): Promise<void>;
}

export interface WorkbenchOptions {
  /** Folder of the run files; made if it does not exist. */
  readonly runsFolder: string;
  /** Folders whose checkpoints the page may load. */
  readonly modelFolders?: readonly string[];
  /** Folder of widened weights. */
  readonly cacheFolder?: string;
  /** Folder of downloaded models. */
  readonly hubCacheFolder?: string;
  /** Memory that a job may take; by default what the system has available when it starts. */
  readonly maxMemoryBytes?: number;
  /** Told what the files of a model disagree on, when it was loaded. */
  readonly onWarning?: (sentence: string) => void;
}

/** Opens a workbench over a folder of runs. Throws an Error if the folder cannot be used. */
export async function openWorkbench(options: WorkbenchOptions): Promise<Workbench> {
  const { runsFolder, modelFolders = [], maxMemoryBytes, onWarning } = options;
  const { cacheFolder = widenedWeightsFolder(), hubCacheFolder = defaultCacheFolder() } = options;
  const library = await openRunLibrary(runsFolder);
  const places = modelPlaces({ folders: modelFolders, hubCacheFolder });
  const registry = modelRegistry(places, { cacheFolder, hubCacheFolder, onWarning });
  const pictures = pictureStore();
  const previews = modelPreviews(registry);
  const withoutFolders = hiddenFolders([resolve(runsFolder), cacheFolder, hubCacheFolder, packageFolder]);
  const queue = jobQueue({ withoutFolders });
  const shown = shownPictures();
  const graphs = graphPool();
  const reader = runReader(library, shown, graphs);
  const instance = randomUUID();
  const starts = workbenchJobs({
    ...{ queue, library, registry, pictures, pool: graphs, cacheFolder },
    memoryBytes: () => maxMemoryBytes ?? availableMemoryBytes(),
  });

  return {
    withoutFolders,
    status: () => ({
      version: programVersion(),
      instance,
      device: `CPU, ${availableParallelism()} threads`,
      memory: { usedBytes: process.memoryUsage.rss(), totalBytes: totalmem() },
      limits: {
        pictureBytes: pictureLimits.bytes,
        runBytes: maxRunBytes,
        pictureSampleBytes: pictureLimits.sampleBytes,
      },
    }),
    async models() {
      const listed = await registry.list();
      const models = listed.map((model) =>
        model.error === undefined ? model : { ...model, error: withoutFolders(model.error) },
      );
      return { models, folders: places.folders };
    },
    async checkModel(request) {
      const found = await checkNamedModel(request, { places, hubCacheFolder });
      const problem = found.problem && withoutFolders(found.problem);
      return { ...found, problem, warnings: found.warnings.map(withoutFolders) };
    },
    examples: listExamples,
    examplePicture,
    storePicture: (picture) => pictures.add(picture),
    async picture(id, options) {
      const picture = pictures.file(id);
      return shown.as(id, picture, options);
    },
    modelInput: async ({ model, picture, ...choice }) => previews.describe(model, pictures.given(picture), choice),
    modelInputPicture: async ({ model, picture, ...choice }) => previews.png(model, pictures.given(picture), choice),

    ...starts,
    jobs: () => queue.list(),
    job: (id) => queue.summary(id),
    events: (id, after, signal) => queue.events(id, after, signal),
    cancel: (id) => queue.cancel(id),

    runs: () => library.list(),
    async openRun(id) {
      const document = await reader.document(id);
      const model = await registry.idOfRun(document.description.model);
      return model === undefined ? document : { ...document, model };
    },
    ...reader,
    runFile: (id) => library.file(id),
    importRun: (file) => library.import(file),
    renameRun: (id, name) => library.rename(id, name),
    deleteRun: (id) => library.remove(id),
    restoreRun: (id) => library.restore(id),

    async close() {
      await queue.close();
      pictures.clear();
      await graphs.close();
      await library.close();
    },
  };
}
