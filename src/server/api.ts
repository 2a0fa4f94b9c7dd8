/** @file What the page and the server say to each other: the JSON of every route under /api, as types. */

// What the routes send and take is described beside what makes it; this is the page's list of it.
/** POST /api/ask with an AskRequest answers JobStarted; its job ends with a run. */
export type { AskPicture, AskRequest } from "../workbench/jobs/asked-question.ts";
/** POST /api/runs/ID/compute with a ComputeRequest answers JobStarted. */
export type { ComputeRequest } from "../workbench/jobs/compute-job.ts";
/** GET /api/examples lists them; the picture is at /api/examples/ID/picture. */
export type { Example } from "../workbench/examples.ts";
export type {
  /** POST /api/runs/ID/forecast with a ComputeRequest. */
  Forecast,
  /** POST /api/models/load answers JobStarted; its job ends with the model `ready`. */
  LoadModelRequest,
} from "../workbench/workbench-jobs.ts";
/** GET /api/model-input?model=&picture=&fit=&pictures= ; the picture itself, as PNG, at /api/model-input/picture with the same query and &view=. */
export type { ModelInput, ModelInputRequest } from "../workbench/model-input.ts";
/** POST /api/models/check with a ModelCheckRequest. */
export type { ModelCheck, ModelCheckRequest } from "../workbench/model-check.ts";
export type { ModelDetails, ModelSummary } from "../workbench/model-registry.ts";
/** POST /api/pictures?name=FILE with the file as body; GET /api/pictures/ID?shown= gives the bytes back. */
export type { StoredPicture } from "../workbench/picture-store.ts";
export type {
  /** GET /api/models */
  ModelList,
  /** GET /api/status */
  WorkbenchStatus as ServerStatus,
} from "../workbench/workbench.ts";
export type {
  /** GET /api/runs/ID */
  RunDocument,
  /** GET /api/runs, newest first. */
  RunSummary,
} from "../findings/run-document.ts";
/** The query of GET /api/runs/ID/attention, see below. */
export type { AttentionBlock as AttentionRequest } from "../run/attention-block.ts";
export type {
  CausalGraphFinding,
  CausalQuery,
  CausalStability,
  HeadImportance,
  StabilityOver,
  /** The query of GET /api/runs/ID/stability, see below. */
  StabilityRequest,
} from "../run/causes.ts";
export type * from "../run/measures.ts";
export type { JobError, JobEvent, JobStage, JobSummary } from "../workbench/jobs/types.ts";

/** The answer, 202, to whatever starts a job. */
export interface JobStarted {
  readonly job: string;
}

/**
 * POST /api/session answers 204 with a cookie; only if the server has a token. The page need not call it: as long as the browser has
 * no cookie, `/` is a page of its own that takes the token from the address (`#token=`) or from the user, and then loads `/` again.
 * After a restart every route answers 401 with code `unauthorized`; loading `/` again asks anew.
 */
export interface SessionRequest {
  readonly token: string;
}

/**
 * Binary routes of a run, little-endian, with the shape in the header `x-tensor-dims` ("2,6,220") and the type in `x-tensor-type`:
 * - GET /api/runs/ID/tensors/NAME?start=&end=&within= : a slice as `Run.slice` takes it; the whole tensor without `start` and `end`.
 * - GET /api/runs/ID/attention?layers=&heads=&positions=&combine= : rows of language attention as f32 [layers, heads, positions, N].
 *   `layers` and `heads` are `all`, `mean` (over all of them; the axis is then 1) or indices "0,3"; `positions` are query positions
 *   "212,213"; `combine=mean` averages over the positions (the axis is then 1). 404 with code `not-recorded` if a row is missing.
 * - GET /api/runs/ID/shares : shares of attention by group of positions in the row that predicts each answer token, as f32
 *   [answer tokens, layers, heads, groups]; the groups are `attentionGroups` of src/run/attention-groups.ts.
 * - GET /api/runs/ID/causes?token=&layer=&head=&variant=&alpha=&samples=&signRule=&threshold= : CausalGraphFinding (JSON, as the two
 *   below). 404 with code `not-recorded` if the layer's attention was not kept whole.
 * - GET /api/runs/ID/heads?token=&layer= : HeadImportance.
 * - GET /api/runs/ID/stability?over=settings|threshold|layer|noise & the query of `causes` : CausalStability.
 * - GET /api/runs/ID/pictures/K?shown= , /pictures/K/edited and /pictures/K/asked (the edited one if it was edited) : the picture's
 *   bytes with their media type; with `shown=true` a PNG of those that not every browser draws.
 * - GET /api/runs/ID/file : the run file, as a download.
 * - PUT /api/runs?name=FILE with a run file as body answers RunSummary (201): opens a run from elsewhere.
 * - PATCH /api/runs/ID { name }, DELETE /api/runs/ID, POST /api/runs/ID/restore (undo of the delete, until the server ends).
 * - GET /api/runs/ID/export?format=png|svg|csv|json|html&method=&tokens=&layer=&head=&variant=&map=&hideSinks=&grids= : one file, as a download.
 *   `tokens` is the index of an answer token, or a word of the answer.
 * All of them carry an ETag; GET /api/runs/ID/file takes Range.
 */
export const tensorDimsHeader = "x-tensor-dims";
export const tensorTypeHeader = "x-tensor-type";

/** The body of every answer of status 400 and above. */
export interface ProblemBody {
  readonly error: {
    /** Stable, for the page to act on: not-found, not-recorded, bad-request, too-large, forbidden, unauthorized, conflict, failed, unavailable. */
    readonly code: string;
    /** One sentence that says what, where and what to do. */
    readonly message: string;
  };
}
