/** @file Calls the server: one function a route, with the types of `src/server/api.ts`. */
import { tensorDimsHeader, type ProblemBody } from "../../src/server/api.ts";
import type { FloatTensor } from "../../src/tensor/tensor.ts";
import { ApiError, type DataSource, type NumberTensor } from "./data-source.ts";

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
export function createApiClient(base = ".", fetcher: typeof fetch = (...given) => fetch(...given)): DataSource {
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
    // A browser gathers a blob outside of the page's thread, which `response.arrayBuffer()` holds up for 4 ms a megabyte.
    const bytes = await (await response.blob()).arrayBuffer();
    return {
      dims,
      data: response.headers.get("x-tensor-type") === "i32" ? new Int32Array(bytes) : new Float32Array(bytes),
    };
  }
  const runPath = (run: string): string => `runs/${encodeURIComponent(run)}`;

  return {
    hasServer: true,
    status: () => get("status"),
    models: () => get("models"),
    loadModel: (request) => send("POST", "models/load", request),
    checkModel: (model) => send("POST", "models/check", { model }),
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
      licenses: "licenses.txt",
      jobEvents: (job) => address(`jobs/${job}/events`),
      exported: (run, query) => address(`${runPath(run)}/export?${queryOf({ ...query })}`),
    },
  };
}
