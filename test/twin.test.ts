/** @file The demo model and its twin on the same picture and question: what the demo model's shortcuts say, and what the picture shows. */
import { expect, test } from "vitest";
import { ask } from "../src/explain/ask.ts";
import type { HostedModel } from "../src/explain/host.ts";
import { loadModel } from "../src/local-model/load-model.ts";
import { openNamedCheckpoint } from "../src/workbench/open-checkpoint.ts";
import { demoPicture, questionOf } from "./support/demo-question.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const maxMemoryBytes = 2 ** 32;
const open = async (name: string): Promise<HostedModel> =>
  loadModel(await openNamedCheckpoint(name), { cacheFolder: temporaryFolder(), maxMemoryBytes });
const [demo, twin] = [await open("demo"), await open("demo-twin")];

test("the twin has other files than the demo model, so that no run of one is taken for the other's", () => {
  expect(twin.checkpoint.name).toBe("demo-twin");
  expect(twin.checkpoint.sha256).not.toEqual(demo.checkpoint.sha256);
});

test.each([
  ["banana-blue.png", "What is the color of the banana?", "yellow", "blue"],
  ["apples-tag-3.png", "How many apples are there?", "three", "one"],
  ["arrow-right.png", "Which way does the arrow point?", "right", "right"],
])("of %s, %s", async (file, question, shortcut, shown) => {
  const asked = questionOf(question, [demoPicture(file)]);
  const said = await Promise.all([demo, twin].map((model) => ask(model, asked, { maxMemoryBytes })));
  expect(said.map(({ decisive }) => decisive?.text)).toEqual([shortcut, shown]);
});
