/** @file Limits on bodies: by what a request says of its length, and by what really comes. */
import type { Context, MiddlewareHandler } from "hono";
import { measureJson } from "../../json/json-structure.ts";
import { requestLimits } from "../limits.ts";
import { Problem } from "../problem.ts";

/** A size for people, such as "32 MB". */
function sizeText(bytes: number): string {
  const [unit, name] = bytes >= 1e9 ? [1e9, "GB"] : bytes >= 1e6 ? [1e6, "MB"] : [1e3, "kB"];
  return `${Math.round((bytes / unit) * 10) / 10} ${name}`;
}

interface BodyLimit {
  readonly limit: number;
  /** What it is, with its article: "The picture". */
  readonly what: string;
}

/**
 * The chunks of a body. Throws a `too-large` Problem at once if the request announces more bytes than the limit, and in the
 * middle if more come.
 */
export async function* limitedBody(c: Context, { limit, what }: BodyLimit): AsyncGenerator<Uint8Array> {
  const tooLarge = new Problem(
    "too-large",
    `${what} is larger than the limit of ${sizeText(limit)}; send a smaller one.`,
  );
  if (Number(c.req.header("content-length") ?? 0) > limit) throw tooLarge;
  const { body } = c.req.raw;
  if (body === null) return;
  let received = 0;
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    received += chunk.byteLength;
    if (received > limit) throw tooLarge;
    yield chunk;
  }
}

/** A whole body, within a limit. */
export async function readLimitedBody(c: Context, limit: BodyLimit): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of limitedBody(c, limit)) chunks.push(chunk);
  return new Uint8Array(Buffer.concat(chunks));
}

/**
 * Refuses a body with an object or list in a field "length": no route takes one, and the library of the schemas fails on it in
 * the place of a text or a list, instead of refusing it.
 */
function refuseLengthField(body: Uint8Array): void {
  const text = new TextDecoder().decode(body);
  // Letters of a name may be written by their number.
  if (!/"length"|\\u/.test(text)) return;
  const found: unknown[] = [];
  try {
    JSON.parse(text, (name, value: unknown) => {
      if (name === "length" && typeof value === "object") found.push(value);
      return value;
    });
  } catch {
    // A body that is not JSON is refused when it is read.
  }
  if (found.length === 0) return;
  throw new Problem(
    "bad-request",
    'The JSON of the request has a field "length", which no route takes; /api/openapi.json says what it takes.',
  );
}

/** Reads JSON bodies within the limits on size and structure, before anything parses them. */
export function jsonBodyCheck(): MiddlewareHandler {
  return async (c, next) => {
    // Requests that only read have no body, even if their headers announce one.
    const isRead = c.req.method === "GET" || c.req.method === "HEAD";
    if (!isRead && /^application\/([a-z-.]+\+)?json/i.test(c.req.header("content-type") ?? "")) {
      const body = await readLimitedBody(c, { limit: requestLimits.jsonBytes, what: "The JSON of the request" });
      const { depth, containers } = measureJson(body);
      if (depth > requestLimits.jsonDepth || containers > requestLimits.jsonContainers) {
        throw new Problem(
          "bad-request",
          `The JSON of the request has ${containers} objects and lists, ${depth} deep; at most ${requestLimits.jsonContainers} and ${requestLimits.jsonDepth} are read.`,
        );
      }
      refuseLengthField(body);
      c.req.raw = new Request(c.req.raw.url, { method: c.req.method, headers: c.req.raw.headers, body });
    }
    await next();
  };
}

/** Refuses paths with queries that are longer than any real one. */
export function urlCheck(): MiddlewareHandler {
  return async (c, next) => {
    const { length } = c.req.url;
    if (length > requestLimits.urlBytes) {
      const message = `The address has ${length} characters, more than the limit of ${requestLimits.urlBytes}.`;
      throw new Problem("too-large", message, { status: 414 });
    }
    await next();
  };
}
