/** @file What the page and the server say to each other: the JSON of every route under /api, as types. */
import type { EditStep, RunDescription, RunMessage, RunSampling } from "../run/types.ts";
import type { FitMode, GridPlacement } from "../image/types.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** GET /api/status */
export interface ServerStatus {
  readonly version: string;
  /** Another value after each start, so that the page notices a restart. */
  readonly instance: string;
  /** Such as "CPU, 2 threads". */
  readonly device: string;
  readonly memory: { readonly usedBytes: number; readonly totalBytes: number };
  readonly limits: { readonly pictureBytes: number; readonly runBytes: number; readonly picturePixels: number };
}

/** One model that can be asked. `id` is what requests name it by: a hub id, a path, or "demo". */
export interface ModelSummary {
  readonly id: string;
  readonly name: string;
  /** `available`: on this computer but not loaded. */
  readonly state: "ready" | "loading" | "available" | "failed";
  /** Known once the model was opened. */
  readonly details?: {
    readonly architecture: string;
    readonly precision: "f32" | "f16";
    readonly layers: number;
    readonly heads: number;
    readonly grid: { readonly rows: number; readonly cols: number };
    readonly input: { readonly width: number; readonly height: number };
    readonly weightBytes: number;
    readonly fits: readonly FitMode[];
  };
  /** The job that loads it, while `loading`. */
  readonly job?: string;
  /** One sentence, where `failed`. */
  readonly error?: string;
}

/** GET /api/models */
export interface ModelList {
  readonly models: readonly ModelSummary[];
  /** Folders that were opened to the page when the server started; a path outside of them is refused. */
  readonly folders: readonly string[];
}

/** POST /api/models/load answers JobStarted; its job ends with the model `ready`. */
export interface LoadModelRequest {
  /** A hub id, a path within one of the opened folders, or "demo". */
  readonly model: string;
  readonly precision?: "f32" | "f16" | "auto";
}

/** GET /api/examples; the picture is at /api/examples/ID/picture. */
export interface Example {
  readonly id: string;
  readonly question: string;
  readonly model: string;
  readonly width: number;
  readonly height: number;
}

/** POST /api/pictures?name=FILE with the file as body; GET /api/pictures/ID gives the bytes back. */
export interface StoredPicture {
  readonly id: string;
  readonly name: string;
  readonly mediaType: string;
  /** Pixels, after the EXIF orientation is applied. */
  readonly width: number;
  readonly height: number;
}

/** GET /api/model-input?model=&picture=&fit= ; the picture itself, as PNG, at /api/model-input/picture with the same query. */
export interface ModelInput {
  readonly fit: FitMode;
  readonly original: { readonly width: number; readonly height: number };
  readonly input: { readonly width: number; readonly height: number };
  /** The grids on the original picture, in its pixels. */
  readonly grids: readonly GridPlacement[];
  /** What is done to the picture, a few words a step. */
  readonly steps: readonly string[];
  readonly patches: number;
  /** Patches that see only padding. */
  readonly paddingPatches: number;
}

/** A picture of a question: as it came, and as it was edited. */
export interface AskPicture {
  /** Id of a stored picture. */
  readonly original: string;
  readonly edited?: { readonly picture: string; readonly steps: readonly EditStep[] };
}

/** POST /api/ask answers JobStarted; its job ends with a run. */
export interface AskRequest {
  readonly model: string;
  /** The conversation, the last message from the user; `image` parts take the pictures in order. */
  readonly messages: readonly RunMessage[];
  readonly pictures: readonly AskPicture[];
  readonly fit: FitMode;
  readonly sampling: RunSampling;
  /** `full` keeps every row of attention. */
  readonly record?: "default" | "full";
}

/** What to add to a run: POST /api/runs/ID/compute answers JobStarted. The same answer is kept, teacher-forced. */
export interface ComputeRequest {
  readonly methods: readonly (
    "attention" | "rollout" | "lens" | "relevancy" | "gradient-rollout" | "grad-cam" | "lrp"
  )[];
  readonly variants?: readonly ("exact" | "reference")[];
  readonly record?: "default" | "full";
  /** What relevancy explains: the token's logit, its log-probability, or its logit against that of another token (its text). */
  readonly target?:
    { readonly kind: "logit" } | { readonly kind: "logprob" } | { readonly kind: "contrast"; readonly other: string };
}

/** What a computation would cost: POST /api/runs/ID/forecast with a ComputeRequest. */
export interface Forecast {
  readonly seconds: number;
  readonly bytes: number;
  readonly availableBytes: number;
}

/** The answer, 202, to whatever starts a job. */
export interface JobStarted {
  readonly job: string;
}

// Jobs are described where they are done; this is what the page sees of them.
export type { JobError, JobEvent, JobKind, JobStage, JobState, JobSummary } from "../tasks/jobs/types.ts";

/** A run in the list: GET /api/runs, newest first. */
export interface RunSummary {
  readonly id: string;
  /** What the user called it, else "". */
  readonly name: string;
  readonly question: string;
  readonly answer: string;
  readonly turns: number;
  readonly pictures: number;
  /** How many steps its pictures were edited by. */
  readonly edits: number;
  /** Geometric mean of the answer tokens' probabilities. */
  readonly probability: number;
  readonly model: string;
  readonly created: string;
  /** Milliseconds that the answer took, all stages. */
  readonly durationMs: number;
  readonly fileBytes: number;
}

/** An attention sink among the image tokens. */
export interface SinkSummary {
  /** Position in the sequence, and index among the image tokens of all pictures. */
  readonly position: number;
  readonly token: number;
}

/** One run, opened: GET /api/runs/ID. */
export interface RunDocument {
  readonly summary: RunSummary;
  readonly description: RunDescription;
  readonly tensors: readonly {
    readonly name: string;
    readonly dims: readonly number[];
    readonly type: Tensor["type"];
  }[];
  /** Attention sinks; null where the run does not hold what they are found by. */
  readonly sinks: readonly SinkSummary[] | null;
  /** Name of the run file, such as "r-0142.run.safetensors". */
  readonly fileName: string;
  /** Id of the model that can ask again, where this server has it. */
  readonly model?: string;
}

/**
 * Binary routes of a run, little-endian, with the shape in the header `x-tensor-dims` ("2,6,220") and the type in `x-tensor-type`:
 * - GET /api/runs/ID/tensors/NAME?start=&end=&within= : a slice as `Run.slice` takes it; the whole tensor without `start` and `end`.
 * - GET /api/runs/ID/attention?layers=&heads=&positions=&combine= : rows of language attention as f32 [layers, heads, positions, N].
 *   `layers` and `heads` are `all`, `mean` (over all of them; the axis is then 1) or indices "0,3"; `positions` are query positions
 *   "212,213"; `combine=mean` averages over the positions (the axis is then 1). 404 with code `not-recorded` where a row is missing.
 * - GET /api/runs/ID/pictures/K and /pictures/K/edited : the picture's bytes with their media type.
 * - GET /api/runs/ID/file : the run file, as a download.
 * - PUT /api/runs?name=FILE with a run file as body answers RunSummary (201): opens a run from elsewhere.
 * - PATCH /api/runs/ID { name }, DELETE /api/runs/ID, POST /api/runs/ID/restore (undo of the delete, until the server ends).
 * - GET /api/runs/ID/export?format=png|svg|csv|json|html&method=&tokens=&layer=&head=&variant=&map=&hideSinks= : one file, as a download.
 */
export const tensorDimsHeader = "x-tensor-dims";
export const tensorTypeHeader = "x-tensor-type";

/** The body of every answer of status 400 and above. */
export interface ProblemBody {
  readonly error: {
    /** Stable, for the page to act on: not-found, not-recorded, bad-request, too-large, forbidden, unauthorized, conflict, failed. */
    readonly code: string;
    /** One sentence that says what, where and what to do. */
    readonly message: string;
  };
}
