/** @file Calls the server: one function a route, with the types of `src/server/api.ts`. */
import { tensorDimsHeader } from "../../src/server/api.ts";
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
  ModelInput,
  ModelInputRequest,
  ModelList,
  ProblemBody,
  RunDocument,
  RunSummary,
  ServerStatus,
  StabilityRequest,
  StoredPicture,
} from "../../src/server/api.ts";
import type { FloatTensor } from "../../src/tensor/tensor.ts";

/** What the server said no to: `code` is stable (see `ProblemBody`), `offline` where it could not be reached at all. */
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
  readonly method?: "attention" | "rollout" | "lens" | "relevancy" | "gradient-rollout" | "grad-cam" | "lrp";
  /** Index of an answer token, or a word of the answer. */
  readonly tokens?: string;
  readonly layer?: number;
  readonly head?: number | "mean";
  readonly variant?: "exact" | "reference";
  readonly map?: "language" | "vision" | "combined" | "combined2";
  readonly hideSinks?: boolean;
}

export interface ApiClient {
  status(): Promise<ServerStatus>;
  models(): Promise<ModelList>;
  loadModel(request: LoadModelRequest): Promise<JobStarted>;
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
    jobEvents(job: string): string;
    exported(run: string, query: ExportQuery): string;
  };
}

function queryOf(fields: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString();
}

const listText = (list: "all" | "mean" | readonly number[]): string =>
  typeof list === "string" ? list : list.join(",");

async function problemOf(response: Response): Promise<ApiError> {
  const fallback = `The server answered with status ${response.status}; try again.`;
  const body = (await response.json().catch(() => undefined)) as ProblemBody | undefined;
  return new ApiError(body?.error.code ?? "failed", body?.error.message ?? fallback, response.status);
}

/** A client of the server that the page came from, or of another `base`. */
export function createApiClient(base = ".", fetcher: typeof fetch = (...given) => fetch(...given)): ApiClient {
  const address = (path: string): string => `${base}/api/${path}`;

  async function call(path: string, init?: RequestInit): Promise<Response> {
    let response: Response;
    try {
      response = await fetcher(address(path), init);
    } catch (cause) {
      const error = new ApiError("offline", "The server does not answer; it may have been stopped.", 0);
      error.cause = cause;
      throw error;
    }
    if (!response.ok) throw await problemOf(response);
    return response;
  }
  const get = async <T>(path: string): Promise<T> => (await (await call(path)).json()) as T;
  const send = async <T>(method: string, path: string, body: unknown = {}): Promise<T> => {
    const init = { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
    const text = await (await call(path, init)).text();
    return (text === "" ? undefined : JSON.parse(text)) as T;
  };
  const upload = async <T>(method: string, path: string, file: Blob): Promise<T> => {
    const headers = { "content-type": file.type || "application/octet-stream" };
    return (await (await call(path, { method, body: file, headers })).json()) as T;
  };
  async function numbers(path: string): Promise<NumberTensor> {
    const response = await call(path);
    const text = response.headers.get(tensorDimsHeader) ?? "";
    const dims = text === "" ? [] : text.split(",").map(Number);
    const bytes = await response.arrayBuffer();
    return {
      dims,
      data: response.headers.get("x-tensor-type") === "i32" ? new Int32Array(bytes) : new Float32Array(bytes),
    };
  }
  const runPath = (run: string): string => `runs/${encodeURIComponent(run)}`;

  return {
    status: () => get("status"),
    models: () => get("models"),
    loadModel: (request) => send("POST", "models/load", request),
    examples: () => get("examples"),
    storePicture: (file, name) => upload("POST", `pictures?${queryOf({ name })}`, file),
    modelInput: (query) => get(`model-input?${queryOf({ ...query })}`),
    ask: (request) => send("POST", "ask", request),
    compute: (run, request) => send("POST", `${runPath(run)}/compute`, request),
    forecast: (run, request) => send("POST", `${runPath(run)}/forecast`, request),
    jobs: () => get("jobs"),
    cancelJob: (job) => send("DELETE", `jobs/${job}`),
    keepPartial: (job) => send("POST", `jobs/${job}/keep`),
    runs: () => get("runs"),
    openRun: (run) => get(runPath(run)),
    importRun: (file, name) => upload("PUT", `runs?${queryOf({ name })}`, file),
    renameRun: (run, name) => send("PATCH", runPath(run), { name }),
    deleteRun: (run) => send("DELETE", runPath(run)),
    restoreRun: (run) => send("POST", `${runPath(run)}/restore`),
    tensor: (run, name, range) =>
      numbers(`${runPath(run)}/tensors/${encodeURIComponent(name)}?${queryOf({ ...range })}`),
    attention: async (run, { layers, heads, positions, combine }) => {
      const query = queryOf({
        layers: listText(layers),
        heads: listText(heads),
        positions: positions.join(","),
        combine,
      });
      return { ...(await numbers(`${runPath(run)}/attention?${query}`)), type: "f32" } as FloatTensor;
    },
    causes: (run, query) => get(`${runPath(run)}/causes?${queryOf({ ...query })}`),
    headImportance: (run, query) => get(`${runPath(run)}/heads?${queryOf({ ...query })}`),
    stability: (run, request) => get(`${runPath(run)}/stability?${queryOf({ ...request })}`),
    urls: {
      examplePicture: (example) => address(`examples/${encodeURIComponent(example)}/picture`),
      picture: (picture) => address(`pictures/${encodeURIComponent(picture)}`),
      modelInputPicture: (query) => address(`model-input/picture?${queryOf({ ...query })}`),
      runPicture: (run, picture, form) =>
        address(`${runPath(run)}/pictures/${picture}${form === "original" ? "" : `/${form}`}`),
      shown: (picture) => `${picture}?shown=true`,
      stretched: (picture, { low, high }) => `${picture}?stretch=${low},${high}`,
      runFile: (run) => address(`${runPath(run)}/file`),
      jobEvents: (job) => address(`jobs/${job}/events`),
      exported: (run, query) => address(`${runPath(run)}/export?${queryOf({ ...query })}`),
    },
  };
}
