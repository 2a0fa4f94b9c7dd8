import { hostname } from "node:os";
import { describe, expect, it } from "vitest";
import { problemOf, testApp } from "../../../test/support/server-app.ts";
import { isLoopback, isOwnHost } from "./host.ts";

const local = { host: "127.0.0.1", port: 7861 };

describe("isOwnHost", () => {
  it.each(["localhost:7861", "LOCALHOST:7861", "127.0.0.1:7861", "[::1]:7861"])("takes %s", (header) => {
    expect(isOwnHost(header, local)).toBe(true);
  });

  it.each([
    undefined,
    "",
    "localhost",
    "localhost:7862",
    "evil.example:7861",
    "127.0.0.1.evil.example:7861",
    "localhost.evil.example:7861",
    "localhost:7861@evil.example",
    "evil.example#localhost:7861",
    "localhost:7861/",
    "localhost:07861x",
    "192.168.1.5:7861",
    "0.0.0.0:7861",
    "::1:7861",
    " localhost:7861",
  ])("refuses %j", (header) => {
    expect(isOwnHost(header, local)).toBe(false);
  });

  it("takes the name the server was started with", () => {
    expect(isOwnHost("gpu.lab:9000", { host: "gpu.lab", port: 9000 })).toBe(true);
    expect(isOwnHost("other.lab:9000", { host: "gpu.lab", port: 9000 })).toBe(false);
    expect(isOwnHost("[fd00::5]:9000", { host: "fd00::5", port: 9000 })).toBe(true);
  });

  it("leaves the port out where it is that of HTTP", () => {
    expect(isOwnHost("localhost", { host: "127.0.0.1", port: 80 })).toBe(true);
  });

  it("takes addresses and the computer's name where the server listens everywhere, but no other name", () => {
    const everywhere = { host: "0.0.0.0", port: 7861 };
    expect(isOwnHost("192.168.1.5:7861", everywhere)).toBe(true);
    expect(isOwnHost("[fd00::5]:7861", everywhere)).toBe(true);
    expect(isOwnHost(`${hostname()}:7861`, everywhere)).toBe(true);
    expect(isOwnHost("evil.example:7861", everywhere)).toBe(false);
  });
});

describe("isLoopback", () => {
  it("holds for addresses that only this computer reaches", () => {
    expect(["127.0.0.1", "127.1.2.3", "localhost", "::1"].filter(isLoopback)).toHaveLength(4);
    expect(["0.0.0.0", "::", "192.168.1.5", "127.evil.example", "gpu.lab"].filter(isLoopback)).toEqual([]);
  });
});

describe("hostCheck", () => {
  it.each(["/", "/api/status", "/assets/a.js"])("stands before %s", async (path) => {
    const response = await testApp().send(path, { headers: { host: "evil.example:7861" } });
    expect(await problemOf(response)).toEqual({
      status: 403,
      code: "forbidden",
      message: 'This server is not called "evil.example:7861"; open http://127.0.0.1:7861/ instead.',
    });
  });
});
