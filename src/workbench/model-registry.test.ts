/** @file Tests of the models of a process: what is said of one before, while and after it is opened. */
import { describe, expect, test } from "vitest";
import { changedCheckpoint } from "../../test/support/changed-checkpoint.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { demoCheckpointFolder } from "../program/demo.ts";
import type { ModelPlaces } from "./model-places.ts";
import { modelRegistry, type ModelSummary } from "./model-registry.ts";

const demo = { id: "demo", name: "demo", folder: demoCheckpointFolder };

function registryOf(place: typeof demo, onWarning?: (sentence: string) => void) {
  const places: ModelPlaces = {
    folders: [],
    list: () => Promise.resolve([place]),
    find: (id) => Promise.resolve(id === place.id ? place : undefined),
  };
  return modelRegistry(places, { cacheFolder: temporaryFolder(), hubCacheFolder: temporaryFolder(), onWarning });
}
const limits = { signal: new AbortController().signal, maxMemoryBytes: 2 ** 32 };

describe("models of this process", () => {
  test("a model is loading while a question opens it, of which no job is named, and ready then", async () => {
    const registry = registryOf(demo);
    expect(await registry.list()).toEqual([{ id: "demo", name: "demo", state: "available" }]);
    const seen: Promise<ModelSummary[]>[] = [];
    await registry.acquire("demo", { ...limits, step: () => void seen.push(registry.list()) });
    expect(await seen[0]).toEqual([{ id: "demo", name: "demo", state: "loading" }]);
    expect(await registry.list()).toMatchObject([{ id: "demo", state: "ready", details: { layers: 6 } }]);
  });

  test("what its files disagree on is told once it is loaded, and stands with what is known of it", async () => {
    const folder = await changedCheckpoint({ json: { "config.json": (config) => (config.logits_scaling = 8) } });
    const told: string[] = [];
    const registry = registryOf({ id: "changed", name: "changed", folder }, (sentence) => void told.push(sentence));
    await registry.acquire("changed", { ...limits, step: () => undefined });
    const warning = "config.json: logits_scaling (8) is no field of LlavaConfig and is not used.";
    expect(told).toEqual([`changed: ${warning}`]);
    expect(await registry.list()).toMatchObject([{ details: { warnings: [warning] } }]);
  });

  test("a job that was started to load it is named until it ends, with why it failed", async () => {
    const registry = registryOf(demo);
    registry.markLoading("demo", "j-1");
    expect(await registry.list()).toEqual([{ id: "demo", name: "demo", state: "loading", job: "j-1" }]);
    registry.markEnded("demo", "The disk is full.");
    expect(await registry.list()).toMatchObject([{ state: "failed", error: "The disk is full." }]);
  });

  test("a model that cannot be opened is not loading any more", async () => {
    const registry = registryOf({ ...demo, folder: temporaryFolder() });
    await expect(registry.acquire("demo", { ...limits, step: () => undefined })).rejects.toThrow();
    expect(await registry.list()).toMatchObject([{ id: "demo", state: "available" }]);
  });
});
