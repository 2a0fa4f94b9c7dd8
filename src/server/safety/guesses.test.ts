import { describe, expect, it } from "vitest";
import { problemOf, testApp } from "../../../test/support/server-app.ts";
import { guessLimits } from "../limits.ts";
import { createGuessLimit, guesserOf } from "./guesses.ts";

const token = "correct-horse-battery";

function limitAt(limits: Partial<Parameters<typeof createGuessLimit>[0]> = {}) {
  let time = 0;
  const limit = createGuessLimit({ tries: 3, waitMs: 60_000, maxAddresses: 100, ...limits }, () => time);
  const guess = (address: string, count = 1): void => {
    for (let i = 0; i < count; i++) limit.remember(address);
  };
  return { limit, guess, pass: (milliseconds: number) => (time += milliseconds) };
}

describe("createGuessLimit", () => {
  it("makes an address wait after its last allowed guess, and no other", () => {
    const { limit, guess } = limitAt();
    guess("10.0.0.1", 2);
    expect(limit.waitSeconds("10.0.0.1")).toBe(0);
    guess("10.0.0.1");
    expect(limit.waitSeconds("10.0.0.1")).toBe(60);
    expect(limit.waitSeconds("10.0.0.2")).toBe(0);
  });

  it("lets it try again after the wait", () => {
    const { limit, guess, pass } = limitAt();
    guess("10.0.0.1", 3);
    pass(59_001);
    expect(limit.waitSeconds("10.0.0.1")).toBe(1);
    pass(999);
    expect(limit.waitSeconds("10.0.0.1")).toBe(0);
    guess("10.0.0.1", 2);
    expect(limit.waitSeconds("10.0.0.1")).toBe(0);
  });

  it("forgets the wrong tokens of an address that has the right one", () => {
    const { limit, guess } = limitAt();
    guess("10.0.0.1", 2);
    limit.forget("10.0.0.1");
    guess("10.0.0.1", 2);
    expect(limit.waitSeconds("10.0.0.1")).toBe(0);
  });

  it("remembers no more addresses than it may, the newest", () => {
    const { limit, guess } = limitAt({ tries: 1, maxAddresses: 2 });
    for (const address of ["10.0.0.1", "10.0.0.2", "10.0.0.1", "10.0.0.3"]) guess(address);
    const waits = ["10.0.0.1", "10.0.0.2", "10.0.0.3"].map((address) => limit.waitSeconds(address) > 0);
    expect(waits).toEqual([true, false, true]);
  });
});

describe("guesserOf", () => {
  it.each([
    ["192.168.1.5", "192.168.1.5"],
    ["::ffff:192.168.1.5", "192.168.1.5"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
    ["2001:db8:1:2::9", "2001:db8:1:2"],
    ["2001:0db8::1", "2001:db8:0:0"],
    ["fe80::1%eth0", "fe80:0:0:0"],
    ["::1", "0:0:0:0"],
  ])("%s is counted as %s", (address, guesser) => {
    expect(guesserOf(address)).toBe(guesser);
  });
});

describe("a server with a token", () => {
  const wrong = { authorization: "Bearer wrong-horse-battery" };
  const right = { authorization: `Bearer ${token}` };

  it("refuses every token of an address that gave too many wrong ones, with the time to wait", async () => {
    const app = testApp({ token });
    for (let i = 0; i < guessLimits.tries; i++) {
      const status = (await app.send("/api/runs", { headers: wrong, from: "10.0.0.1" })).status;
      expect(status).toBe(401);
    }
    for (const headers of [wrong, right]) {
      const response = await app.send("/api/runs", { headers, from: "10.0.0.1" });
      expect(response.headers.get("retry-after")).toBe("60");
      expect(await problemOf(response)).toEqual({
        status: 429,
        code: "unauthorized",
        message: "There were too many wrong tokens from 10.0.0.1; wait 60 seconds and try again.",
      });
    }
    expect((await app.send("/api/runs", { headers: right, from: "10.0.0.2" })).status).toBe(200);
  });

  it("counts tokens that are given to sign in, and lets whoever is signed in go on", async () => {
    const app = testApp({ token });
    const signIn = (text: string) =>
      app.send("/api/session", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ token: text }),
        from: "10.0.0.1",
      });
    const cookie = (await signIn(token)).headers.get("set-cookie")!.split(";")[0]!;
    for (let i = 0; i < guessLimits.tries; i++) expect((await signIn("wrong")).status).toBe(401);
    expect((await signIn(token)).status).toBe(429);
    expect((await app.send("/api/runs", { headers: { cookie }, from: "10.0.0.1" })).status).toBe(200);
    expect((await app.send("/", { headers: { cookie }, from: "10.0.0.1" })).status).toBe(503);
  });

  it("does not count requests without a token", async () => {
    const app = testApp({ token });
    for (let i = 0; i < 3 * guessLimits.tries; i++) await app.send("/api/runs", { from: "10.0.0.1" });
    expect((await app.send("/api/runs", { headers: right, from: "10.0.0.1" })).status).toBe(200);
  });
});
