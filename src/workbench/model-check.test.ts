/** @file Tests of the check of a model that the page names: folders, models that lack something, and what may not be named. */
import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { fixturesFolder } from "../../test/support/parity-case.ts";
import { openWorkbench, type Workbench } from "./workbench.ts";

let folder: string;
let workbench: Workbench;
beforeAll(async () => {
  folder = temporaryFolder();
  await cp(join(fixturesFolder, "llava-clip-llama-f32/checkpoint"), join(folder, "whole"), { recursive: true });
  await cp(join(folder, "whole"), join(folder, "lacking"), { recursive: true });
  await rm(join(folder, "lacking/tokenizer.json"));
  const places = { hubCacheFolder: temporaryFolder(), cacheFolder: temporaryFolder() };
  workbench = await openWorkbench({ runsFolder: temporaryFolder(), modelFolders: [folder], ...places });
});
afterAll(() => workbench.close());

describe("the check of a model", () => {
  it("says what a model that runs is, and what an explained answer needs", async () => {
    const found = await workbench.checkModel({ model: join(folder, "whole") });
    expect(found).toMatchObject({ isHere: true, runs: true, problem: null });
    expect(found.architecture).toBe("llava");
    expect(found.parameters).toBeGreaterThan(10_000);
    expect(found.weightBytes).toBeGreaterThan(4 * found.parameters!);
    expect(found.needs.map(({ precision }) => precision)).toEqual(["f32"]);
    expect(found.needs[0]!.memoryBytes).toBeGreaterThan(found.parameters! * 4);
    expect(found.needs[0]!.seconds).toBeGreaterThan(0);
    expect(found.answerTokens).toBe(64);
  });

  it("says in one sentence what keeps a model from running", async () => {
    const found = await workbench.checkModel({ model: join(folder, "lacking") });
    expect(found.runs).toBe(false);
    expect(found.problem).toContain("tokenizer.json: the file is missing");
  });

  it("takes the model that comes with the program", async () => {
    expect(await workbench.checkModel({ model: "demo" })).toMatchObject({ model: "demo", isHere: true, runs: true });
  });

  it.each([
    ["a folder that was not opened to the page", "/", "start the server with its folder"],
    ["what is neither", "no model!", "neither the id of a model on the hub nor the path of a folder"],
  ])("refuses %s", async (_, model, reason) => {
    await expect(workbench.checkModel({ model })).rejects.toMatchObject({ code: "bad-request" });
    await expect(workbench.checkModel({ model })).rejects.toThrow(reason);
  });

  it("says of a folder without a model what is missing", async () => {
    const found = await workbench.checkModel({ model: folder });
    expect(found).toMatchObject({ runs: false, architecture: null, needs: [] });
    expect(found.problem).toContain("config.json: the file is missing");
  });
});
