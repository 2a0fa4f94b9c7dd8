/** @file How long work reports its progress, and how it is stopped. */

/** The stages of a question, in their order. */
export type Stage = "weights" | "vision" | "prefill" | "decode" | "trace" | "lens" | "gradient";

export interface Progress {
  readonly stage: Stage;
  readonly done: number;
  /** Steps of this stage; for `decode` the most it may take. */
  readonly total: number;
}

/** Options that every long operation of the engine takes. */
export interface WorkOptions {
  /** Aborting stops the work between two layers or tokens; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}
