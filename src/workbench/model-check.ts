/** @file Checks a model that the page names before it is loaded: whether it runs, and what it needs. */
import { ProblemError } from "../problem/problem.ts";
import type { CheckReport } from "../check/report-schema.ts";
import { checkModel } from "./check-model.ts";
import type { ModelPlaces } from "./model-places.ts";

/** The model by the path of a folder that was opened to the page, or by its id on the hub. */
export interface ModelCheckRequest {
  readonly model: string;
}

/** What an answer with its explanation needs at one precision. */
interface ModelNeed {
  readonly precision: "f32" | "f16";
  readonly memoryBytes: number;
  /** A forecast; null if the speed of the machine is not known. */
  readonly seconds: number | null;
}

export interface ModelCheck {
  /** As it was asked for. */
  readonly model: string;
  /** False if loading it downloads it first. */
  readonly isHere: boolean;
  readonly runs: boolean;
  /** What keeps it from running, in one sentence; null if it runs. */
  readonly problem: string | null;
  /** Name of the family; null if it is not known. */
  readonly architecture: string | null;
  readonly parameters: number | null;
  /** Bytes of all weights; null if only their names are known. */
  readonly weightBytes: number | null;
  readonly availableBytes: number | null;
  /** By precision; empty if it cannot be forecast. */
  readonly needs: readonly ModelNeed[];
  readonly answerTokens: number | null;
  readonly warnings: readonly string[];
}

function needsOf({ forecast }: CheckReport): ModelNeed[] {
  const explained = forecast?.works.filter(({ work }) => work === "explain") ?? [];
  return explained.map(({ precision, memory, seconds }) => ({
    precision,
    memoryBytes: memory.total,
    seconds: seconds?.total ?? null,
  }));
}

/** Where the models of the page lie. */
interface CheckPlaces {
  readonly places: ModelPlaces;
  readonly hubCacheFolder: string;
}

/**
 * Checks a model that the page may name. Of one on the hub only text files and the headers of the weights are fetched, and kept nowhere.
 * Throws `bad-request`, with the reason, for a path outside of the opened folders, for what is no model, and if the hub does not answer.
 */
export async function checkNamedModel(
  { model }: ModelCheckRequest,
  { places, hubCacheFolder }: CheckPlaces,
): Promise<ModelCheck> {
  let report: CheckReport;
  let isHere: boolean;
  try {
    isHere = (await places.find(model)) !== undefined;
    report = await checkModel(model, { cacheFolder: hubCacheFolder });
  } catch (error) {
    // Messages of an Error are written for the user; other kinds are faults of the program.
    if (error instanceof Error && error.name === "Error") {
      throw new ProblemError("bad-request", error.message, { cause: error });
    }
    throw error;
  }
  return {
    ...{ model, isHere, runs: report.runs, problem: report.problem },
    architecture: report.architecture?.name ?? null,
    parameters: report.parameters?.total ?? null,
    weightBytes: report.weights?.bytes ?? null,
    availableBytes: report.forecast?.availableBytes ?? null,
    needs: needsOf(report),
    answerTokens: report.forecast?.answerTokens ?? null,
    warnings: report.warnings,
  };
}
