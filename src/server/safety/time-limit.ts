/** @file The time within which an answer must begin. */
import type { MiddlewareHandler } from "hono";
import { Problem } from "../problem.ts";

/** Uploads take as long as their bytes take to come, which has a limit of its own. */
function isUpload(method: string, path: string): boolean {
  return method === "PUT" || (method === "POST" && path === "/api/pictures");
}

/** Answers with a problem if a handler takes longer than `milliseconds`; its work is left to end by itself. */
export function timeLimit(milliseconds: number): MiddlewareHandler {
  return async (c, next) => {
    if (isUpload(c.req.method, c.req.path)) return next();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        const message = `The server did not answer within ${Math.round(milliseconds / 1000)} seconds; try again.`;
        reject(new Problem("failed", message, { status: 504 }));
      }, milliseconds);
    });
    try {
      await Promise.race([next(), late]);
    } finally {
      clearTimeout(timer);
    }
  };
}
