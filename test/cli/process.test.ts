import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inOwnNetwork } from "../support/network-namespace.ts";
import { userEnvironment } from "../support/quiet-environment.ts";
import { scattered } from "../support/run-graph.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import type { Traffic } from "../support/traffic-of-a-question.ts";
import { demoExamples, finished, runCli, startCli, type CliResult } from "./run-cli.ts";
import { askDemo, serve } from "./served.ts";

const program = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const scenario = fileURLToPath(new URL("../support/traffic-of-a-question.ts", import.meta.url));
const question = ["--image", `${demoExamples}/arrow-right.png`, "--question", "Which way does the arrow point?"];

/** Names are looked up some 6, 10 and 20 s after the first answer if telemetry is on. */
const secondsAfterAnswer = 14;

/** The server in a network of its own. It takes a while, in which the other tests go on. */
function startScenario(): { readonly isolated: boolean; readonly ended: Promise<CliResult> } {
  const command = [process.execPath, "--import", "tsx", scenario, temporaryFolder(), String(secondsAfterAnswer)];
  const isolated = inOwnNetwork(command);
  const [first, ...args] = isolated ?? command;
  return { isolated: isolated !== undefined, ended: finished(spawn(first!, args, { env: userEnvironment() })) };
}

// Other systems have neither namespaces nor /proc.
const watched = process.platform === "linux" ? startScenario() : undefined;

function filesBelow(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
}

/** The variables of a user whose home is `home`. */
function environmentAt(home: string): NodeJS.ProcessEnv {
  const own = { HOME: home, XDG_CACHE_HOME: "", XDG_DATA_HOME: "", LVLM_INTERPRET_CACHE: "" };
  return { ...userEnvironment(), ...own };
}

const isOurs = (file: string): boolean => /^\.(cache|local\/share)\/lvlm-interpret\//.test(file);

describe("nothing leaves the computer", () => {
  it("leaves no file in the home but those of its own cache", async () => {
    const folder = temporaryFolder();
    const home = join(folder, "home");
    mkdirSync(home);
    const child = spawn(process.execPath, [program, "ask", ...question], { cwd: folder, env: environmentAt(home) });
    expect(await finished(child)).toMatchObject({ code: 0, stdout: "The arrow points right.\n", stderr: "" });
    const files = filesBelow(folder).map((file) => file.slice(home.length + 1));
    expect(files).not.toHaveLength(0);
    expect(files.filter((file) => !isOurs(file))).toEqual([]);
  });

  it("says nothing of a library's where the home cannot be written", async () => {
    const cwd = temporaryFolder();
    const child = spawn(process.execPath, [program, "ask", "--precision", "f16", ...question], {
      cwd,
      env: environmentAt("/dev/null"),
    });
    expect(await finished(child)).toMatchObject({ code: 0, stdout: "The arrow points right.\n", stderr: "" });
    expect(filesBelow(cwd)).toEqual([]);
  });
});

interface Stopped extends CliResult {
  readonly signal: NodeJS.Signals | null;
  /** Milliseconds from the signal to the end. */
  readonly took: number;
}

const running: ChildProcess[] = [];
afterAll(() => running.forEach((child) => child.kill("SIGKILL")));

/** Sends a signal to a program that is at work, and waits for its end. */
async function stop(child: ChildProcess, ended: Promise<CliResult>, signal: NodeJS.Signals): Promise<Stopped> {
  running.push(child);
  const start = performance.now();
  child.kill(signal);
  const result = await ended;
  return { ...result, signal: child.signalCode, took: performance.now() - start };
}

/** The program has 1.5 s to stop by itself; the rest is for a busy machine. */
const mostMilliseconds = 10_000;
const codes = { SIGINT: 130, SIGTERM: 143 } as const;

/** It ends by its exit code after a sentence, or by the signal itself if it could not stop in time. */
function expectStopped({ code, signal, took, stderr }: Stopped, sent: keyof typeof codes): void {
  expect(took).toBeLessThan(mostMilliseconds);
  expect(signal === null ? code : signal).toBe(signal === null ? codes[sent] : sent);
  expect(stderr).toMatch(/^(Cancelled\.\n)?$/);
}

describe("the first signal ends", () => {
  const cwd = temporaryFolder();
  const run = join(cwd, "run.run.safetensors");
  const picture = join(demoExamples, "arrow-right.png");
  const asking = ["--image", picture, "--question", "Which way does the arrow point?"];
  const long = [...asking, "--max-new-tokens", "512", "--min-new-tokens", "64"];
  const methods = ["--method", "attention,relevancy,lrp,lens", "--record", "full"];

  beforeAll(async () => {
    expect((await runCli(["explain", ...asking, "--out", run], { cwd })).code).toBe(0);
  }, 60_000);

  const commands: readonly (readonly [name: string, args: readonly string[], delays: readonly number[]])[] = [
    ["ask", ["ask", ...long], [300, 700]],
    ["explain", ["explain", ...long, ...methods, "--out", "long.run.safetensors"], [700, 1500]],
    ["verify", ["verify", run, "--evidence", "image", "--sets", "200", "--minimal"], [500, 1000]],
    ["measure", ["measure", run, "--kind", "occlusion"], [500, 1500]],
    ["export", ["export", run, "--format", "png,svg,csv,json,html", "--out", "figures"], [300, 600]],
    [
      "preprocess",
      [
        "preprocess",
        ...Array<string>(16)
          .fill(picture)
          .flatMap((file) => ["--image", file]),
      ],
      [300, 500],
    ],
    ["demo", ["demo"], [600, 1500]],
  ];
  const cases = commands.flatMap(([name, args, delays]) =>
    delays.map((delay, i) => [name, delay, (["SIGINT", "SIGTERM"] as const)[i % 2]!, args] as const),
  );

  it.each(cases)("%s, %i ms after its start, by %s", async (_name, delay, signal, args) => {
    const child = startCli(args, { cwd });
    const ended = finished(child);
    await pause(delay);
    const stopped = await stop(child, ended, signal);
    // On a fast machine the work may be done by then.
    if (stopped.code !== 0) expectStopped(stopped, signal);
    expect(filesBelow(cwd).filter((file) => file.endsWith(".partial"))).toEqual([]);
  });

  it("causal, in a search that goes on for minutes, which also ends at its time limit", async () => {
    const matrix = join(cwd, "matrix.json");
    const rows = Array.from({ length: 150 }, (_, row) => scattered(row + 1, row).map((value) => Math.abs(value)));
    writeFileSync(matrix, JSON.stringify({ attention_lower: rows }));
    const dense = ["--variant", "reference", "--alpha", "0.5", "--samples", "1000000"];
    const args = ["causal", "--matrix", matrix, ...dense];
    const child = startCli(args, { cwd });
    const ended = finished(child);
    await pause(1500);
    expectStopped(await stop(child, ended, "SIGTERM"), "SIGTERM");
    const late = await runCli([...args, "--time-limit", "1"], { cwd });
    expect(late).toEqual({
      code: 1,
      stdout: "",
      stderr: `The graph of ${matrix} was not learned: it takes longer than 1 s; name fewer tokens with --nodes, lower --alpha, or give it more with --time-limit.\n`,
    });
  });

  it.each(["SIGINT", "SIGTERM"] as const)("models pull, by %s", async (signal) => {
    // A hub that never answers.
    const hub = createServer().listen(0, "127.0.0.1");
    await once(hub, "listening");
    const environment = { HF_ENDPOINT: `http://127.0.0.1:${(hub.address() as AddressInfo).port}` };
    const asked = once(hub, "request");
    const child = startCli(["models", "pull", "a/b"], { cwd, environment });
    const ended = finished(child);
    await asked;
    expect(await stop(child, ended, signal)).toMatchObject({ code: codes[signal], stderr: "Cancelled.\n" });
    hub.closeAllConnections();
    hub.close();
  });

  it.each(["SIGINT", "SIGTERM"] as const)("serve with open streams and a job that runs, by %s", async (signal) => {
    const { child, url, ended } = await serve({ cwd, args: ["--no-open"] });
    const job = await askDemo(url, 64);
    const streams = await Promise.all([1, 2, 3].map(() => fetch(`${url}/api/jobs/${job}/events`)));
    const stopped = await stop(child, ended, signal);
    expect(stopped).toMatchObject({ code: 0, stderr: "" });
    expect(stopped.took).toBeLessThan(mostMilliseconds);
    await Promise.all(streams.map((stream) => stream.text().catch(() => undefined)));
    expect(filesBelow(cwd).filter((file) => file.endsWith(".partial"))).toEqual([]);
  });

  it("a run of the library that blocks the process for minutes", async () => {
    const script = fileURLToPath(new URL("../support/long-native-run.ts", import.meta.url));
    const child = spawn(process.execPath, ["--import", "tsx", script], { stdio: ["ignore", "pipe", "pipe"] });
    const ended = finished(child);
    await once(child.stdout, "data");
    await pause(1500);
    expectStopped(await stop(child, ended, "SIGTERM"), "SIGTERM");
  });
});

// At the end, since it takes a while from the start of this file.
describe("nothing leaves the computer", () => {
  it.runIf(watched !== undefined)(
    "by the network, while the server answers a question and after",
    async ({ annotate }) => {
      const { isolated, ended } = watched!;
      if (!isolated) {
        await annotate("no network namespace is permitted here, so that the server's sockets alone are looked at");
      }
      const { code, stdout, stderr } = await ended;
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      const { files, ...traffic } = JSON.parse(stdout) as Traffic;
      expect(traffic.lastEvent).toContain('"type":"done"');
      if (isolated) {
        expect(traffic).toMatchObject({ withoutRoute: 0, datagrams: 0 });
        expect(traffic.acceptedConnections).toBeGreaterThan(0);
      }
      expect(traffic.otherSockets).toEqual([]);
      expect(files.filter((file) => !isOurs(file))).toEqual([]);
    },
  );
});
