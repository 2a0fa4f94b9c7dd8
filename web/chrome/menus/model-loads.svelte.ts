/** @file Loads models while the page stays usable, and follows each load to its end. */
import { watchJob, type JobView } from "../../jobs/job-view.svelte.ts";
import type { Page } from "../../state/page.svelte.ts";

export function createModelLoads(page: Page, onready: (model: string) => void) {
  let loads = $state.raw<readonly { readonly model: string; readonly view: JobView }[]>([]);

  /** Follows a job that loads a model; one that is followed already is left alone. */
  async function follow(model: string, job: string): Promise<boolean> {
    if (loads.some(({ view }) => view.id === job)) return false;
    const load = { model, view: watchJob(page.api, job) };
    loads = [...loads, load];
    const ended = await load.view.ended;
    await page.refreshModels();
    loads = loads.filter((each) => each !== load);
    if (ended.state === "failed") {
      page.notify({ kind: "error", text: ended.error?.message ?? `${model} cannot be loaded; no reason was given.` });
    }
    return ended.state === "done";
  }

  return {
    get newest() {
      return loads.at(-1);
    },
    /** The stage at work of the load of a model. */
    stageOf(model: string) {
      return loads.find((load) => load.model === model)?.view.progress.stages.find(({ state }) => state === "running");
    },
    /** Follows what was begun elsewhere, as before the page was loaded. */
    followListed(): void {
      for (const { id, state, job } of page.models ?? []) {
        if (state === "loading" && job !== undefined) void follow(id, job);
      }
    },
    async load(model: string): Promise<void> {
      try {
        const { job } = await page.api.loadModel({ model });
        const followed = follow(model, job);
        await page.refreshModels();
        if (!(await followed)) return;
        onready(model);
        page.say(`${model} is ready.`);
      } catch (error) {
        page.fail(error);
      }
    },
    cancel(job: string): void {
      page.api.cancelJob(job).catch((error: unknown) => page.fail(error));
    },
  };
}
