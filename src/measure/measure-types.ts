/** @file What each kind of measurement is handed. */
import type { HostedModel } from "../explain/host.ts";
import type { Run } from "../run/types.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { GraphLearner } from "../findings/causes/graph-learner.ts";
import type { EvaluationKind } from "./evaluations.ts";
import type { Probe } from "./probe.ts";

export interface RunContext {
  readonly model: HostedModel;
  readonly run: Run;
  /** The run that a request names beside it. */
  readonly other?: Run | undefined;
  readonly signal?: AbortSignal;
  /** More evaluations are to come, so that progress has an end. */
  readonly expect: (evaluations: number) => void;
  /** One more evaluation is done, of this kind. */
  readonly tick: (kind: EvaluationKind) => void;
  /** Keeps a tensor beside the result. */
  readonly keep: (name: string, tensor: Tensor) => void;
  readonly pool: GraphLearner;
  /** Folder for what is written for the time of the measurement. */
  readonly cacheFolder: string;
  readonly maxMemoryBytes: number;
}

/** What a measurement is handed that asks the question of the run again. */
export interface MeasureContext extends RunContext {
  readonly probe: Probe;
}
