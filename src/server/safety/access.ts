/** @file Access to a server that others can reach: by its token once, then by the cookie that the token was changed for. */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { HttpBindings } from "@hono/node-server";
import type { Context, MiddlewareHandler } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { guessLimits } from "../limits.ts";
import { Problem } from "../problem.ts";
import { createGuessLimit } from "./guesses.ts";

export interface Access {
  /** Undefined if everyone may use the server. */
  readonly token: string | undefined;
  /**
   * Whether a request may use the server: by its cookie, or by the token as bearer. Throws a Problem for a token of an address that
   * gave too many wrong ones.
   */
  isAllowed(c: Context): boolean;
  /** Gives the browser the cookie for the right token. Throws a Problem for a wrong one, and as `isAllowed` does. */
  signIn(c: Context, token: string): void;
}

/** A token that cannot be guessed. */
export function randomToken(): string {
  return randomBytes(24).toString("base64url");
}

/** Whether two secrets are the same, in a time that does not depend on the place of a difference. */
function isSameSecret(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

/** Address from which a request comes; "" if it comes through no network. */
function addressOf(c: Context): string {
  const { incoming } = (c.env ?? {}) as Partial<HttpBindings>;
  return incoming?.socket.remoteAddress ?? "";
}

/** The access of one server. The cookie holds a secret of its own, which is worth nothing after a restart. */
export function createAccess({ token, port }: { readonly token: string | undefined; readonly port: number }): Access {
  const session = randomToken();
  // Cookies do not tell ports apart, so that two servers of one computer need two names.
  const cookieName = `lvlm-interpret-${port}`;
  const guesses = createGuessLimit(guessLimits);

  function isToken(c: Context, given: string, expected: string): boolean {
    const address = addressOf(c);
    const retryAfter = guesses.waitSeconds(address);
    if (retryAfter > 0) {
      const message = `There were too many wrong tokens from ${address || "this address"}; wait ${retryAfter} seconds and try again.`;
      throw new Problem("unauthorized", message, { status: 429, retryAfter });
    }
    const isRight = isSameSecret(given, expected);
    if (isRight) guesses.forget(address);
    else guesses.remember(address);
    return isRight;
  }

  return {
    token,
    isAllowed: (c) => {
      if (token === undefined) return true;
      const bearer = /^Bearer (\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
      if (bearer !== undefined) return isToken(c, bearer, token);
      const cookie = getCookie(c, cookieName);
      return cookie !== undefined && isSameSecret(cookie, session);
    },
    signIn: (c, given) => {
      if (token === undefined) return;
      if (!isToken(c, given, token)) {
        throw new Problem(
          "unauthorized",
          "This is not the token of this server; it was printed when the server started.",
        );
      }
      setCookie(c, cookieName, session, { httpOnly: true, sameSite: "Strict", path: "/" });
    },
  };
}

/** Refuses requests to /api without access; only the session itself is open. */
export function accessCheck(access: Access): MiddlewareHandler {
  return async (c, next) => {
    const isOpen = !c.req.path.startsWith("/api/") || c.req.path === "/api/session";
    if (!isOpen && !access.isAllowed(c)) {
      throw new Problem(
        "unauthorized",
        "This server asks for its token; open the address that it printed when it started.",
      );
    }
    await next();
  };
}
