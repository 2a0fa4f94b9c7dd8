/** @file A hub on this computer that holds one model, keeps a list of what it was asked, and misbehaves as it is told. */
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export const commit = "0123456789abcdef0123456789abcdef01234567";
/** The id of the model. */
export const id = "org/tiny";

interface Request {
  /** With "storage:" before it if the server of large files was asked. */
  readonly path: string;
  readonly range: string | undefined;
  readonly authorization: string | undefined;
  /** Bytes of the body that was sent. */
  sent: number;
}

/** What the imitated hub holds, and how it misbehaves. */
export interface ImitatedHub {
  files: Map<string, Buffer>;
  /** Bytes after which each download of a large file is cut off. */
  cutAfter: number;
  /** Whether ranges are answered as such. */
  ranges: boolean;
  /** Replaces what the listing says. */
  listedSha256: string | undefined;
  listedSize: number | undefined;
  status: number | undefined;
  /** How the list goes on after its last page, by the number of pages that were asked for. */
  next: ((page: number) => string) | undefined;
  /** The address of large files, instead of the storage's. */
  location: string | undefined;
  /** Milliseconds between single bytes of large files. */
  drip: number | undefined;
  requests: Request[];
  readonly url: string;
  /** Of the server of large files. */
  readonly storageUrl: string;
  close(): Promise<void>;
}

/** Large files are "LFS" objects: listed by sha256 and served by another server. */
const isLarge = (path: string): boolean => path.endsWith(".safetensors") || path.endsWith(".bin");
export const sha256 = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");
const gitHash = (bytes: Buffer): string => {
  return createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
};
/** What the hub calls the bytes of a file. */
export const nameOf = (bytes: Buffer, path: string): string => (isLarge(path) ? sha256(bytes) : gitHash(bytes));

export const addressOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
export const listen = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
export const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.closeAllConnections();
    server.close(() => {
      resolve();
    });
  });

/** Starts a hub that holds these files. */
export async function startImitatedHub(files: ReadonlyMap<string, Buffer>): Promise<ImitatedHub> {
  function listing(): unknown[] {
    return [...hub.files].map(([path, bytes]) => {
      const size = isLarge(path) ? (hub.listedSize ?? bytes.length) : bytes.length;
      const entry = { type: "file", path, size, oid: gitHash(bytes) };
      return isLarge(path)
        ? { ...entry, lfs: { oid: hub.listedSha256 ?? sha256(bytes), size, pointerSize: 130 } }
        : entry;
    });
  }

  function sendBytes(request: IncomingMessage, response: ServerResponse, path: string): void {
    const bytes = hub.files.get(path)!;
    const range = hub.ranges || request.headers.range === "bytes=0-0" ? request.headers.range : undefined;
    const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(range ?? "") ?? [];
    const start = Number(first ?? 0);
    const end = last === undefined || last === "" ? bytes.length : Number(last) + 1;
    response.setHeader("etag", `"${nameOf(bytes, path)}"`);
    hub.requests.at(-1)!.sent = end - start;
    response.setHeader("content-length", end - start);
    if (range !== undefined) response.setHeader("content-range", `bytes ${start}-${end - 1}/${bytes.length}`);
    response.statusCode = range === undefined ? 200 : 206;
    if (hub.drip !== undefined && range !== "bytes=0-0" && isLarge(path)) {
      const timer = setInterval(() => response.write("x"), hub.drip);
      response.on("close", () => clearInterval(timer));
      return;
    }
    if (!isLarge(path) || end - start <= hub.cutAfter) {
      response.end(bytes.subarray(start, end));
      return;
    }
    response.write(bytes.subarray(start, start + hub.cutAfter), () => {
      setImmediate(() => response.destroy());
    });
  }

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url!, "http://hub");
    const path = decodeURIComponent(url.pathname);
    hub.requests.push({ path, range: request.headers.range, authorization: request.headers.authorization, sent: 0 });
    const json = (value: unknown, status = 200): void => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
    };
    if (hub.status !== undefined) {
      json({ error: "Repository not found" }, hub.status);
      return;
    }
    if (path.startsWith(`/api/models/${id}/revision/`)) {
      json({ _id: "1", id, sha: commit });
      return;
    }
    if (path === `/api/models/${id}/tree/${commit}`) {
      if (hub.next !== undefined) {
        const pages = hub.requests.filter((request) => request.path === path).length;
        response.setHeader("link", `<${hub.next(pages)}>; rel="next"`);
        json([]);
        return;
      }
      const entries = listing();
      const half = Math.ceil(entries.length / 2);
      if (url.searchParams.has("cursor")) {
        json(entries.slice(half));
        return;
      }
      response.setHeader("link", `<${hub.url}${path}?recursive=true&cursor=2>; rel="next"`);
      json(entries.slice(0, half));
      return;
    }
    const file = path.slice(`/${id}/resolve/${commit}/`.length);
    if (!hub.files.has(file)) {
      response.setHeader("x-error-code", "EntryNotFound");
      json({ error: "Entry not found" }, 404);
      return;
    }
    response.setHeader("x-repo-commit", commit);
    if (isLarge(file)) {
      response.writeHead(302, { location: hub.location ?? `${hub.storageUrl}/${file}`, "x-linked-etag": '"x"' }).end();
      return;
    }
    sendBytes(request, response, file);
  }

  function answerFromStorage(request: IncomingMessage, response: ServerResponse): void {
    const path = decodeURIComponent(request.url!);
    hub.requests.push({
      path: `storage:${path}`,
      range: request.headers.range,
      authorization: request.headers.authorization,
      sent: 0,
    });
    sendBytes(request, response, path.slice(1));
  }

  const api = createServer(answer);
  const storage = createServer(answerFromStorage);
  await Promise.all([listen(api), listen(storage)]);
  const hub: ImitatedHub = {
    files: new Map(files),
    cutAfter: Number.POSITIVE_INFINITY,
    ranges: true,
    listedSha256: undefined,
    listedSize: undefined,
    status: undefined,
    next: undefined,
    location: undefined,
    drip: undefined,
    requests: [],
    url: addressOf(api),
    storageUrl: addressOf(storage),
    async close() {
      await Promise.all([close(api), close(storage)]);
    },
  };
  return hub;
}
