/** @file What the page reads and asks: the server (`api-client.ts`), or what the page itself holds. */
import type { GridChoice } from "../../src/run/grids.ts";
import type { MapPart, MethodName, Variant } from "../../src/run/map-catalogue.ts";
import type {
  AskRequest,
  AttentionRequest,
  CausalGraphFinding,
  CausalQuery,
  CausalStability,
  ComputeRequest,
  Example,
  Forecast,
  HeadImportance,
  JobStarted,
  JobSummary,
  LoadModelRequest,
  ModelCheck,
  ModelInput,
  ModelInputRequest,
  ModelList,
  RunDocument,
  RunSummary,
  ServerStatus,
  StabilityRequest,
  StoredPicture,
} from "../../src/server/api.ts";
import type { FloatTensor } from "../../src/tensor/tensor.ts";

/** A refusal: `code` is that of `ProblemBody`, `offline` if the server could not be reached, `no-server` if the page has none. */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  constructor(code: string, message: string, status: number) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** Numbers of a run, little-endian as sent: f32 as floats, i32 as integers. */
export interface NumberTensor {
  readonly dims: readonly number[];
  readonly data: Float32Array | Int32Array;
}

export interface ExportQuery {
  readonly format: "png" | "svg" | "csv" | "json" | "html";
  readonly method?: MethodName;
  /** Index of an answer token, or a word of the answer. */
  readonly tokens?: string;
  readonly layer?: number;
  readonly head?: number | "mean";
  readonly variant?: Variant;
  readonly map?: MapPart;
  readonly hideSinks?: boolean;
  readonly grids?: GridChoice;
}

/** Calls to read runs work without a server; the others are refused with the code `no-server` then. */
export interface DataSource {
  /** False in a report or another page that is a file: nothing can be asked or computed. */
  readonly hasServer: boolean;
  status(): Promise<ServerStatus>;
  models(): Promise<ModelList>;
  loadModel(request: LoadModelRequest): Promise<JobStarted>;
  /** Whether a model runs and what it needs, by its folder or hub id. */
  checkModel(model: string): Promise<ModelCheck>;
  examples(): Promise<Example[]>;
  storePicture(file: Blob, name: string): Promise<StoredPicture>;
  modelInput(query: ModelInputRequest): Promise<ModelInput>;
  ask(request: AskRequest): Promise<JobStarted>;
  compute(run: string, request: ComputeRequest): Promise<JobStarted>;
  forecast(run: string, request: ComputeRequest): Promise<Forecast>;
  jobs(): Promise<JobSummary[]>;
  cancelJob(job: string): Promise<void>;
  keepPartial(job: string): Promise<JobStarted>;
  runs(): Promise<RunSummary[]>;
  openRun(run: string): Promise<RunDocument>;
  importRun(file: Blob, name: string): Promise<RunSummary>;
  renameRun(run: string, name: string): Promise<void>;
  deleteRun(run: string): Promise<void>;
  restoreRun(run: string): Promise<void>;
  /** A tensor of a run, or entries [start, end) along its first axis. */
  tensor(run: string, name: string, range?: { readonly start: number; readonly end: number }): Promise<NumberTensor>;
  /** Rows of language attention, [layers, heads, positions, N]. */
  attention(run: string, query: AttentionRequest): Promise<FloatTensor>;
  /** The causal graph of one head for one answer token. */
  causes(run: string, query: CausalQuery): Promise<CausalGraphFinding>;
  headImportance(run: string, query: { readonly token: number; readonly layer: number }): Promise<HeadImportance>;
  stability(run: string, request: StabilityRequest): Promise<CausalStability>;
  /** Addresses for links, pictures and event streams. */
  readonly urls: {
    examplePicture(example: string): string;
    picture(picture: string): string;
    modelInputPicture(query: ModelInputRequest): string;
    runPicture(run: string, picture: number, form: "original" | "edited" | "asked"): string;
    /** The address of a picture as every browser draws it, by the address of its bytes. */
    shown(picture: string): string;
    /** The same with these samples of more than 8 bits as black and white. */
    stretched(picture: string, range: { readonly low: number; readonly high: number }): string;
    runFile(run: string): string;
    /** Notices of the packages whose code the page holds. */
    readonly licenses: string;
    jobEvents(job: string): string;
    exported(run: string, query: ExportQuery): string;
  };
}
