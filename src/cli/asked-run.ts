/** @file The run that a command measures: a run file, or the question that the options ask; with the model open. */
import { writeFileAtomically, type WriteOptions } from "../files/write-file.ts";
import type { MapMethod } from "../run/map-catalogue.ts";
import { recordingOf } from "../run/maps.ts";
import type { MeasureRequest } from "../run/measures.ts";
import type { Run } from "../run/types.ts";
import { quote } from "../json/quote.ts";
import { cacheFolder } from "../program/cache-folder.ts";
import type { GraphPool } from "../causes/graph-pool.ts";
import { explain } from "../explain/explain.ts";
import { changedRun } from "../run/rewrite-run.ts";
import { addMeasure, measure, type Measured } from "../measure/measure.ts";
import { madeRun } from "../workbench/model-registry.ts";
import { checkOutput, plainRule } from "../export/outputs/check-output.ts";
import { openRecorded } from "../explain/recorded-run.ts";
import type { Question } from "../explain/question.ts";
import { defaultGradientChoice, type Recording } from "../explain/recording.ts";
import { openRunFile } from "../workbench/run-files.ts";
import { withModel, type ModelValues } from "./question-options.ts";
import type { Session } from "./session.ts";
import { UsageError } from "./usage-error.ts";

/** A run with its model. */
export interface AskedRun {
  readonly run: Run;
  /** Path of the run file; undefined if the question was asked now. */
  readonly path: string | undefined;
  /** Asks the question of the run again as a request says, which may name another run. */
  readonly measure: (request: MeasureRequest, pool: GraphPool, other?: Run) => Promise<Measured>;
}

/** The run file of a command that takes at most one. Throws a UsageError for more. */
export function runPathOf(
  command: string,
  { positionals }: { readonly positionals: readonly string[] },
): string | undefined {
  const [path, other] = positionals;
  if (other !== undefined) throw new UsageError(`${command} takes one run; ${quote(other)} is one too many.`);
  return path;
}

/** A run file, or a question that is asked first. */
export type RunSource =
  | { readonly path: string; readonly question?: undefined }
  | {
      readonly path?: undefined;
      readonly question: Question<string>;
      /** A map that is recorded beside attention and exact relevancy of the language model. */
      readonly map?: MapMethod | undefined;
    };

/** What is recorded of a question that is asked now. */
function recordingFor(map: MapMethod | undefined): Recording {
  const { methods = [], variants = [] } = (map === undefined ? undefined : recordingOf(map)) ?? {};
  return {
    methods: [...new Set(["attention", "rollout", "relevancy", ...methods] as const)],
    gradients: { ...defaultGradientChoice, variants: [...new Set([...defaultGradientChoice.variants, ...variants])] },
    record: "default",
  };
}

/** Opens the run, or asks the question first; `work` may change the run's file. Throws an Error if another model made the run. */
export async function withAskedRun<T>(
  source: RunSource,
  { values, session }: { readonly values: ModelValues & { readonly save: boolean }; readonly session: Session },
  work: (asked: AskedRun) => Promise<T>,
): Promise<T> {
  const { path, question } = source;
  if (path !== undefined && values.save) await checkOutput(path, { ...plainRule, kind: "run" });
  const opened = path === undefined ? undefined : await openRunFile(path);
  try {
    return await withModel(values, session, async (model, options) => {
      if (opened !== undefined && !madeRun(model, opened.run.description.model)) {
        throw new Error(
          `${path} was made with ${quote(opened.run.description.model.name)}, whose files differ from those of ${quote(values.model)}; name that model with --model.`,
        );
      }
      const run =
        opened?.run ??
        (await openRecorded(
          await explain(model, question!, { ...options, ...recordingFor("map" in source ? source.map : undefined) }),
        ));
      return work({
        run,
        path,
        measure: (request, pool, other) =>
          measure(model, run, {
            ...options,
            request,
            other,
            pool,
            cacheFolder: cacheFolder(),
            onProgress: ({ done, total }) => session.progress.show("Asking again", done / Math.max(1, total)),
          }),
      });
    });
  } finally {
    await opened?.close();
  }
}

/** A run with measurements added. */
function withMeasures(run: Run, measured: readonly Measured[]): Promise<AsyncIterable<Uint8Array>> {
  const description = measured.reduce((kept, each) => addMeasure(kept, each).description, run.description);
  const tensors = new Map(measured.flatMap((each) => [...each.tensors]));
  return changedRun(run, { description, tensors });
}

/** Adds a measurement to a run file as it is now: a server may have added something else since the work began. */
export async function saveMeasure(path: string, measured: Measured, options: WriteOptions): Promise<void> {
  await keepMeasures([measured], { of: { path }, out: path }, options);
}

/** Where measurements are kept: in a file `out`, with the run of a file as it is now, or with one that no file has. */
export interface KeptRun {
  readonly of: { readonly path: string } | { readonly run: Run };
  readonly out: string;
}

/** Writes a run with measurements. */
export async function keepMeasures(
  measured: readonly Measured[],
  { of, out }: KeptRun,
  options: WriteOptions,
): Promise<void> {
  if ("run" in of) {
    await writeFileAtomically(out, await withMeasures(of.run, measured), options);
    return;
  }
  const opened = await openRunFile(of.path);
  try {
    await writeFileAtomically(out, await withMeasures(opened.run, measured), options);
  } finally {
    await opened.close();
  }
}
