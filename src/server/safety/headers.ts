/** @file What browsers are told to refuse: foreign code, frames, guessed types, and readers from other sites. */
import type { MiddlewareHandler } from "hono";

/** The page: its own scripts and styles as files, pictures it drew itself, requests to this server alone. */
const pagePolicy = [
  "default-src 'self'",
  "img-src 'self' blob: data:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

/** Data is never a page: if a browser shows it as one, nothing in it runs. */
const dataPolicy = "default-src 'none'; frame-ancestors 'none'; sandbox";

const always = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "x-frame-options": "DENY",
  "permissions-policy": "camera=(), microphone=(), geolocation=()",
} as const;

/** Adds the headers to every answer, errors included. Answers of /api are not kept by caches unless they say so themselves. */
export function safetyHeaders(): MiddlewareHandler {
  return async (c, next) => {
    await next();
    const isData = c.req.path.startsWith("/api/");
    for (const [name, value] of Object.entries(always)) c.res.headers.set(name, value);
    c.res.headers.set("content-security-policy", isData ? dataPolicy : pagePolicy);
    if (isData && !c.res.headers.has("cache-control")) c.res.headers.set("cache-control", "no-store");
  };
}
