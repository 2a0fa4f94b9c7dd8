/** @file The built page from its folder: only regular files that lie in it, compressed ones if the browser takes them. */
import { readFile, realpath, stat } from "node:fs/promises";
import { extname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Context } from "hono";
import { quote } from "../json/quote.ts";
import { Problem } from "./problem.ts";

/** The folder that the build puts the page into; source and build lie equally deep in the package. */
const builtPageFolder = fileURLToPath(new URL("../../dist/web", import.meta.url));

const mediaTypes: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".woff": "font/woff",
  ".wasm": "application/wasm",
  ".txt": "text/plain; charset=utf-8",
};

/** Compressed forms beside a file, the smaller first. */
const encodings = [
  { name: "br", ending: ".br" },
  { name: "gzip", ending: ".gz" },
] as const;

/** A part of a path that can only be a name in a folder: neither hidden nor a way up. */
const plainName = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/;

/** The build writes a hash of the content into the names of these, so that they never change. */
const hashedName = /^\/assets\/.+-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$/;

/** The path of a regular file under `folder`, or undefined if there is none, or a link leads out of the folder. */
async function fileWithin(folder: string, names: readonly string[]): Promise<string | undefined> {
  try {
    const path = await realpath(join(folder, ...names));
    const isInside = path.startsWith((await realpath(folder)) + sep);
    return isInside && (await stat(path)).isFile() ? path : undefined;
  } catch {
    return undefined;
  }
}

/** Whether an Accept-Encoding header takes an encoding. */
function accepts(header: string, encoding: string): boolean {
  return header.split(",").some((part) => {
    const [name, ...parameters] = part
      .trim()
      .toLowerCase()
      .split(/\s*;\s*/);
    return name === encoding && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  });
}

/** The handler of everything that is not /api: `/` is the page, the rest are its files. */
export function staticFiles(folder: string = builtPageFolder): (c: Context) => Promise<Response> {
  return async (c) => {
    const { path } = c.req;
    if (c.req.method !== "GET" && c.req.method !== "HEAD") {
      throw new Problem("bad-request", `${quote(path)} can only be read; send a GET.`, { status: 405 });
    }
    const names = path === "/" ? ["index.html"] : path.slice(1).split("/");
    const found = names.every((name) => plainName.test(name)) ? await fileWithin(folder, names) : undefined;
    if (found === undefined) {
      if (path !== "/") throw new Problem("not-found", "There is no such page; open / instead.");
      return c.text("The page is not built; run `npm run build` and start again.\n", 503);
    }
    const { size, mtimeMs } = await stat(found);
    const headers: Record<string, string> = {
      "content-type": mediaTypes[extname(found)] ?? "application/octet-stream",
      "cache-control": hashedName.test(path) ? "public, max-age=31536000, immutable" : "no-cache",
      etag: `W/"${size.toString(36)}-${Math.round(mtimeMs).toString(36)}"`,
      vary: "accept-encoding",
    };
    if (c.req.header("if-none-match") === headers.etag) return new Response(null, { status: 304, headers });
    const accepted = encodings.filter(({ name }) => accepts(c.req.header("accept-encoding") ?? "", name));
    for (const { name, ending } of accepted) {
      const compressed = await fileWithin(folder, [...names.slice(0, -1), `${names.at(-1)!}${ending}`]);
      if (compressed === undefined) continue;
      return new Response(await readFile(compressed), { headers: { ...headers, "content-encoding": name } });
    }
    return new Response(await readFile(found), { headers });
  };
}
