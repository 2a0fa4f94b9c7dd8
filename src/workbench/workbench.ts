/** @file The one place that the server asks: models, pictures, jobs and saved runs put together. */
import { randomUUID } from "node:crypto";
import { availableParallelism, totalmem } from "node:os";
import { resolve } from "node:path";
import { defaultCacheFolder } from "../checkpoint-folder/cache-layout.ts";
import { cacheFolder as widenedWeightsFolder } from "../program/cache-folder.ts";
import { graphPool } from "../causes/graph-pool.ts";
import { packageFolder } from "../program/demo.ts";
import { examplePicture, listExamples } from "./examples.ts";
import { hiddenFolders } from "./hidden-folders.ts";
import { jobQueue } from "./jobs/queue.ts";
import { maxRunBytes } from "./library/import-run.ts";
import { openRunLibrary } from "./library/run-library.ts";
import { availableMemoryBytes } from "../program/memory.ts";
import { modelPreviews } from "./model-input.ts";
import { modelPlaces } from "./model-places.ts";
import { modelRegistry } from "./model-registry.ts";
import { pictureLimits, pictureStore } from "./picture-store.ts";
import { programVersion } from "../program/program-version.ts";
import { runReader } from "./run-reader.ts";
import { shownPictures } from "./shown-picture.ts";
import type { Workbench, WorkbenchOptions } from "./workbench-types.ts";
import { workbenchJobs } from "./workbench-jobs.ts";

/** Opens a workbench over a folder of runs. Throws one sentence where the folder cannot be used. */
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
    examples: listExamples,
    examplePicture,
    storePicture: (picture) => pictures.add(picture),
    async picture(id, options) {
      const picture = pictures.file(id);
      return shown.as(id, picture, options);
    },
    modelInput: async ({ model, picture, fit }) => previews.describe(model, pictures.given(picture), fit),
    modelInputPicture: async ({ model, picture, fit }) => previews.png(model, pictures.given(picture), fit),

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
    tensor: reader.tensor,
    attention: reader.attention,
    shares: reader.shares,
    causes: reader.causes,
    headImportance: reader.headImportance,
    stability: reader.stability,
    runPicture: reader.runPicture,
    exportRun: reader.exportRun,
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
