/** @file Which pages may send requests: only the server's own. Other programs than browsers send neither header and are not stopped here. */
import type { MiddlewareHandler } from "hono";
import { quote } from "../../json/quote.ts";
import { Problem } from "../problem.ts";
import { isOwnHost, type ServerAddress } from "./host.ts";

/** Whether an Origin header is this server's, by any name it has. */
function isOwnOrigin(origin: string, address: ServerAddress): boolean {
  return origin.startsWith("http://") && isOwnHost(origin.slice("http://".length), address);
}

/**
 * Refuses requests of pages from elsewhere: those that change something by any path, and all of /api. A browser says where a request
 * comes from by `Origin`, else by `Sec-Fetch-Site`. Links from elsewhere to the page itself stay open.
 */
export function originCheck(address: ServerAddress): MiddlewareHandler {
  return async (c, next) => {
    const isRead = c.req.method === "GET" || c.req.method === "HEAD";
    if (!isRead || c.req.path === "/api" || c.req.path.startsWith("/api/")) {
      const origin = c.req.header("origin");
      const site = c.req.header("sec-fetch-site");
      if (origin !== undefined && !isOwnOrigin(origin, address)) {
        throw new Problem("forbidden", `A page from ${quote(origin)} may not use this server; open its own page.`);
      }
      if (site !== undefined && site !== "same-origin" && site !== "none") {
        throw new Problem("forbidden", "A page from another site may not use this server; open its own page.");
      }
    }
    await next();
  };
}
