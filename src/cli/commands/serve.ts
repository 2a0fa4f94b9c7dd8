/** @file The command `serve`, which is also what the program does without a command: the page and its server. */
import { once } from "node:events";
import { stat } from "node:fs/promises";
import { networkInterfaces } from "node:os";
import { resolve } from "node:path";
import { requireNoFile } from "../../checkpoint-folder/locate.ts";
import { quote } from "../../json/quote.ts";
import { startServer, type RunningServer } from "../../server/listen.ts";
import { isWildcard, urlHost, type ServerAddress } from "../../server/safety/host.ts";
import { defaultRunsFolder } from "../../program/data-folder.ts";
import { demoModelName } from "../../program/demo.ts";
import { openWorkbench } from "../../workbench/workbench.ts";
import { accessToken } from "../access-token.ts";
import { openBrowser } from "../open-browser.ts";
import type { serveOptions } from "../options/serve.ts";
import type { Arguments } from "../parse.ts";
import type { Session } from "../session.ts";
import { UsageError } from "../usage-error.ts";

/** The host to listen at, without the brackets that an IPv6 address has in URLs. */
function readHost(text: string): string {
  const host = text.replace(/^\[(.*)\]$/, "$1");
  if (!/^[A-Za-z0-9._:-]+$/.test(host)) {
    throw new UsageError(`--host must be a name or an address such as 127.0.0.1, got ${quote(text)}.`);
  }
  return host;
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}

async function readFolders(paths: readonly string[]): Promise<string[]> {
  for (const path of paths) {
    if (!(await isFolder(path))) throw new Error(`--models ${quote(path)} is not a folder; give one that exists.`);
  }
  return paths.map((path) => resolve(path));
}

/** The address that users open. A server at all addresses is named by the first one that others reach. */
function pageUrl({ host, port }: ServerAddress, token: string | undefined): string {
  const outer = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const reached = outer.find(({ internal, family }) => !internal && family === "IPv4")?.address ?? "localhost";
  // What follows "#" stays in the browser: it is in no log, and in no request.
  const fragment = token === undefined ? "" : `#token=${encodeURIComponent(token)}`;
  return `http://${urlHost(isWildcard(host) ? reached : host)}:${port}/${fragment}`;
}

/** Serves the page until the user stops it, which is not a failure: running jobs are cancelled, and saved runs stay. */
export async function serveCommand(
  { values, positionals }: Arguments<typeof serveOptions>,
  session: Session,
): Promise<void> {
  if (positionals.length > 0) {
    throw new UsageError(`${quote(positionals[0]!)} is not expected here; lvlm-interpret --help lists the commands.`);
  }
  const host = readHost(values.host);
  const token = await accessToken({ file: values.tokenFile, environment: process.env, host });
  const modelFolders = await readFolders(values.models);
  await requireNoFile(values.model);
  const namesFolder = values.model !== demoModelName && (await isFolder(values.model));
  const model = namesFolder ? resolve(values.model) : values.model;
  // A checkpoint that the user names is open to the page like those of --models.
  if (namesFolder) modelFolders.push(model);
  const runsFolder = values.runs === undefined ? defaultRunsFolder() : resolve(values.runs);

  const workbench = await openWorkbench({
    ...{ runsFolder, modelFolders, maxMemoryBytes: values.maxMemory },
    onWarning: (sentence) => session.warn(sentence),
  });
  let server: RunningServer | undefined;
  try {
    server = await startServer({ workbench, host, port: values.port, token });
    await workbench.loadModel({ model, precision: values.precision });
    const url = pageUrl(server.address, token);
    session.print(`Runs  ${runsFolder}`);
    session.print("Ctrl+C stops the server.");
    session.print(`Page  ${url}`);
    // A token must not show in the list of processes, and a server for others has no browser beside it.
    const isOwnBrowser = token === undefined && session.isInteractive && !process.env.CI;
    if (isOwnBrowser && !values.noOpen) openBrowser(url);
    if (!session.signal.aborted) await once(session.signal, "abort");
  } finally {
    server?.stopListening();
    await workbench.close();
    await server?.close();
  }
}
