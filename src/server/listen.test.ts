import { once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { openRegularFile } from "../files/open-file.ts";
import { fakeWorkbench, type FakeWorkbench } from "../../test/support/fake-workbench.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { requestLimits } from "./limits.ts";
import { freePorts, startServer, type ListenOptions, type RunningServer } from "./listen.ts";

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A server at a port of its own, since clients keep connections to ports open. */
async function start(
  options: Partial<ListenOptions> = {},
): Promise<{ server: RunningServer; workbench: FakeWorkbench; url: string }> {
  const workbench = fakeWorkbench(options.workbench);
  const server = await startServer({ host: "127.0.0.1", port: 0, pageFolder: "/nowhere", ...options, workbench });
  closers.push(() => server.close());
  return { server, workbench, url: `http://127.0.0.1:${server.address.port}` };
}

/** Sends raw text, and returns what comes back until the connection ends. */
async function raw(port: number, text: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  let answer = "";
  socket.setEncoding("utf8").on("data", (part: string) => (answer += part));
  socket.on("error", () => undefined);
  socket.write(text);
  await once(socket, "close");
  return answer;
}

const request = (path: string, host: string | undefined, version = "1.1") =>
  `GET ${path} HTTP/${version}\r\n${host === undefined ? "" : `Host: ${host}\r\n`}Connection: close\r\n\r\n`;

/** A port of this computer that something else listens at. */
async function takenPort(port = 0): Promise<number> {
  const other = createServer();
  other.listen(port, "127.0.0.1");
  await once(other, "listening");
  closers.push(async () => {
    other.close();
    await once(other, "close");
  });
  return (other.address() as AddressInfo).port;
}

describe("a listening server", () => {
  it("answers at 127.0.0.1 by its own names alone, whatever the request line says", async () => {
    const { port } = (await start()).server.address;
    expect(await raw(port, request("/api/status", `127.0.0.1:${port}`))).toMatch(/^HTTP\/1.1 200/);
    expect(await raw(port, request("/api/status", `localhost:${port}`))).toMatch(/^HTTP\/1.1 200/);
    for (const host of [`evil.example:${port}`, "localhost:1", "localhost"]) {
      expect(await raw(port, request("/api/status", host))).toMatch(/^HTTP\/1.1 403/);
    }
    expect(await raw(port, request("/api/status", undefined))).toMatch(/^HTTP\/1.1 400/);
    expect(await raw(port, request("/api/status", undefined, "1.0"))).toMatch(/^HTTP\/1.1 4/);
    const absolute = request(`http://localhost:${port}/api/status`, `evil.example:${port}`);
    expect(await raw(port, absolute)).toMatch(/^HTTP\/1.1 4/);
    const twice = `GET /api/status HTTP/1.1\r\nHost: localhost:${port}\r\nHost: evil.example\r\nConnection: close\r\n\r\n`;
    expect(await raw(port, twice)).toMatch(/^HTTP\/1.1 4/);
  });

  it("does not leave the page's folder for a raw path", async () => {
    const { port } = (await start({ pageFolder: join(temporaryFolder(), "web") })).server.address;
    const answer = await raw(port, request("/../../../../etc/hostname", `localhost:${port}`));
    expect(answer).toMatch(/^HTTP\/1.1 (400|404)/);
  });

  it("refuses long headers", async () => {
    const { port } = (await start()).server.address;
    const long = `GET / HTTP/1.1\r\nHost: localhost:${port}\r\nX: ${"x".repeat(requestLimits.headerBytes)}\r\n\r\n`;
    expect(await raw(port, long)).toMatch(/^HTTP\/1.1 431/);
  });

  it("answers an upload that is too large with its sentence", async () => {
    const { url, workbench } = await start();
    const response = await fetch(`${url}/api/pictures?name=a.png`, { method: "POST", body: new Uint8Array(3_000_000) });
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ error: { code: "too-large" } });
    expect(workbench.calls.map(([name]) => name)).not.toContain("storePicture");
  });

  it("streams a file whole and in parts", async () => {
    const content = randomBytes(2_000_000);
    const path = join(temporaryFolder(), "a.run.safetensors");
    writeFileSync(path, content);
    const runFile = async () => ({ ...(await openRegularFile(path)), name: "a.run.safetensors" });
    const { url } = await start({ workbench: fakeWorkbench({ runFile }) });
    const whole = await fetch(`${url}/api/runs/r-1/file`);
    expect(Buffer.from(await whole.arrayBuffer()).equals(content)).toBe(true);
    const part = await fetch(`${url}/api/runs/r-1/file`, { headers: { range: "bytes=1000000-" } });
    expect(Buffer.from(await part.arrayBuffer()).equals(content.subarray(1_000_000))).toBe(true);
  });

  it("goes on with events where a dropped connection broke off", async () => {
    const { url, workbench } = await start();
    const leave = new AbortController();
    const first = await fetch(`${url}/api/jobs/job-1/events`, { signal: leave.signal });
    workbench.emit({ type: "started", plan: ["decode"] });
    const reader = first.body!.getReader();
    let text = "";
    while (!text.includes("id: 1\n")) text += new TextDecoder().decode((await reader.read()).value);
    leave.abort();
    await expect.poll(() => workbench.readers()).toBe(0);
    expect(workbench.job("job-1").state).toBe("running");
    workbench.emit({ type: "token", text: "right", probability: 1 });
    const second = await fetch(`${url}/api/jobs/job-1/events`, { headers: { "last-event-id": "1" } });
    workbench.emit({ type: "done", run: "r-1" });
    expect((await second.text()).match(/^id: \d+$/gm)).toEqual(["id: 2", "id: 3"]);
    expect(workbench.calls.map(([name]) => name)).not.toContain("cancel");
  });

  it("ends open connections when it closes", async () => {
    const { server, url } = await start();
    const response = await fetch(`${url}/api/jobs/job-1/events`);
    const text = response.text().catch(() => "broken off");
    server.stopListening();
    await server.close();
    await text;
    await expect(fetch(`${url}/api/status`)).rejects.toThrow();
  });
});

describe("ports", () => {
  it("are tried from the first one on", async () => {
    const one = (await start({ port: undefined })).server.address.port;
    const other = (await start({ port: undefined })).server.address.port;
    for (const port of [one, other]) {
      expect(port).toBeGreaterThanOrEqual(freePorts.first);
      expect(port).toBeLessThanOrEqual(freePorts.last);
    }
    expect(other).not.toBe(one);
  });

  it("that are taken are one sentence", async () => {
    const port = await takenPort();
    await expect(start({ port })).rejects.toThrow(
      `Port ${port} of 127.0.0.1 is in use; choose another with --port, or leave --port out.`,
    );
  });

  it("of hosts that this computer is not are one sentence", async () => {
    await expect(start({ host: "192.0.2.1" })).rejects.toThrow(
      /^The server cannot listen at "192.0.2.1", port \d+: this computer has no such address/,
    );
  });
});
