import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, relative } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { locateCheckpoint } from "./locate.ts";

const commit = "1".repeat(40);
let root = "";
let cacheFolder = "";
let snapshot = "";

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "locate-"));
  cacheFolder = join(root, "hub");
  snapshot = join(cacheFolder, "models--org--tiny", "snapshots", commit);
  mkdirSync(snapshot, { recursive: true });
  writeFileSync(join(snapshot, "config.json"), "{}");
  writeFileSync(join(snapshot, "model.safetensors"), "");
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

const locate = (pathOrId: string): ReturnType<typeof locateCheckpoint> => locateCheckpoint(pathOrId, { cacheFolder });

describe("locateCheckpoint()", () => {
  it("takes a folder as it is, under its own name and absolute", async () => {
    expect(await locate(root)).toEqual({ folder: root, name: basename(root) });
    expect(await locate(`${relative(process.cwd(), root)}/`)).toEqual({ folder: root, name: basename(root) });
  });

  it("finds a hub id in the cache", async () => {
    expect(await locate("org/tiny")).toEqual({ folder: snapshot, name: "org/tiny" });
  });

  it("takes a model's folder of a cache for its snapshot", async () => {
    const repository = join(cacheFolder, "models--org--tiny");
    expect(await locate(repository)).toEqual({ folder: snapshot, name: "org/tiny" });
  });

  it("names a snapshot of a cache by its hub id", async () => {
    expect(await locate(snapshot)).toEqual({ folder: snapshot, name: "org/tiny" });
  });

  it("says how to download what is neither a folder nor in the cache", async () => {
    await expect(locate("org/other")).rejects.toThrow(
      `"org/other" is neither a folder nor in the cache ${cacheFolder}; \`lvlm-interpret models pull org/other\` downloads it.`,
    );
  });

  it("says how to complete a download", async () => {
    rmSync(join(snapshot, "model.safetensors"));
    await expect(locate("org/tiny")).rejects.toThrow("but not complete; `lvlm-interpret models pull org/tiny`");
    rmSync(snapshot, { recursive: true });
    await expect(locate(join(cacheFolder, "models--org--tiny"))).rejects.toThrow(
      "the cache has no snapshot of org/tiny",
    );
  });

  it("says so where the path is a file or nothing that could be downloaded", async () => {
    await expect(locate(join(snapshot, "config.json"))).rejects.toThrow("is a file; pass the folder");
    // It has the form of a hub id.
    await expect(locate("docs/decisions.md")).rejects.toThrow("docs/decisions.md is a file; pass the folder");
    await expect(locate("./missing/folder")).rejects.toThrow("is not a folder, and not the id of a model");
  });
});
