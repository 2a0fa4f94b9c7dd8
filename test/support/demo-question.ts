/** @file The demo model and questions for it, as tests of tasks use them. */
import { join } from "node:path";
import { temporaryFolder } from "./temporary-folder.ts";
import { openCheckpoint } from "../../src/checkpoint-folder/open.ts";
import { loadModel } from "../../src/local-model/load-model.ts";
import type { HostedModel } from "../../src/explain/host.ts";
import type { RunSampling } from "../../src/run/types.ts";
import { singleTurn } from "../../src/explain/conversation.ts";
import type { Question } from "../../src/explain/question.ts";

const demoFolder = join(import.meta.dirname, "../../demo");

/** A picture of the demo model's examples. */
export function demoPicture(name: string): string {
  return join(demoFolder, "examples", name);
}

/** The demo model with its weights as stored, so that nothing is written. */
export async function loadDemoModel(): Promise<HostedModel> {
  const checkpoint = await openCheckpoint(join(demoFolder, "checkpoint"), { name: "demo" });
  const cacheFolder = temporaryFolder();
  return loadModel(checkpoint, { precision: "f16", cacheFolder, maxMemoryBytes: 2 ** 32 });
}

export const greedySampling: RunSampling = {
  maxNewTokens: 12,
  minNewTokens: 0,
  temperature: 0,
  topP: 1,
  topK: 0,
  seed: 0,
};

/** A question of one turn with greedy sampling unless `sampling` says otherwise. */
export function questionOf(
  question: string,
  pictures: readonly string[],
  sampling: Partial<RunSampling> = {},
): Question {
  return {
    conversation: singleTurn({ question, pictures }),
    fit: "default",
    sampling: { ...greedySampling, ...sampling },
  };
}
