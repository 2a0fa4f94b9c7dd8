/** @file Requests to every route of the OpenAPI document, over a workbench with a run of the demo model. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createApp } from "../../../src/server/app.ts";
import { openWorkbench, type Workbench } from "../../../src/workbench/workbench.ts";
import type { AskRequest } from "../../../src/workbench/jobs/asked-question.ts";
import { mutateJson, mutateJsonText, type Json } from "../json-mutations.ts";
import type { FuzzKind } from "../kind.ts";
import { PropertyFault } from "../outcome.ts";
import type { Random } from "../random.ts";
import { hostileText, mutateText } from "../text-mutations.ts";
import { valueOf, type Schema } from "./schema-values.ts";
import { demoCheckpoint } from "./seeds.ts";

interface Operation {
  readonly path: string;
  readonly method: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly schema: Schema;
  }[];
  readonly body: Schema | undefined;
}

interface Described {
  readonly paths: Record<
    string,
    Record<
      string,
      { parameters?: Operation["parameters"]; requestBody?: { content: Record<string, { schema: Schema }> } }
    >
  >;
  readonly components: { readonly schemas: Record<string, Schema> };
}

const address = { host: "127.0.0.1", port: 7861 } as const;
const origin = "http://127.0.0.1:7861";

function operationsOf({ paths }: Described): Operation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody }]) => ({
      path,
      method: method.toUpperCase(),
      parameters,
      body: requestBody?.content["application/json"]?.schema,
    })),
  );
}

/** Ids that the workbench knows. */
interface Known {
  readonly run: string;
  readonly picture: string;
  readonly job: string;
}

/** The workbench with jobs that are cancelled as soon as they are started, and runs that are as they were after each request. */
function steadyWorkbench(real: Workbench, run: string): Workbench {
  const cancelled = (id: string): string => real.cancel(id).id;
  return {
    ...real,
    ask: async (request) => cancelled(await real.ask(request)),
    compute: async (id, request) => cancelled(await real.compute(id, request)),
    loadModel: async (request) => cancelled(await real.loadModel(request)),
    keepPartial: async (id) => cancelled(await real.keepPartial(id)),
    async deleteRun(id) {
      await real.deleteRun(id);
      await real.restoreRun(id);
    },
    async importRun(file) {
      const summary = await real.importRun(file);
      if (summary.id !== run) await real.deleteRun(summary.id);
      return summary;
    },
  };
}

async function demoRun(workbench: Workbench): Promise<Known> {
  const file = join(demoCheckpoint, "../examples/arrow-right.png");
  const stored = await workbench.storePicture({ name: "arrow.png", bytes: new Uint8Array(await readFile(file)) });
  const request: AskRequest = {
    model: "demo",
    messages: [
      { role: "user", content: [{ type: "image" }, { type: "text", text: "Which way does the arrow point?" }] },
    ],
    pictures: [{ original: stored.id }],
    fit: "default",
    sampling: { maxNewTokens: 4, minNewTokens: 0, temperature: 0, topP: 1, topK: 0, seed: 0 },
    record: "full",
  };
  const job = await workbench.ask(request);
  for await (const { event } of workbench.events(job, 0)) {
    if (event.type === "failed") throw new Error(event.error.message);
  }
  return { run: workbench.job(job).run!, picture: stored.id, job };
}

const types = [
  "application/json",
  "text/plain",
  "multipart/form-data; boundary=x",
  "application/octet-stream",
  "image/png",
  "",
];

interface MadeRequest {
  readonly path: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
}

/** A text as a part of an address; halves of characters cannot be one. */
function encoded(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, "?"));
}

function queryText(value: Json, random: Random): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return random.chance(0.95) ? encoded(text) : text.replaceAll(/[\s#]/g, "+");
}

function makeRequest(
  operations: readonly Operation[],
  named: Record<string, Schema>,
  { random, known }: { random: Random; known: Known },
): MadeRequest {
  const { path, method, parameters, body } = random.pick(operations);
  const texts = [
    known.run,
    known.picture,
    known.job,
    "demo",
    "r-9999",
    "0",
    "1,2",
    "all",
    "mean",
    "input_ids",
    "a.png",
    "logits",
    "2",
  ];
  const context = { random, named, texts };
  const id = path.includes("/jobs/") ? known.job : path.includes("/pictures/{id}") ? known.picture : known.run;
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    if (random.chance(0.1)) return encoded(hostileText(random));
    return name === "id" ? id : random.pick(["0", "1", "input_ids", "rollout", "language.attention.0", "9"]);
  });
  const query = parameters
    .filter(
      (parameter) =>
        parameter.in === "query" && (parameter.required === true ? random.chance(0.97) : random.chance(0.5)),
    )
    .map(
      ({ name, schema }) =>
        `${name}=${queryText(random.chance(0.1) ? hostileText(random) : valueOf(schema, context), random)}`,
    );
  const headers: Record<string, string> = { host: `${address.host}:${address.port}` };
  if (random.chance(0.03)) headers.host = random.pick(["evil.example", "127.0.0.1:1", "", "localhost:7861"]);
  if (random.chance(0.03)) headers.origin = random.pick(["http://evil.example", "null", origin]);
  if (random.chance(0.05))
    headers.range = random.pick(["bytes=0-1", "bytes=-5", "bytes=9-1", "bytes=0-99999999999", "x", "bytes=1-2,4-5"]);
  let sent: string | undefined;
  if (body !== undefined || (method !== "GET" && random.chance(0.3))) {
    headers["content-type"] = random.chance(0.95) ? "application/json" : random.pick(types);
    const right = valueOf(body ?? { type: "object" }, context);
    const text = JSON.stringify(random.chance(0.4) ? mutateJson(right, random) : right);
    sent = random.chance(0.1) ? mutateJsonText(text, random) : text;
  }
  const whole = filled + (query.length === 0 ? "" : `?${query.join("&")}`);
  return {
    path: random.chance(0.03) ? `/${mutateText(whole.slice(1), random)}` : whole,
    method: random.chance(0.97) ? method : random.pick(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]),
    headers,
    body: sent,
  };
}

/** Throws what the answer says if it is a refusal, and a fault if it is none of ours. */
async function checkAnswer(
  response: Response,
  { folder, fileName }: { folder: string; fileName: string | null },
): Promise<void> {
  if (response.headers.get("content-type")?.startsWith("text/event-stream") === true) {
    await response.body?.cancel();
    return;
  }
  const bytes = Buffer.from(await response.arrayBuffer());
  if (bytes.includes(folder)) throw new PropertyFault("The answer names a folder of this computer.");
  // Without a built page, every path of it answers so.
  if (response.status < 400 || response.status === 503 || bytes.length === 0) return;
  const text = bytes.toString("utf8");
  if (response.status >= 500) throw new PropertyFault(`Status ${response.status}: ${text}`);
  let message: unknown;
  try {
    ({ message } = (JSON.parse(text) as { error: { message: unknown } }).error);
  } catch {
    throw new PropertyFault(`Status ${response.status} without a problem: ${text.slice(0, 200)}`);
  }
  // A file's name is the client's; it stands in a sentence as it came.
  const sentence = String(message);
  throw new Error(fileName === null || fileName.trim() === "" ? sentence : sentence.replace(fileName, () => "a.png"));
}

export const httpKind: FuzzKind = {
  name: "http",
  label: "HTTP request",
  share: 20,
  async open(folder) {
    const real = await openWorkbench({
      runsFolder: join(folder, "runs"),
      cacheFolder: join(folder, "cache"),
      hubCacheFolder: join(folder, "hub"),
      maxMemoryBytes: 2 ** 32,
    });
    const known = await demoRun(real);
    const app = createApp({ workbench: steadyWorkbench(real, known.run), address, pageFolder: join(folder, "page") });
    const described = (await (
      await app.request(`${origin}/api/openapi.json`, { headers: { host: "127.0.0.1:7861" } })
    ).json()) as Described;
    const operations = operationsOf(described);
    return {
      async tryInput(random, show) {
        const { path, method, headers, body } = makeRequest(operations, described.components.schemas, {
          random,
          known,
        });
        show({ method, path, headers, body });
        // What the client itself cannot send is no request.
        let request: Request;
        try {
          request = new Request(origin + path, {
            method,
            headers,
            ...(method === "GET" || method === "HEAD" ? {} : { body }),
          });
        } catch {
          return;
        }
        const fileName = new URL(request.url).searchParams.get("name");
        await checkAnswer(await app.fetch(request), { folder, fileName });
      },
      close: () => real.close(),
    };
  },
};
