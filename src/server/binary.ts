/** @file Answers that are not JSON: tensors, pictures, files to save, parts of large files. */
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import type { Context } from "hono";
import type { Tensor } from "../tensor/tensor.ts";
import type { NamedBytes } from "../workbench/named-bytes.ts";
import type { NamedFile } from "../workbench/library/run-library.ts";
import { tensorDimsHeader, tensorTypeHeader } from "./api.ts";
import { pictureMediaTypes } from "../image/types.ts";
import { Problem } from "./problem.ts";

/** Types that are named as they are. A run file from elsewhere may claim any type of its pictures. */
const mediaTypes = [...pictureMediaTypes, "image/svg+xml", "text/csv", "text/html", "application/json"];

const anyBytes = "application/octet-stream";

/** A file's name as a header carries it: in ASCII, and whole after RFC 5987. */
export function attachment(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9 ._-]/g, "_");
  // Half a surrogate pair, which no header can carry, becomes the replacement character.
  const whole = encodeURIComponent(Buffer.from(name).toString()).replace(
    /['()*!]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${whole}`;
}

/**
 * Bytes with a mark of their content. What an id names may change (a run can be computed anew), so a browser has to ask each time,
 * and is told if it has the same bytes already.
 */
function markedBytes(c: Context, bytes: Uint8Array, headers: Readonly<Record<string, string>>): Response {
  const etag = `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 32)}"`;
  const all = { ...headers, etag, "cache-control": "private, no-cache" };
  if (c.req.header("if-none-match") === etag) return new Response(null, { status: 304, headers: all });
  return new Response(bytes as Uint8Array<ArrayBuffer>, {
    headers: { ...all, "content-length": String(bytes.byteLength) },
  });
}

/** Little-endian elements of a tensor, row-major, with its dimensions and type in headers. */
export function tensorResponse(c: Context, { data, dims, type }: Tensor): Response {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return markedBytes(c, bytes, {
    "content-type": anyBytes,
    [tensorDimsHeader]: dims.join(","),
    [tensorTypeHeader]: type,
  });
}

/** A picture to show. */
export function pictureResponse(c: Context, { mediaType, bytes }: Omit<NamedBytes, "name">): Response {
  const isPicture = mediaType.startsWith("image/") && mediaTypes.includes(mediaType);
  return markedBytes(c, bytes, { "content-type": isPicture ? mediaType : anyBytes });
}

/** A file to save. */
export function downloadResponse(c: Context, { name, mediaType, bytes }: NamedBytes): Response {
  return markedBytes(c, bytes, {
    "content-type": mediaTypes.includes(mediaType) ? mediaType : anyBytes,
    "content-disposition": attachment(name),
  });
}

/** The bytes [start, end) that a Range header asks of a file; undefined for the whole file. Throws a Problem for none of its bytes. */
function rangeOf(header: string | undefined, size: number): { start: number; end: number } | undefined {
  const parts = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? "");
  if (parts === null || (parts[1] === "" && parts[2] === "")) return undefined;
  const [first, last] = [parts[1]!, parts[2]!];
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size : Math.min(size, Number(last) + 1);
  if (start >= end) {
    throw new Problem("bad-request", `The file has ${size} bytes, so that there are none at ${header!}.`, {
      status: 416,
    });
  }
  return { start, end };
}

/** An opened file to save, whole or the range that is asked for, sent as it is read, and closed then. */
export async function fileResponse(c: Context, file: NamedFile): Promise<Response> {
  const { handle } = file;
  try {
    const { size, mtimeMs } = file.status;
    const etag = `"${size.toString(36)}-${Math.round(mtimeMs * 1000).toString(36)}"`;
    const condition = c.req.header("if-range");
    const isSame = condition === undefined || condition === etag;
    const range = isSame ? rangeOf(c.req.header("range"), size) : undefined;
    const { start, end } = range ?? { start: 0, end: size };
    const headers: Record<string, string> = {
      "content-type": anyBytes,
      "content-disposition": attachment(file.name),
      "content-length": String(end - start),
      "accept-ranges": "bytes",
      "cache-control": "private, no-cache",
      etag,
    };
    if (range !== undefined) headers["content-range"] = `bytes ${start}-${end - 1}/${size}`;
    const status = range === undefined ? 200 : 206;
    if (c.req.method === "HEAD" || end === start) {
      await handle.close();
      return new Response(null, { status, headers });
    }
    const stream = handle.createReadStream({ start, end: end - 1 });
    return new Response(Readable.toWeb(stream) as ReadableStream<Uint8Array<ArrayBuffer>>, { status, headers });
  } catch (error) {
    await handle.close().catch(() => undefined);
    throw error;
  }
}
