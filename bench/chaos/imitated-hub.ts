/** @file A hub on this computer that has one model and sends its weights slowly, so that a download can be killed in the middle. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { demoCheckpointFolder } from "../server-process.ts";

export const hubModel = "org/demo";
const commit = "0123456789abcdef0123456789abcdef01234567";

const names = [
  "chat_template.jinja",
  "config.json",
  "generation_config.json",
  "model.safetensors",
  "processor_config.json",
  "tokenizer.json",
  "tokenizer_config.json",
];

const isLarge = (path: string): boolean => path.endsWith(".safetensors");

function listing(files: ReadonlyMap<string, Buffer>): unknown[] {
  return [...files].map(([path, bytes]) => {
    const oid = createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
    const entry = { type: "file", path, size: bytes.length, oid };
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    return isLarge(path) ? { ...entry, lfs: { oid: sha256, size: bytes.length, pointerSize: 130 } } : entry;
  });
}

/** Bytes and the milliseconds after them: about 12 MB in half a second. */
const pieceBytes = 256 * 1024;
const pieceMs = 10;

async function sendSlowly(response: ServerResponse, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length && !response.destroyed; at += pieceBytes) {
    response.write(bytes.subarray(at, at + pieceBytes));
    await new Promise((resolve) => setTimeout(resolve, pieceMs));
  }
  response.end();
}

function sendFile(request: IncomingMessage, response: ServerResponse, bytes: Buffer): void {
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
  const start = Number(first ?? 0);
  const end = last === undefined || last === "" ? bytes.length : Math.min(bytes.length, Number(last) + 1);
  response.setHeader("etag", `"${createHash("sha256").update(bytes).digest("hex")}"`);
  response.setHeader("x-repo-commit", commit);
  response.setHeader("content-length", end - start);
  if (first !== undefined) response.setHeader("content-range", `bytes ${start}-${end - 1}/${bytes.length}`);
  response.statusCode = first === undefined ? 200 : 206;
  void sendSlowly(response, bytes.subarray(start, end));
}

export interface ImitatedHub {
  readonly url: string;
  readonly files: ReadonlyMap<string, Buffer>;
  close(): void;
}

/** Starts the hub at an address of this computer. */
export async function startImitatedHub(): Promise<ImitatedHub> {
  const files = new Map(names.map((name) => [name, readFileSync(join(demoCheckpointFolder, name))]));
  const server: Server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url!, "http://hub").pathname);
    const json = (value: unknown): void =>
      void response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
    if (path.startsWith(`/api/models/${hubModel}/revision/`)) {
      json({ _id: "1", id: hubModel, sha: commit });
      return;
    }
    if (path === `/api/models/${hubModel}/tree/${commit}`) {
      json(listing(files));
      return;
    }
    const bytes = files.get(path.slice(`/${hubModel}/resolve/${commit}/`.length));
    if (bytes === undefined) response.writeHead(404, { "x-error-code": "EntryNotFound" }).end("{}");
    else sendFile(request, response, bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    files,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
