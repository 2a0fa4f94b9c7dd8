import { spawn } from "node:child_process";
import { afterAll, describe, expect, it } from "vitest";
import { createSandbox, SandboxLimitError, type SandboxOptions } from "./sandbox.ts";

interface Input {
  readonly kind: string;
  readonly value?: unknown;
}

const opened: { close(): void }[] = [];
afterAll(() => opened.forEach((sandbox) => sandbox.close()));

function testSandbox(options: Partial<SandboxOptions> = {}) {
  const handler = new URL("../../test/support/sandbox-work.ts", import.meta.url);
  const sandbox = createSandbox<Input, unknown>({ handler, deadlineMs: 1000, memoryMegabytes: 300, ...options });
  opened.push(sandbox);
  return sandbox;
}

async function isRunning(id: number): Promise<boolean> {
  for (let tries = 0; tries < 100; tries++) {
    try {
      process.kill(id, 0);
    } catch {
      return false;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return true;
}

describe("createSandbox", () => {
  it("passes data in both directions and hands the setup over", async () => {
    const sandbox = testSandbox({ setup: { unit: "pixel" } });
    const value = { words: ["a", "é"], levels: Uint16Array.of(1, 65535), none: undefined };
    expect(await sandbox.run({ kind: "echo", value })).toEqual({ value, setup: { unit: "pixel" } });
  });

  it("rejects with the handler's message and code, and goes on in the same process", async () => {
    const sandbox = testSandbox();
    const first = await sandbox.run({ kind: "id" });
    await expect(sandbox.run({ kind: "fail", value: "no such token" })).rejects.toMatchObject({
      message: "no such token",
      code: "E_VALUE",
    });
    expect(await sandbox.run({ kind: "id" })).toBe(first);
  });

  it.each(["loop", "pattern"])(
    "stops work that does not end (%s), and does the next in a new process",
    async (kind) => {
      const sandbox = testSandbox();
      const before = (await sandbox.run({ kind: "id" })) as number;
      await expect(sandbox.run({ kind })).rejects.toMatchObject({
        reason: "time",
        message: "it takes longer than 1 s",
      });
      expect(await isRunning(before)).toBe(false);
      expect(await sandbox.run({ kind: "echo", value: 1 })).toMatchObject({ value: 1 });
    },
  );

  it.each(["heap", "buffers"])("stops work that fills the memory (%s)", async (kind) => {
    const sandbox = testSandbox({ deadlineMs: 50_000, memoryMegabytes: 200 });
    const failure = await sandbox.run({ kind }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(SandboxLimitError);
    expect(failure).toMatchObject({ reason: "memory", message: "it needs more than 200 MB of memory" });
    expect(await sandbox.run({ kind: "echo", value: 1 })).toMatchObject({ value: 1 });
  });

  it("reports a process that ends by itself", async () => {
    await expect(testSandbox().run({ kind: "leave" })).rejects.toMatchObject({
      reason: "ended",
      message: "its process ended by itself (exit code 3)",
    });
  });

  it("stops the work when the signal aborts, with the signal's reason", async () => {
    const sandbox = testSandbox({ deadlineMs: 50_000 });
    const controller = new AbortController();
    const work = sandbox.run({ kind: "loop" }, { signal: controller.signal });
    setTimeout(() => controller.abort(new Error("Cancelled.")), 300);
    await expect(work).rejects.toThrow("Cancelled.");
    expect(await sandbox.run({ kind: "echo", value: 2 })).toMatchObject({ value: 2 });
  });

  it("says that it was closed when the work was running", async () => {
    const sandbox = testSandbox({ deadlineMs: 50_000 });
    await sandbox.run({ kind: "id" });
    const work = sandbox.run({ kind: "loop" });
    setTimeout(() => sandbox.close(), 100);
    await expect(work).rejects.toMatchObject({ reason: "ended", message: "it was stopped" });
  });

  it("does not begin work whose signal is aborted already, and keeps the order of the rest", async () => {
    const sandbox = testSandbox();
    const works = [
      sandbox.run({ kind: "echo", value: 1 }),
      sandbox.run({ kind: "echo", value: 2 }, { signal: AbortSignal.abort(new Error("Cancelled.")) }),
      sandbox.run({ kind: "echo", value: 3 }),
    ];
    const found = await Promise.allSettled(works);
    expect(found.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  });

  it("gives the process nothing of the environment but what Node needs", async () => {
    const sandbox = testSandbox();
    expect(await sandbox.run({ kind: "environment" })).not.toContain("PATH");
  });

  it("ends with its parent, even while the work blocks it", async () => {
    const program = `
      import { createSandbox } from ${JSON.stringify(new URL("./sandbox.ts", import.meta.url).href)};
      const handler = new URL(${JSON.stringify(new URL("../../test/support/sandbox-work.ts", import.meta.url).href)});
      const sandbox = createSandbox({ handler, deadlineMs: 60_000, memoryMegabytes: 300 });
      console.log(await sandbox.run({ kind: "id" }));
      await sandbox.run({ kind: "loop" });
    `;
    const parent = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", program], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const id = await new Promise<number>((resolve) => {
      parent.stdout.once("data", (text: Buffer) => resolve(Number(text.toString())));
    });
    parent.kill("SIGKILL");
    expect(await isRunning(id)).toBe(false);
  });
});
