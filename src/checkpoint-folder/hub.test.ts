import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  addressOf,
  close,
  commit,
  id,
  listen,
  nameOf,
  sha256,
  startImitatedHub,
  type ImitatedHub,
} from "../../test/support/imitated-hub.ts";
import { findInCache } from "./cache-layout.ts";
import { downloadCheckpoint, type DownloadOptions, type DownloadProgress } from "./hub.ts";

let hub: ImitatedHub;
let cacheFolder = "";

beforeEach(async () => {
  const weights = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7 + (i >> 8)) & 255));
  hub = await startImitatedHub(
    new Map([
      ["README.md", Buffer.from("read me")],
      ["chat_template.jinja", Buffer.from("{{ messages }}")],
      ["config.json", Buffer.from('{"model_type":"llava"}')],
      ["model.safetensors", weights],
      ["pytorch_model.bin", Buffer.from("pickle")],
      ["pytorch_model.bin.index.json", Buffer.from("{}")],
      ["tokenizer.model", Buffer.from("pieces")],
    ]),
  );
  cacheFolder = mkdtempSync(join(tmpdir(), "hub-"));
});

afterEach(async () => {
  await hub.close();
  rmSync(cacheFolder, { recursive: true });
});

const repository = (): string => join(cacheFolder, "models--org--tiny");
const pull = (options: Partial<DownloadOptions> = {}): Promise<string> =>
  downloadCheckpoint({ id, cacheFolder, hubUrl: hub.url, ...options });
/** Downloads of the large file itself, without the question for its size. */
const storageRanges = (): (string | undefined)[] =>
  hub.requests
    .filter(({ path, range }) => path.startsWith("storage:") && range !== "bytes=0-0")
    .map(({ range }) => range);

describe("downloadCheckpoint()", () => {
  it("puts what a checkpoint needs into the cache layout, and nothing else", async () => {
    const snapshot = await pull();
    expect(snapshot).toBe(join(repository(), "snapshots", commit));
    expect(readdirSync(snapshot).sort()).toEqual(["chat_template.jinja", "config.json", "model.safetensors"]);
    for (const name of readdirSync(snapshot)) {
      const bytes = hub.files.get(name)!;
      expect(readFileSync(join(snapshot, name)).equals(bytes)).toBe(true);
      expect(lstatSync(join(snapshot, name)).isSymbolicLink()).toBe(true);
      expect(readlinkSync(join(snapshot, name))).toBe(join("..", "..", "blobs", nameOf(bytes, name)));
    }
    expect(readFileSync(join(repository(), "refs", "main"), "utf8")).toBe(commit);
    expect(readdirSync(join(repository(), "blobs"))).toHaveLength(3);
    expect(await findInCache({ id, cacheFolder })).toBe(snapshot);
  });

  it("takes the shards that the index names", async () => {
    const index = { weight_map: { a: "model-1.safetensors", b: "model-2.safetensors", c: "model-1.safetensors" } };
    hub.files.delete("model.safetensors");
    hub.files.set("model.safetensors.index.json", Buffer.from(JSON.stringify(index)));
    for (const name of ["model-1", "model-2", "extra"]) hub.files.set(`${name}.safetensors`, Buffer.from(name));
    const snapshot = await pull();
    expect(readdirSync(snapshot)).toEqual(expect.arrayContaining(["model-1.safetensors", "model-2.safetensors"]));
    expect(readdirSync(snapshot)).not.toContain("extra.safetensors");
  });

  it("says which shard is missing", async () => {
    hub.files.delete("model.safetensors");
    hub.files.set("model.safetensors.index.json", Buffer.from('{"weight_map":{"a":"model-1.safetensors"}}'));
    await expect(pull()).rejects.toThrow('"org/tiny" has no file "model-1.safetensors", but its index names it');
  });

  it("reports bytes and files up to the totals", async () => {
    const reports: DownloadProgress[] = [];
    await pull({ onProgress: (progress) => reports.push(progress) });
    const totalBytes = 300_000 + hub.files.get("config.json")!.length + hub.files.get("chat_template.jinja")!.length;
    expect(reports.every((report) => report.totalBytes === totalBytes && report.filesTotal === 3)).toBe(true);
    const received = reports.map((report) => report.receivedBytes);
    expect(received).toEqual([...received].sort((a, b) => a - b));
    expect(reports.at(-1)).toMatchObject({ receivedBytes: totalBytes, filesDone: 3, file: "model.safetensors" });
  });

  it("downloads nothing again that the cache has", async () => {
    await pull();
    hub.requests = [];
    await pull();
    expect(hub.requests.filter(({ path }) => !path.startsWith("/api/"))).toEqual([]);
  });

  it("sends the access token to the hub only", async () => {
    await pull({ accessToken: "hf_secret" });
    const [atStorage, atHub] = [true, false].map((large) =>
      hub.requests
        .filter(({ path }) => path.startsWith("storage:") === large)
        .map(({ authorization }) => authorization),
    );
    expect(new Set(atStorage)).toEqual(new Set([undefined]));
    expect(new Set(atHub)).toEqual(new Set(["Bearer hf_secret"]));
  });

  it("records a branch of another name, and no name for a commit", async () => {
    await pull({ revision: "refs/pr/1" });
    await pull({ revision: commit });
    expect(readFileSync(join(repository(), "refs", "refs", "pr", "1"), "utf8")).toBe(commit);
    expect(readdirSync(join(repository(), "refs"))).toEqual(["refs"]);
  });
});

describe("downloadCheckpoint() with a bad connection", () => {
  it("asks for the rest each time that the connection is lost", async () => {
    hub.cutAfter = 120_000;
    const snapshot = await pull();
    expect(storageRanges()[0]).toBeUndefined();
    expect(storageRanges().length).toBeGreaterThan(1);
    for (const range of storageRanges().slice(1)) expect(range).toMatch(/^bytes=\d+-$/);
    expect(readFileSync(join(snapshot, "model.safetensors")).equals(hub.files.get("model.safetensors")!)).toBe(true);
  });

  it("continues an aborted download with a range request", async () => {
    const stop = new AbortController();
    hub.cutAfter = 100_000;
    const aborted = pull({
      signal: stop.signal,
      onProgress: ({ file, receivedBytes }) => {
        if (file === "model.safetensors" && receivedBytes > 50_000) stop.abort();
      },
    });
    await expect(aborted).rejects.toMatchObject({ name: "AbortError" });
    const bytes = hub.files.get("model.safetensors")!;
    const part = readFileSync(join(repository(), "blobs", `${sha256(bytes)}.incomplete`));
    expect(part.length).toBeGreaterThan(0);
    expect(part.equals(bytes.subarray(0, part.length))).toBe(true);
    expect(await findInCache({ id, cacheFolder })).toBeUndefined();

    hub.requests = [];
    hub.cutAfter = Number.POSITIVE_INFINITY;
    const snapshot = await pull();
    expect(storageRanges()).toEqual([`bytes=${part.length}-`]);
    expect(readFileSync(join(snapshot, "model.safetensors")).equals(bytes)).toBe(true);
  });

  it("starts again where the server ignores ranges", async () => {
    const bytes = hub.files.get("model.safetensors")!;
    await pull();
    rmSync(join(repository(), "blobs", sha256(bytes)));
    writeFileSync(join(repository(), "blobs", `${sha256(bytes)}.incomplete`), bytes.subarray(0, 1000));
    hub.ranges = false;
    const snapshot = await pull();
    expect(readFileSync(join(snapshot, "model.safetensors")).equals(bytes)).toBe(true);
  });

  it("stops where nothing comes any more, and keeps what came", async () => {
    hub.cutAfter = 0;
    await expect(pull()).rejects.toThrow(/"model.safetensors" stopped at 0 of 300000 bytes .*run it again to continue/);
  });

  it("stops where bytes come too slowly", async () => {
    hub.drip = 20;
    await expect(pull({ patienceMs: 300 })).rejects.toThrow(
      /"model.safetensors" stopped at \d+ of 300000 bytes \(the hub sends too slowly\); run it again to continue/,
    );
  });

  it("stops where the hub does not answer", async () => {
    const silent = createServer(() => undefined);
    await listen(silent);
    await expect(pull({ hubUrl: addressOf(silent), patienceMs: 300 })).rejects.toThrow(
      'The hub takes too long to answer for "org/tiny" at revision "main"; try again later.',
    );
    await close(silent);
  });

  it("stops where redirections go round in a circle", async () => {
    hub.location = `${hub.url}/org/tiny/resolve/${commit}/model.safetensors`;
    await expect(pull()).rejects.toThrow(/cannot be reached for "org\/tiny" .*redirect count exceeded/);
  });

  it("does not start after an abort", async () => {
    await expect(pull({ signal: AbortSignal.abort() })).rejects.toMatchObject({ name: "AbortError" });
    expect(hub.requests).toEqual([]);
  });

  it("says that the hub cannot be reached", async () => {
    const closed = createServer();
    await listen(closed);
    const hubUrl = addressOf(closed);
    await close(closed);
    await expect(pull({ hubUrl })).rejects.toThrow(/cannot be reached for "org\/tiny" .*ECONNREFUSED/);
  });
});

describe("downloadCheckpoint() with a list that does not end", () => {
  const page = (cursor: unknown): string => `${hub.url}/api/models/${id}/tree/${commit}?cursor=${String(cursor)}`;

  it.each([
    ["names the same page again", () => page("a"), "goes round in a circle"],
    ["names two pages in turn", (count: number) => page(count % 2), "goes round in a circle"],
    ["names new pages for ever", page, "has more than 100 pages"],
  ])("%s", async (_, next, message) => {
    hub.next = next;
    await expect(pull()).rejects.toThrow(`The list of the files of "org/tiny" ${message}; the hub may be at fault`);
    expect(hub.requests.length).toBeLessThanOrEqual(102);
  });

  it("does not go on at another server, which would get the token", async () => {
    hub.next = () => `${hub.storageUrl}/next`;
    await expect(pull({ accessToken: "hf_secret" })).rejects.toThrow(`goes on at another server, "${hub.storageUrl}"`);
    expect(hub.requests.filter(({ path }) => path.startsWith("storage:"))).toEqual([]);
  });
});

describe("downloadCheckpoint() with a cache folder that cannot be made", () => {
  it.runIf(process.platform === "linux")("ends where the file system answers ENOENT to mkdir", async () => {
    await expect(pull({ cacheFolder: "/proc/none/hub" })).rejects.toThrow(
      "The cache folder /proc/none/hub cannot be written: ",
    );
  });

  it("ends where a file is in the way", async () => {
    writeFileSync(join(cacheFolder, "file"), "");
    await expect(pull({ cacheFolder: join(cacheFolder, "file/hub") })).rejects.toThrow(
      /^The cache folder .*file\/hub cannot be written: a part of its path is a file; choose another path\.$/,
    );
  });
});

describe("downloadCheckpoint() with wrong content", () => {
  const blobs = (): string[] => readdirSync(join(repository(), "blobs"));

  it("removes a file whose hash is wrong", async () => {
    hub.listedSha256 = "a".repeat(64);
    await expect(pull()).rejects.toThrow(/"model.safetensors" has hash [0-9a-f]{64}, not .* with hash a{64}/);
    expect(blobs().filter((name) => name.startsWith("a"))).toEqual([]);
    expect(await findInCache({ id, cacheFolder })).toBeUndefined();
  });

  it("removes a file that is longer than listed", async () => {
    hub.listedSize = 1000;
    await expect(pull()).rejects.toThrow('"model.safetensors" has more than 1000 bytes');
    expect(blobs().filter((name) => name.endsWith(".incomplete"))).toEqual([]);
  });

  it("refuses what does not fit on the disk before it downloads", async () => {
    hub.listedSize = 1e15;
    await expect(pull()).rejects.toThrow(/needs 1000000\.0 GB, but the disk has/);
    expect(storageRanges()).toEqual([]);
  });

  it("does not read pickle files", async () => {
    hub.files.delete("model.safetensors");
    await expect(pull()).rejects.toThrow(
      '"org/tiny" has its weights only as pickle files (.bin, .pt), which are not read',
    );
    expect(readdirSync(cacheFolder)).toEqual([]);
  });

  it("refuses a repository without config.json", async () => {
    hub.files.delete("config.json");
    await expect(pull()).rejects.toThrow('"org/tiny" has no config.json');
  });

  it.each([
    [404, 'no model "org/tiny" at revision "main"; check the spelling'],
    [401, "private or gated and needs an access token"],
    [500, "answers with status 500"],
  ])("explains status %i", async (status, message) => {
    hub.status = status;
    await expect(pull()).rejects.toThrow(message);
  });

  it.each(["../x", "a/b/c", "a/..", "/x", "a--b/c", "", "a b/c", "models/../../x"])(
    "refuses the id %j",
    async (wrong) => {
      await expect(pull({ id: wrong })).rejects.toThrow("is not the id of a model");
      expect(hub.requests).toEqual([]);
    },
  );

  it("refuses a revision that is a path", async () => {
    await expect(pull({ revision: "../../x" })).rejects.toThrow("is not a revision");
  });
});
