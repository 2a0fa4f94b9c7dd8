/** @file Starts and stops the server on a port. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { quote } from "../json/quote.ts";
import { createApp, type AppOptions } from "./app.ts";
import { requestLimits, timeLimits } from "./limits.ts";
import type { ServerAddress } from "./safety/host.ts";

/** The ports that are tried if none is asked for. */
export const freePorts = { first: 7861, last: 7960 } as const;

export interface ListenOptions extends Omit<AppOptions, "address"> {
  readonly host: string;
  /** The first free one from `freePorts.first` if it is left out; 0 lets the system choose. */
  readonly port?: number;
}

export interface RunningServer {
  readonly address: ServerAddress;
  /** Takes no more connections; those that are open stay. */
  stopListening(): void;
  /** Ends every connection. */
  close(): Promise<void>;
}

/** Reasons why a server cannot listen, in words. */
const reasons: Readonly<Record<string, string>> = {
  EADDRNOTAVAIL: "this computer has no such address; give --host one of its own",
  ENOTFOUND: "there is no computer of this name; give --host an address of this one",
  EAI_AGAIN: "the name cannot be looked up; give --host an address of this computer",
  EACCES: "the port belongs to the system; give --port a number from 1024",
};

function listenError(cause: unknown, { host, port }: ServerAddress): Error {
  const { code = "", message } = cause as NodeJS.ErrnoException;
  const text =
    code === "EADDRINUSE"
      ? `Port ${port} of ${host} is in use; choose another with --port, or leave --port out.`
      : `The server cannot listen at ${quote(host)}, port ${port}: ${reasons[code] ?? message}.`;
  return new Error(text, { cause });
}

async function listenAt({ host, port }: ServerAddress): Promise<Server> {
  const server = createServer({
    maxHeaderSize: requestLimits.headerBytes,
    headersTimeout: timeLimits.headers,
    requestTimeout: timeLimits.request,
  });
  server.maxConnections = requestLimits.connections;
  server.listen({ host, port, exclusive: true });
  // Rejects if the server emits an error instead.
  await once(server, "listening");
  return server;
}

async function listenAtFirst(host: string, port: number | undefined): Promise<Server> {
  const [first, last] = port === undefined ? [freePorts.first, freePorts.last] : [port, port];
  for (let tried: number = first; ; tried++) {
    try {
      return await listenAt({ host, port: tried });
    } catch (error) {
      const isTaken = (error as NodeJS.ErrnoException).code === "EADDRINUSE";
      if (isTaken && tried < last) continue;
      throw listenError(error, { host, port: tried });
    }
  }
}

/** Starts the server. Throws an Error if it cannot listen there. */
export async function startServer({ host, port, ...options }: ListenOptions): Promise<RunningServer> {
  const server = await listenAtFirst(host, port);
  const address = { host, port: (server.address() as AddressInfo).port };
  const app = createApp({ ...options, address });
  const listener = getRequestListener(app.fetch, { hostname: host });
  server.on("request", (request, response) => void listener(request, response));
  // Errors of single connections are theirs alone; the server goes on.
  server.on("error", () => undefined);
  return {
    address,
    stopListening: () => void server.close(),
    close: async () => {
      const closed = server.listening ? once(server, "close") : undefined;
      if (server.listening) server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
