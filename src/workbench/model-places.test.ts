/** @file Tests of the models that the page may name: what is listed, and that no path leads out of the opened folders. */
import { cp, mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { demoCheckpointFolder } from "../program/demo.ts";
import { modelPlaces } from "./model-places.ts";

const folder = temporaryFolder();
const opened = join(folder, "opened");
await cp(demoCheckpointFolder, join(opened, "mine"), { recursive: true });
await cp(demoCheckpointFolder, join(folder, "outside"), { recursive: true });
await mkdir(join(opened, "empty"));
await symlink(join(folder, "outside"), join(opened, "link"));
const places = modelPlaces({ folders: [opened], hubCacheFolder: temporaryFolder() });

describe("modelPlaces", () => {
  test("lists the models of the program and the checkpoints in the opened folders", async () => {
    expect((await places.list()).map(({ id, name }) => [id, name])).toEqual([
      ["demo", "demo"],
      ["demo-twin", "demo-twin"],
      [join(opened, "mine"), "mine"],
    ]);
    const single = modelPlaces({ folders: [join(opened, "mine")], hubCacheFolder: temporaryFolder() });
    expect((await single.list()).map(({ name }) => name)).toEqual(["demo", "demo-twin", "mine"]);
  });

  test("finds what is listed, and a hub id that is not here is nowhere", async () => {
    for (const place of await places.list()) expect(await places.find(place.id)).toEqual(place);
    expect(await places.find("organization/model")).toBeUndefined();
  });

  test.each([
    join(folder, "outside"),
    join(opened, "..", "outside"),
    join(opened, "link"),
    join(opened, "missing"),
    "/",
    "",
    "..",
    "./demo",
    "a/b/c",
    "../outside/x",
  ])("refuses %j", async (id) => {
    await expect(places.find(id)).rejects.toMatchObject({ code: "bad-request" });
  });

  test("a relative path that is a folder is only ever an id", async () => {
    expect(await places.find("src/workbench")).toBeUndefined();
  });
});
