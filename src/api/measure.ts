/** @file Measurements as scripts ask for them: tests of evidence, causes, and two runs patched into each other. */
import type { z } from "zod";
import { graphPool } from "../causes/graph-pool.ts";
import type { HostedModel } from "../explain/host.ts";
import { measure as measureRun } from "../measure/measure.ts";
import { cacheFolder } from "../program/cache-folder.ts";
import { availableMemoryBytes } from "../program/memory.ts";
import { measureRequestSchema } from "../run/findings-schema.ts";
import type { MeasureRequest, ResultOf } from "../run/measures.ts";
import type { Run } from "../run/types.ts";

/** What can be measured; fields with a usual value may be left out. */
export type AskedMeasure = z.input<typeof measureRequestSchema>;

export interface MeasureOptions {
  /** The run that is patched with the measured one. */
  readonly other?: Run;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

/**
 * Asks the question of a run again as a request says: without some evidence, for causes, or with parts of another run. Throws an Error if the
 * request is none, or does not fit the run.
 */
export async function measure<Kind extends MeasureRequest["kind"]>(
  model: HostedModel,
  run: Run,
  request: AskedMeasure & { readonly kind: Kind },
  options: MeasureOptions = {},
): Promise<ResultOf<Kind>> {
  const read = measureRequestSchema.safeParse(request);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new Error(
      `The request's ${issue!.path.join(".") || "kind"} is wrong: ${issue!.message}; see docs/run-file.md.`,
    );
  }
  const pool = graphPool();
  try {
    const { result } = await measureRun(model, run, {
      ...options,
      ...{ request: read.data, pool, cacheFolder: cacheFolder(), maxMemoryBytes: availableMemoryBytes() },
    });
    return result as ResultOf<Kind>;
  } finally {
    await pool.close();
  }
}
