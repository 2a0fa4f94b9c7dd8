/** @file The server's app over a made-up workbench, and requests to it as its own page would send them. */
import { createApp, type AppOptions } from "../../src/server/app.ts";
import type { ProblemBody } from "../../src/server/api.ts";
import { fakeWorkbench, type FakeWorkbench } from "./fake-workbench.ts";

export interface TestRequest extends Omit<RequestInit, "headers"> {
  readonly headers?: Readonly<Record<string, string>>;
  /** Address from which the request comes. */
  readonly from?: string;
}

export interface TestApp {
  readonly workbench: FakeWorkbench;
  /** Sends a request with the right Host, unless `headers` say otherwise. */
  send(path: string, init?: TestRequest): Promise<Response>;
  /** Sends a request with a JSON body. */
  sendJson(method: string, path: string, body: unknown): Promise<Response>;
}

export const testAddress = { host: "127.0.0.1", port: 7861 } as const;
export const ownHost = "127.0.0.1:7861";

/** An app that listens, as it believes, at port 7861 of this computer. */
export function testApp(options: Partial<AppOptions> = {}, workbench: FakeWorkbench = fakeWorkbench()): TestApp {
  const app = createApp({ workbench, address: testAddress, pageFolder: "/nowhere", ...options });
  const send: TestApp["send"] = async (path, { from, ...init } = {}) => {
    const bindings = from === undefined ? undefined : { incoming: { socket: { remoteAddress: from } } };
    return app.request(`http://${ownHost}${path}`, { ...init, headers: { host: ownHost, ...init.headers } }, bindings);
  };
  return {
    workbench,
    send,
    sendJson: (method, path, body) =>
      send(path, { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  };
}

/** The problem of an answer, with its status. */
export async function problemOf(response: Response): Promise<{ status: number; code: string; message: string }> {
  const { error } = (await response.json()) as ProblemBody;
  return { status: response.status, ...error };
}
