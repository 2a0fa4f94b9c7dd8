/** @file Which names a request may call this server by: a page of another site must not reach it through a name of its own (DNS rebinding). */
import { isIP } from "node:net";
import { hostname } from "node:os";
import type { MiddlewareHandler } from "hono";
import { quote } from "../../json/quote.ts";
import { Problem } from "../problem.ts";

/** The address that the server listens at. */
export interface ServerAddress {
  /** A name or an address, an IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
}

/** Whether a server at `host` listens at every address of this computer. */
export function isWildcard(host: string): boolean {
  return host === "0.0.0.0" || host === "::";
}

/** Whether only this computer can reach a server that listens at `host`. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

/** A host as it stands in a URL. */
export function urlHost(host: string): string {
  return isIP(host) === 6 ? `[${host}]` : host;
}

/** Parts of a Host header: a name, an IPv4 address or an IPv6 address in brackets, and a port. */
const hostHeader = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?$/;

/**
 * Whether a Host header names this server: localhost, 127.0.0.1, [::1] or the host it was started with, at its port. A server on all
 * addresses is also found by any address and by the computer's name: those cannot be given to another site's page.
 */
export function isOwnHost(header: string | undefined, { host, port }: ServerAddress): boolean {
  const parts = hostHeader.exec(header?.toLowerCase() ?? "");
  if (parts === null || Number(parts[2] ?? 80) !== port) return false;
  const name = parts[1]!;
  if (["localhost", "127.0.0.1", "[::1]", urlHost(host.toLowerCase())].includes(name)) return true;
  return isWildcard(host) && (isIP(name.replace(/^\[|\]$/g, "")) !== 0 || name === hostname().toLowerCase());
}

/** Refuses requests whose Host header is missing or not of this server. */
export function hostCheck(address: ServerAddress): MiddlewareHandler {
  return async (c, next) => {
    const header = c.req.header("host");
    if (!isOwnHost(header, address)) {
      const hint = `open http://${urlHost(isWildcard(address.host) ? "localhost" : address.host)}:${address.port}/ instead`;
      throw new Problem("forbidden", `This server is not called ${quote(header ?? "")}; ${hint}.`);
    }
    await next();
  };
}
