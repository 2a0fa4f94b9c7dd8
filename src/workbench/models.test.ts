import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { demoCheckpointFolder } from "../program/demo.ts";
import { listModels } from "./models.ts";

const commit = "a".repeat(40);
let cache: string;

function repository(id: string, files: Readonly<Record<string, string>>): string {
  const snapshot = join(cache, `models--${id.replace("/", "--")}`, "snapshots", commit);
  mkdirSync(snapshot, { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(snapshot, name), content);
  return snapshot;
}

beforeAll(() => {
  cache = mkdtempSync(join(tmpdir(), "models-"));
  cpSync(
    join(demoCheckpointFolder, "config.json"),
    join(repository("a/good", { "model.safetensors": "x" }), "config.json"),
  );
  repository("b/unknown", { "config.json": '{"model_type": "florence2"}', "model.safetensors": "x" });
  repository("c/partial", { "config.json": "{}" });
  repository("d/broken", { "config.json": "{", "model.safetensors": "x" });
});
afterAll(() => rmSync(cache, { recursive: true }));

describe("listModels", () => {
  it("says of each model in the cache whether it can be run, and why not", async () => {
    const { cached } = await listModels(cache);
    expect(cached.map(({ id }) => id)).toEqual(["a/good", "b/unknown", "c/partial", "d/broken"]);
    expect(cached[0]!.problem).toBeNull();
    expect(cached[1]!.problem).toContain("florence2");
    expect(cached[2]!.problem).toBe("not complete; lvlm-interpret models pull c/partial completes it");
    expect(cached[3]!.problem).toContain("not valid JSON");
  });

  it("lists nothing of a cache that is not there", async () => {
    expect((await listModels(join(cache, "none"))).cached).toEqual([]);
  });

  it("knows the demo model and its size", async () => {
    const { demo, bundled } = await listModels(cache);
    expect(demo).toMatchObject({ name: "demo", folder: demoCheckpointFolder });
    expect(demo.bytes).toBeGreaterThan(1e6);
    expect(bundled.map(({ name }) => name)).toEqual(["demo", "demo-twin"]);
    expect(bundled[0]).toMatchObject(demo);
  });
});
