/** @file The real page for end-to-end tests: the built program serves it from a process of its own, over a runs folder of its own. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const program = join(root, "dist/cli/main.js");

export interface ServedPage {
  /** Address of the page, ending with "/". */
  readonly url: string;
  readonly runsFolder: string;
  /** Stops the program as Ctrl+C does. */
  readonly stop: () => Promise<void>;
  /** Ends the program at once, as a crash would. */
  readonly kill: () => Promise<void>;
  /** Starts the program again at the same address and over the same runs. */
  readonly start: () => Promise<void>;
  /** Stops the program and removes its runs. */
  readonly close: () => Promise<void>;
}

/** The address that the program prints. Its output is read to the end: a pipe that is closed would end the program. */
function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = "";
    const read = (data: Buffer): void => {
      output += data.toString();
      const found = /^Page\s+(\S+)$/m.exec(output)?.[1];
      if (found !== undefined) resolve(found);
    };
    child.stdout!.on("data", read);
    child.stderr!.on("data", read);
    child.once("exit", () => reject(new Error(`The server ended before it said its address: ${output}`)));
  });
}

/** Starts the built program. The page must have been built, which `npm test` does first. */
export async function servePage(): Promise<ServedPage> {
  if (!existsSync(join(root, "dist/web/index.html"))) {
    throw new Error("The page is not built; run npm test, which builds it, or npm run build.");
  }
  const runsFolder = await mkdtemp(join(tmpdir(), "lvlm-interpret-runs-"));
  let child: ChildProcess | undefined;

  async function start(port?: string): Promise<string> {
    const place = port === undefined ? [] : ["--port", port];
    child = spawn(process.execPath, [program, "serve", "--no-open", "--runs", runsFolder, ...place], {
      cwd: runsFolder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    return addressOf(child);
  }

  async function end(signal: "SIGINT" | "SIGKILL"): Promise<void> {
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
  }

  const url = await start();
  const { port } = new URL(url);
  return {
    url,
    runsFolder,
    stop: () => end("SIGINT"),
    kill: () => end("SIGKILL"),
    start: async () => {
      await start(port);
    },
    close: async () => {
      await end("SIGINT");
      await rm(runsFolder, { recursive: true, force: true });
    },
  };
}
