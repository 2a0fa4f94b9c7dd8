import { once } from "node:events";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import type { ChildProcess } from "node:child_process";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { JobSummary, ModelList, RunSummary } from "../../src/server/api.ts";
import { openRunFile } from "../../src/workbench/run-files.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { demoCheckpoint, runCli } from "./run-cli.ts";
import { askDemo, json, post, serve, type Served } from "./served.ts";

const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill("SIGKILL");
});

/** Starts the program; it is ended after the test. */
async function started(cwd: string, ...args: string[]): Promise<Served> {
  const served = await serve({ cwd, args });
  running.push(served.child);
  return served;
}

describe("lvlm-interpret without a command", () => {
  it.each(["SIGINT", "SIGTERM"] as const)("serves until %s, and keeps the run that was finished", async (signal) => {
    const cwd = temporaryFolder();
    const { child, url, printed, ended } = await started(cwd);
    expect(printed).toMatch(/\nPage {2}http:\/\/127\.0\.0\.1:\d+\/\n$/);
    expect(printed).toContain(join(cwd, "data/lvlm-interpret/runs"));

    const events = await (await fetch(`${url}/api/jobs/${await askDemo(url)}/events`)).text();
    expect(events.trimEnd()).toMatch(/"type":"done","run":"[^"]+"\}$/);
    const [run] = await json<RunSummary[]>(`${url}/api/runs`);
    expect(run).toMatchObject({ answer: "The arrow points right.", model: "demo" });

    // A second one is at work when the program is stopped.
    const job = await askDemo(url, 64);
    await expect.poll(async () => (await json<JobSummary>(`${url}/api/jobs/${job}`)).state).not.toBe("queued");
    child.kill(signal);
    expect(await ended).toMatchObject({ code: 0, stderr: "" });

    const folder = join(cwd, "data/lvlm-interpret/runs");
    const files = readdirSync(folder).filter((name) => name.includes(".run.safetensors"));
    expect(files).toHaveLength(1);
    const opened = await openRunFile(join(folder, files[0]!));
    expect(opened.run.description.answerText).toBe("The arrow points right.");
    await opened.close();
    const again = await started(cwd, "--no-open");
    expect(await json<RunSummary[]>(`${again.url}/api/runs`)).toEqual([run]);
  });

  it("opens only the folders that it was started with", async () => {
    const cwd = temporaryFolder();
    const { url } = await started(cwd, "serve", "--no-open", "--runs", "kept", "--models", demoCheckpoint);
    expect((await json<ModelList>(`${url}/api/models`)).folders).toEqual([demoCheckpoint]);
    expect(existsSync(join(cwd, "kept"))).toBe(true);
    for (const model of ["/etc", `${demoCheckpoint}/../..`, "../../../etc"]) {
      const response = await fetch(`${url}/api/models/load`, post({ model }));
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(response.status).toBeLessThan(500);
    }
  });

  it.each(["file", "environment"])(
    "asks for the token of its %s, and prints it once in the address",
    async (source) => {
      const token = "correct-horse-battery";
      const cwd = temporaryFolder();
      writeFileSync(join(cwd, "token"), `${token}\n`);
      const given =
        source === "file" ? { args: ["--token-file", "token"] } : { environment: { LVLM_INTERPRET_TOKEN: token } };
      const { child, url, printed } = await serve({ cwd, ...given });
      running.push(child);
      expect(printed.split(token)).toHaveLength(2);
      expect(printed).toContain(`${url}/#token=${token}\n`);
      const statusWith = async (headers: Record<string, string>) =>
        (await fetch(`${url}/api/runs`, { headers })).status;
      expect(await statusWith({})).toBe(401);
      expect(await statusWith({ authorization: `Bearer ${token}` })).toBe(200);
      const guesses = Array.from({ length: 11 }, (_, i) => statusWith({ authorization: `Bearer guess-${i}` }));
      expect((await Promise.all(guesses)).filter((status) => status === 429)).toHaveLength(1);
      expect(await statusWith({ authorization: `Bearer ${token}` })).toBe(429);
    },
  );

  it("says in one sentence that a port is taken, or that a folder is not there", async () => {
    const cwd = temporaryFolder();
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    expect(await runCli(["--port", String(port)], { cwd })).toMatchObject({
      code: 1,
      stdout: "",
      stderr: `Port ${port} of 127.0.0.1 is in use; choose another with --port, or leave --port out.\n`,
    });
    other.close();
    expect(await runCli(["--models", "none"], { cwd })).toMatchObject({
      code: 1,
      stderr: '--models "none" is not a folder; give one that exists.\n',
    });
  });
});
