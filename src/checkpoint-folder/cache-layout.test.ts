import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { defaultCacheFolder, findInCache, listCached } from "./cache-layout.ts";

const first = "1".repeat(40);
const second = "2".repeat(40);
let cacheFolder = "";

beforeEach(() => {
  cacheFolder = mkdtempSync(join(tmpdir(), "cache-"));
});
afterEach(() => {
  rmSync(cacheFolder, { recursive: true });
});

function write(path: string, content: string): void {
  const file = join(cacheFolder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

/** A model in the cache's layout: every file of a snapshot is a link to a blob. */
function addModel(folder: string, commit: string, files: Readonly<Record<string, string>>): string {
  for (const [name, content] of Object.entries(files)) {
    write(`${folder}/blobs/${commit}-${name}`, content);
    const link = join(cacheFolder, folder, "snapshots", commit, name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join("..", "..", "blobs", `${commit}-${name}`), link);
  }
  return join(cacheFolder, folder, "snapshots", commit);
}

const whole = { "config.json": "{}", "model.safetensors": "weights" };
const index = '{"weight_map":{"a":"model-1.safetensors","b":"model-2.safetensors"}}';

describe("findInCache()", () => {
  it("finds the snapshot that the branch points to", async () => {
    addModel("models--org--tiny", first, whole);
    const snapshot = addModel("models--org--tiny", second, whole);
    write("models--org--tiny/refs/main", second);
    expect(await findInCache({ id: "org/tiny", cacheFolder })).toBe(snapshot);
  });

  it("finds a commit, and a branch or tag of another name", async () => {
    const snapshot = addModel("models--org--tiny", first, whole);
    addModel("models--org--tiny", second, whole);
    write("models--org--tiny/refs/main", second);
    write("models--org--tiny/refs/refs/pr/1", first);
    expect(await findInCache({ id: "org/tiny", revision: first, cacheFolder })).toBe(snapshot);
    expect(await findInCache({ id: "org/tiny", revision: "refs/pr/1", cacheFolder })).toBe(snapshot);
    expect(await findInCache({ id: "org/tiny", revision: "v1", cacheFolder })).toBeUndefined();
  });

  it("takes the only snapshot where no branch was recorded", async () => {
    const snapshot = addModel("models--tiny", first, whole);
    expect(await findInCache({ id: "tiny", cacheFolder })).toBe(snapshot);
    addModel("models--tiny", second, whole);
    expect(await findInCache({ id: "tiny", cacheFolder })).toBeUndefined();
  });

  it("finds nothing in an absent cache", async () => {
    expect(await findInCache({ id: "tiny", cacheFolder: join(cacheFolder, "none") })).toBeUndefined();
  });

  it("asks for every shard that the index names", async () => {
    const files = { "config.json": "{}", "model.safetensors.index.json": index, "model-1.safetensors": "a" };
    addModel("models--tiny", first, files);
    expect(await findInCache({ id: "tiny", cacheFolder })).toBeUndefined();
    const snapshot = addModel("models--tiny", first, { "model-2.safetensors": "b" });
    expect(await findInCache({ id: "tiny", cacheFolder })).toBe(snapshot);
  });

  it.each([
    ["without config.json", { "model.safetensors": "weights" }],
    ["without weights", { "config.json": "{}" }],
    ["with pickled weights only", { "config.json": "{}", "pytorch_model.bin": "weights" }],
    ["with a damaged index", { "config.json": "{}", "model.safetensors.index.json": "{" }],
  ])("does not take a snapshot %s", async (_, files) => {
    addModel("models--tiny", first, files);
    expect(await findInCache({ id: "tiny", cacheFolder })).toBeUndefined();
  });

  it("does not take a snapshot whose links lead nowhere", async () => {
    addModel("models--tiny", first, whole);
    rmSync(join(cacheFolder, "models--tiny", "blobs", `${first}-model.safetensors`));
    expect(await findInCache({ id: "tiny", cacheFolder })).toBeUndefined();
  });

  it("does not follow a branch that points outside of the snapshots", async () => {
    addModel("models--tiny", first, whole);
    addModel("models--other", first, whole);
    write("models--tiny/refs/main", `../../models--other/snapshots/${first}`);
    expect(await findInCache({ id: "tiny", cacheFolder })).toBeUndefined();
  });

  it.each(["..", "a/../b", "a/b/c", "a\\b", "/a", "a/", "a--b", ".a", "a b", "a".repeat(97)])(
    "refuses the id %j",
    async (id) => {
      await expect(findInCache({ id, cacheFolder })).rejects.toThrow("is not the id of a model");
    },
  );

  it("refuses a revision that is a path", async () => {
    const query = { id: "tiny", revision: "../../x", cacheFolder };
    await expect(findInCache(query)).rejects.toThrow("is not a revision");
  });
});

describe("listCached()", () => {
  it("lists every model with its snapshot and disk space, sorted by id", async () => {
    const tiny = addModel("models--org--tiny", first, whole);
    addModel("models--big", first, { "config.json": "{}" });
    write("models--big/blobs/abc.incomplete", "part");
    mkdirSync(join(cacheFolder, "models--none"));
    write("datasets--org--data/refs/main", first);
    write("models--bad name/refs/main", first);
    write("version.txt", "1");
    expect(await listCached(cacheFolder)).toEqual([
      { id: "big", folder: join(cacheFolder, "models--big", "snapshots", first), bytes: 6, complete: false },
      { id: "none", folder: join(cacheFolder, "models--none"), bytes: 0, complete: false },
      { id: "org/tiny", folder: tiny, bytes: 9, complete: true },
    ]);
  });

  it("gives no models for an absent cache", async () => {
    expect(await listCached(join(cacheFolder, "none"))).toEqual([]);
  });
});

describe("defaultCacheFolder()", () => {
  it.each([
    [{}, join(homedir(), ".cache", "huggingface", "hub")],
    [{ XDG_CACHE_HOME: "/x" }, join("/x", "huggingface", "hub")],
    [{ XDG_CACHE_HOME: "/x", HF_HOME: "/h" }, join("/h", "hub")],
    [{ HF_HOME: "/h", HUGGINGFACE_HUB_CACHE: "/old" }, "/old"],
    [{ HF_HOME: "/h", HUGGINGFACE_HUB_CACHE: "/old", HF_HUB_CACHE: "/c" }, "/c"],
    [{ HF_HOME: "~/models", HF_HUB_CACHE: "" }, join(homedir(), "models", "hub")],
    [{ HF_HUB_CACHE: "$HOME/hub", HOME: "/h" }, "/h/hub"],
    [{ HF_HUB_CACHE: "${DISK}/${NONE}/$NONE_hub/~", DISK: "/d" }, "/d/${NONE}/$NONE_hub/~"],
    [{ HF_HOME: "$DISK/hf", DISK: "/d" }, "/d/hf/hub"],
    [{ XDG_CACHE_HOME: "$DISK/caches", DISK: "/d" }, "/d/caches/huggingface/hub"],
  ])("reads %j", (environment, folder) => {
    expect(defaultCacheFolder(environment)).toBe(folder);
  });
});
