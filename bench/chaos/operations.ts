/** @file Everything that writes, as something that can be killed: through the server, or as a program of its own. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { runFileEnding } from "../../src/run/run-id.ts";
import {
  demoAsk,
  demoPicture,
  demoQuestion,
  environmentOf,
  program,
  runJob,
  storeDemoPicture,
  type ProcessFolders,
  type ServerProcess,
} from "../server-process.ts";
import { hubModel, type ImitatedHub } from "./imitated-hub.ts";
import type { Expected } from "./library.ts";

/** What an operation works on: chosen ids of finished runs. */
export interface Target {
  readonly run: string;
  readonly folders: ProcessFolders;
  readonly hub: ImitatedHub;
}

/** What is known once the program has said that it is done. */
export type Said = Pick<Expected, "present" | "absent">;

/** Something that the server does. */
interface ServerOperation {
  readonly name: string;
  readonly by: "server";
  /** Makes what the operation needs; it is not killed. */
  readonly prepare?: (server: ServerProcess, target: Target) => Promise<unknown>;
  /** Resolves when the server has said that it is done. */
  readonly work: (server: ServerProcess, target: Target, prepared: unknown) => Promise<Said>;
  /** What may differ afterwards. */
  readonly touches: (target: Target) => Pick<Expected, "changing" | "moving">;
}

/** Something that a command does. */
export interface CommandOperation {
  readonly name: string;
  readonly by: "command";
  readonly prepare?: (target: Target) => void;
  readonly args: (target: Target) => readonly string[];
  readonly environment?: (target: Target) => Readonly<Record<string, string>>;
  /** What is wrong after the same command ran to its end. */
  readonly check?: (target: Target) => string[];
  readonly touches: (target: Target) => Pick<Expected, "changing" | "moving">;
}

export type Operation = ServerOperation | CommandOperation;

const nothing = (): Pick<Expected, "changing" | "moving"> => ({});
const changesRun = ({ run }: Target): Pick<Expected, "changing"> => ({ changing: run });
const movesRun = ({ run }: Target): Pick<Expected, "moving"> => ({ moving: run });

const verifyRequest = {
  methods: [],
  measure: {
    kind: "verify",
    token: 0,
    evidence: { kind: "tokens", positions: [5, 6, 7] },
    source: { kind: "selection" },
    fill: "mean",
    sets: 20,
    seed: 0,
    minimal: false,
  },
};

function runPathOf({ run, folders }: Target): string {
  return join(folders.runs, run + runFileEnding);
}

function partsIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return (readdirSync(folder, { recursive: true }) as string[])
    .filter((name) => /partial|incomplete|tmp/.test(name))
    .map((name) => `the part ${name} is left`);
}

const serverOperations: readonly ServerOperation[] = [
  {
    name: "ask",
    by: "server",
    prepare: storeDemoPicture,
    async work(server, _, picture) {
      const { run } = await runJob(server, "/api/ask", demoAsk(picture as string));
      return run === undefined ? {} : { present: run };
    },
    touches: nothing,
  },
  {
    name: "compute",
    by: "server",
    async work(server, { run }) {
      await runJob(server, `/api/runs/${run}/compute`, { methods: ["lens", "grad-cam"] });
      return { present: run };
    },
    touches: changesRun,
  },
  {
    name: "verify",
    by: "server",
    async work(server, { run }) {
      await runJob(server, `/api/runs/${run}/compute`, verifyRequest);
      return { present: run };
    },
    touches: changesRun,
  },
  {
    name: "rename",
    by: "server",
    async work(server, { run }) {
      await server.request("PATCH", `/api/runs/${run}`, { name: `named ${Date.now()}` });
      return { present: run };
    },
    touches: changesRun,
  },
  {
    name: "delete",
    by: "server",
    async work(server, { run }) {
      await server.request("DELETE", `/api/runs/${run}`);
      return { absent: run };
    },
    touches: movesRun,
  },
  {
    name: "undo",
    by: "server",
    prepare: async (server, { run }) => server.request("DELETE", `/api/runs/${run}`),
    async work(server, { run }) {
      await server.request("POST", `/api/runs/${run}/restore`);
      return { present: run };
    },
    touches: movesRun,
  },
  {
    name: "import",
    by: "server",
    prepare: (_, target) => Promise.resolve(new Uint8Array(readFileSync(runPathOf(target)))),
    async work(server, _, bytes) {
      const { id } = (await server.request("PUT", `/api/runs?name=taken.run.safetensors`, bytes)) as { id: string };
      return { present: id };
    },
    touches: () => ({ moving: "taken" }),
  },
];

const commandOperations: readonly CommandOperation[] = [
  {
    name: "explain (command)",
    by: "command",
    args: ({ folders }) => [
      ...["explain", "--image", demoPicture, "--question", demoQuestion, "--max-new-tokens", "4"],
      ...["--out", join(folders.runs, `explained${runFileEnding}`)],
    ],
    touches: () => ({ changing: "explained", moving: "explained" }),
  },
  {
    name: "verify --save (command)",
    by: "command",
    args: (target) => ["verify", runPathOf(target), "--evidence", "image", "--save"],
    touches: changesRun,
  },
  {
    name: "widening of weights",
    by: "command",
    prepare: ({ folders }) => rmSync(folders.cache, { recursive: true, force: true }),
    args: () => [
      "ask",
      "--image",
      demoPicture,
      "--question",
      demoQuestion,
      "--precision",
      "f32",
      "--max-new-tokens",
      "4",
    ],
    check: ({ folders }) => partsIn(folders.cache),
    touches: nothing,
  },
  {
    name: "pull",
    by: "command",
    prepare: ({ folders }) => rmSync(folders.hub, { recursive: true, force: true }),
    args: () => ["models", "pull", hubModel],
    environment: ({ hub }) => ({ HF_ENDPOINT: hub.url }),
    check({ folders, hub }) {
      const snapshots = join(folders.hub, `models--${hubModel.replace("/", "--")}/snapshots`);
      const snapshot = join(snapshots, readdirSync(snapshots)[0]!);
      const wrong = [...hub.files].filter(([name, bytes]) => !readFileSync(join(snapshot, name)).equals(bytes));
      return [...wrong.map(([name]) => `${name} is not what the hub has`), ...partsIn(folders.hub)];
    },
    touches: nothing,
  },
];

export const operations: readonly Operation[] = [...serverOperations, ...commandOperations];

/** Starts the command of an operation. */
export function startCommand(operation: CommandOperation, target: Target): ChildProcess {
  return spawn(process.execPath, [program, ...operation.args(target)], {
    env: { ...environmentOf(target.folders), ...operation.environment?.(target) },
    stdio: ["ignore", "ignore", "pipe"],
  });
}

/** Runs the command to its end; returns what it wrote if it failed. */
export async function commandProblem(operation: CommandOperation, target: Target): Promise<string | undefined> {
  const child = startCommand(operation, target);
  let written = "";
  child.stderr!.on("data", (chunk: Buffer) => (written += chunk.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  return code === 0 ? undefined : `the next start fails: ${written.trim().slice(-300)}`;
}
