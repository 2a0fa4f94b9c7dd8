/**
 * @file `npm run soak -- --questions N`: asks a server many questions over HTTP, prints its memory as it goes, and says whether what each
 * question leaves is bounded: the slope of the heap over the last half, in bytes a question.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { markdownTable } from "./markdown-table.ts";
import { demoAsk, runJob, startServerProcess, storeDemoPicture, type ServerProcess } from "./server-process.ts";

/** Memory of the server right after its garbage was collected, in bytes. */
interface Sample {
  readonly questions: number;
  readonly rss: number;
  readonly heap: number;
  readonly external: number;
}

const { values } = parseArgs({
  options: { questions: { type: "string" }, every: { type: "string" }, snapshots: { type: "string" } },
});
const questions = Number(values.questions ?? 1000);
const every = Number(values.every ?? Math.max(1, Math.round(questions / 10)));
/** Runs that stay in the folder: the list remembers what it says of each, so that a growing folder is a growing list. */
const keptRuns = 20;

/** Asks the server's process for its memory; `watch-memory.mjs` answers there. */
async function sample({ child }: ServerProcess, asked: number): Promise<Sample> {
  const answer = new Promise<Omit<Sample, "questions">>((resolve) => {
    child.once("message", (message) => resolve(message as Omit<Sample, "questions">));
  });
  child.send({ snapshot: values.snapshots === undefined ? undefined : `${values.snapshots}-${asked}.heapsnapshot` });
  return { questions: asked, ...(await answer) };
}

/** Least-squares slope of y over x. */
function slope(points: readonly (readonly [number, number])[]): number {
  const mean = (index: 0 | 1): number => points.reduce((sum, point) => sum + point[index], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const above = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
  return above / points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
}

async function askAndRead(
  server: ServerProcess,
  { picture, index }: { picture: string; index: number },
): Promise<void> {
  const asked = demoAsk(picture, `Which way does arrow ${index} point?`);
  const { run } = await runJob(server, "/api/ask", { ...asked, sampling: { ...asked.sampling, maxNewTokens: 2 } });
  await server.request("GET", `/api/runs/${run}`);
  await server.request("GET", "/api/runs");
  await fetch(new URL(`/api/runs/${run}/attention?layers=mean&heads=mean&positions=10`, server.url)).then(async (r) =>
    r.arrayBuffer(),
  );
}

const folder = await mkdtemp(join(tmpdir(), "lvlm-interpret-soak-"));
const folders = { runs: join(folder, "runs"), cache: join(folder, "cache"), hub: join(folder, "hub") };
const watcher = new URL("./watch-memory.mjs", import.meta.url).href;
const server = await startServerProcess({ folders, nodeArguments: ["--expose-gc", "--import", watcher] });
const samples: Sample[] = [];
const made: string[] = [];
const started = performance.now();
console.log(`${cpus()[0]?.model ?? "unknown processor"}, ${availableParallelism()} cores, Node ${process.version}\n`);
try {
  for (let index = 1; index <= questions; index++) {
    const picture = await storeDemoPicture(server);
    await askAndRead(server, { picture, index });
    const runs = (await server.request("GET", "/api/runs")) as { id: string }[];
    for (const { id } of runs.slice(keptRuns)) await server.request("DELETE", `/api/runs/${id}`);
    made.push(runs[0]!.id);
    if (index % every === 0 || index === 1) {
      const now = await sample(server, index);
      samples.push(now);
      const mega = (bytes: number): string => (bytes / 1e6).toFixed(1);
      console.log(
        `  ${index} questions: RSS ${mega(now.rss)} MB, heap ${mega(now.heap)} MB, external ${mega(now.external)} MB`,
      );
    }
  }
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
const rows = samples.map(({ questions: asked, rss, heap, external }) => [
  asked,
  megabytes(rss),
  megabytes(heap),
  megabytes(external),
]);
console.log(`\n${markdownTable(["questions", "RSS (MB)", "heap (MB)", "external (MB)"], rows).join("\n")}`);
const settled = samples.filter(({ questions: asked }) => asked >= questions / 2);
const heapSlope = slope(settled.map(({ questions: asked, heap, external }) => [asked, heap + external]));
console.log(
  `\n${Math.round(heapSlope).toLocaleString("en-US")} bytes a question over the last half; ${Math.round((performance.now() - started) / 1000)} s`,
);
/** More would be 1 MB over a thousand questions, which no working day has. */
const boundedBytes = 1000;
console.log(heapSlope < boundedBytes ? "Bounded." : "Not bounded.");
process.exit(heapSlope < boundedBytes ? 0 : 1);
