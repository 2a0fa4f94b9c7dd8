/** @file The one place that the server asks: models, pictures, jobs and saved runs put together. */
import type { Workbench, WorkbenchOptions } from "./workbench-types.ts";

/** Opens a workbench over a folder of runs. Throws one sentence where the folder cannot be used. */
export async function openWorkbench(options: WorkbenchOptions): Promise<Workbench> {
  return Promise.reject(new Error(`internal: there is no workbench over ${options.runsFolder} yet`));
}
