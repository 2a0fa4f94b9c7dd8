/** @file What the page can do and see: the facade that the server calls, and the plain data that it hands out. */
import type { SampleRange } from "../image/samples.ts";
import type { FitMode, GridPlacement } from "../image/types.ts";
import type { OpenedFile } from "../files/open-file.ts";
import type {
  CausalGraphFinding,
  CausalQuery,
  CausalStability,
  HeadImportance,
  StabilityRequest,
} from "../run/causes.ts";
import type { MeasureRequest } from "../run/measures.ts";
import type { AskedSampling, EditStep, RunMessage, SamplingValues, SliceRange } from "../run/types.ts";
import type { RunDocument, RunSummary } from "../findings/run-document.ts";
import type { AttentionBlock } from "../run/attention-block.ts";
import type { FloatTensor, Tensor } from "../tensor/tensor.ts";
import type { ExportFormat } from "../export/formats.ts";
import type { SelectionRequest } from "../export/selection.ts";
import type { JobSummary, NumberedEvent } from "./jobs/types.ts";
import type { Method, Variant } from "../explain/method-names.ts";

export interface WorkbenchStatus {
  readonly version: string;
  /** Another value after each start, so that the page notices a restart. */
  readonly instance: string;
  /** Such as "CPU, 2 threads". */
  readonly device: string;
  readonly memory: { readonly usedBytes: number; readonly totalBytes: number };
  readonly limits: { readonly pictureBytes: number; readonly runBytes: number; readonly pictureSampleBytes: number };
}

/** One model that can be asked. `id` is what requests name it by: a hub id, a path, or "demo". */
export interface ModelSummary {
  readonly id: string;
  readonly name: string;
  /** `available`: on this computer but not loaded. */
  readonly state: "ready" | "loading" | "available" | "failed";
  /** Known once the model was opened. */
  readonly details?: ModelDetails;
  /** The job that was started to load it, while `loading`; left out where a question loads it. */
  readonly job?: string;
  /** One sentence, where `failed`. */
  readonly error?: string;
}

export interface ModelDetails {
  readonly architecture: string;
  readonly precision: "f32" | "f16";
  readonly layers: number;
  readonly heads: number;
  /** Of every picture; left out if they depend on the picture. */
  readonly grid?: { readonly rows: number; readonly cols: number };
  readonly input?: { readonly width: number; readonly height: number };
  readonly weightBytes: number;
  /** What the model's files disagree on and what of them is not used, one sentence each. */
  readonly warnings: readonly string[];
  readonly fits: readonly FitMode[];
  /** What the model's files ask for; null where it cannot be used. */
  readonly sampling: SamplingValues | null;
}

export interface ModelList {
  readonly models: readonly ModelSummary[];
  /** Folders that were opened to the page when the server started; a path outside of them is refused. */
  readonly folders: readonly string[];
}

export interface LoadModelRequest {
  /** A hub id, a path within one of the opened folders, or "demo". */
  readonly model: string;
  readonly precision?: "f32" | "f16" | "auto";
}

/** A question of the example gallery. */
export interface Example {
  readonly id: string;
  readonly question: string;
  readonly model: string;
  readonly width: number;
  readonly height: number;
}

export interface StoredPicture {
  readonly id: string;
  readonly name: string;
  readonly mediaType: string;
  /** Pixels, after the EXIF orientation is applied. */
  readonly width: number;
  readonly height: number;
  /** Of a picture of more than 8 bits that loses what it shows: why, and which samples to stretch. */
  readonly loss?: { readonly text: string; readonly low: number; readonly high: number };
}

export interface ModelInputRequest {
  readonly model: string;
  /** Id of a stored picture. */
  readonly picture: string;
  readonly fit: FitMode;
}

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

export interface AskRequest {
  readonly model: string;
  /** The conversation, the last message from the user; `image` parts take the pictures in order. */
  readonly messages: readonly RunMessage[];
  readonly pictures: readonly AskPicture[];
  readonly fit: FitMode;
  readonly sampling: AskedSampling;
  /** `full` keeps every row of attention. */
  readonly record?: "default" | "full";
}

/** What to add to a run. The same answer is kept, teacher-forced. */
export interface ComputeRequest {
  readonly methods: readonly Method[];
  readonly variants?: readonly Variant[];
  /** `full` records attention whole, whether `methods` names it or not. */
  readonly record?: "default" | "full";
  /**
   * What relevancy explains: the token's logit, its log-probability, or its logit against that of another token: its text, and its
   * vocabulary entry where that is known.
   */
  readonly target?:
    | { readonly kind: "logit" }
    | { readonly kind: "logprob" }
    | { readonly kind: "contrast"; readonly other: string; readonly otherId?: number | undefined };
  /** What to measure by asking the model again; `methods` is then empty. Its result is added to `measures` of the run. */
  readonly measure?: MeasureRequest;
}

/** What a computation would cost. */
export interface Forecast {
  readonly seconds: number;
  readonly bytes: number;
  readonly availableBytes: number;
}

/** One figure or table of a run as one file. */
interface RunExportRequest {
  readonly format: ExportFormat;
  readonly selection: SelectionRequest;
}

/** Bytes to hand out, with what they are. */
export interface NamedBytes {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** A file to hand out, opened and looked at. */
export interface NamedFile extends OpenedFile {
  readonly name: string;
}

type RunPictureForm = "original" | "edited" | "asked";

export interface ShownOption {
  /** A PNG of the picture where not every browser draws its format. @default false */
  readonly shown?: boolean | undefined;
  /** A PNG of the picture with these samples of more than 8 bits as black and white. */
  readonly stretch?: SampleRange | undefined;
}

/**
 * Everything behind the server. Methods throw a ProblemError where the request is at fault, whose code tells how; jobs never throw but
 * end as `failed`, with one sentence.
 */
export interface Workbench {
  /** A message without the paths of folders that the page has no business with: runs, caches, the program's own. */
  withoutFolders(message: string): string;
  status(): WorkbenchStatus;

  /** The demo model, those of the Hugging Face cache, and the checkpoints in the opened folders. */
  models(): Promise<ModelList>;
  /** Starts a job, and returns its id, like every method below that answers one. */
  loadModel(request: LoadModelRequest): Promise<string>;

  examples(): Promise<readonly Example[]>;
  examplePicture(id: string): Promise<NamedBytes>;

  /** Checks and keeps a picture. Throws `too-large` beyond the limits, `bad-request` for what is no picture. */
  storePicture(picture: { readonly name: string; readonly bytes: Uint8Array }): Promise<StoredPicture>;
  picture(id: string, options?: ShownOption): Promise<NamedBytes>;
  modelInput(request: ModelInputRequest): Promise<ModelInput>;
  /** The exact pixels that the vision tower receives, as PNG. */
  modelInputPicture(request: ModelInputRequest): Promise<Uint8Array>;

  ask(request: AskRequest): Promise<string>;
  compute(runId: string, request: ComputeRequest): Promise<string>;
  forecast(runId: string, request: ComputeRequest): Promise<Forecast>;

  /** Oldest first. */
  jobs(): readonly JobSummary[];
  job(id: string): JobSummary;
  /** Events with a number above `after` (0 gives all), then those to come; ends after the last event, or when the signal aborts. */
  events(id: string, after: number, signal?: AbortSignal): AsyncIterable<NumberedEvent>;
  /** Stops a job between two layers or tokens; one that ended already stays as it is. */
  cancel(id: string): JobSummary;
  /** Makes a run of what a cancelled ask job had answered. Throws `conflict` where there is nothing to keep. */
  keepPartial(id: string): Promise<string>;

  /** Newest first. */
  runs(): Promise<readonly RunSummary[]>;
  openRun(id: string): Promise<RunDocument>;
  /** A tensor, or a part of it. Throws `not-recorded` for a name that the run does not have. */
  tensor(id: string, name: string, slice?: SliceRange): Promise<Tensor>;
  /** Throws `not-recorded` where a row is missing. */
  attention(id: string, request: AttentionBlock): Promise<FloatTensor>;
  /**
   * Shares of attention by group of positions (`attentionGroups` of src/run, in this order) in the row that predicts each answer token,
   * f32 [answer tokens, layers, heads, groups]; each row sums to 1.
   */
  shares(id: string): Promise<FloatTensor>;
  /**
   * The causal graph of one head for one answer token. Throws `not-recorded` where the layer's attention was not kept whole, which a
   * full recording does.
   */
  causes(id: string, query: CausalQuery): Promise<CausalGraphFinding>;
  /** Throws `not-recorded` where the row that predicts the token is missing. */
  headImportance(id: string, query: { readonly token: number; readonly layer: number }): Promise<HeadImportance>;
  /** How often edges and explaining tokens come back. Layers whose attention was not kept whole are left out. */
  stability(id: string, request: StabilityRequest): Promise<CausalStability>;
  /**
   * Picture K of a run: as it came, as it was edited, or as the model was asked about it, which is the edited one where there is one.
   * Throws `not-found` where there is none.
   */
  runPicture(id: string, picture: number, form: RunPictureForm, options?: ShownOption): Promise<NamedBytes>;
  /** The opened file, which the caller closes: what was checked is what is sent. */
  runFile(id: string): Promise<NamedFile>;
  /** Takes in a run file. Nothing stays behind where it is none, or too large. */
  importRun(file: { readonly name: string; readonly body: AsyncIterable<Uint8Array> }): Promise<RunSummary>;
  renameRun(id: string, name: string): Promise<RunSummary>;
  /** Undone by `restoreRun` until the workbench closes. */
  deleteRun(id: string): Promise<void>;
  restoreRun(id: string): Promise<RunSummary>;
  exportRun(id: string, request: RunExportRequest): Promise<NamedBytes>;

  /** Cancels what runs, closes files, and forgets pictures and deleted runs. */
  close(): Promise<void>;
}

export interface WorkbenchOptions {
  /** Folder of the run files; made where it does not exist. */
  readonly runsFolder: string;
  /** Folders whose checkpoints the page may load. */
  readonly modelFolders?: readonly string[];
  /** Folder of widened weights. */
  readonly cacheFolder?: string;
  /** Folder of downloaded models. */
  readonly hubCacheFolder?: string;
  /** Memory that a job may take; by default what the system has available when it starts. */
  readonly maxMemoryBytes?: number;
  /** Told what the files of a model disagree on, when it was loaded. */
  readonly onWarning?: (sentence: string) => void;
}
