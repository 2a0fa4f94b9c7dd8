/** @file The configuration of a model, and that of its generation. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readModelConfig } from "../../../src/checkpoint/config/read.ts";
import { readStopTokenIds } from "../../../src/checkpoint/generation-config.ts";
import { parseJson } from "../../../src/checkpoint/json.ts";
import { mutateJson, mutateJsonText, type Json } from "../json-mutations.ts";
import type { FuzzKind } from "../kind.ts";
import { PropertyFault } from "../outcome.ts";
import type { Random } from "../random.ts";
import { jsonFiles } from "./seeds.ts";

/** The text of a JSON file with something changed in its values or its letters. */
export function changedFile(seeds: readonly Json[], random: Random): string {
  const seed = random.pick(seeds);
  const text = JSON.stringify(random.chance(0.9) ? mutateJson(seed, random) : seed);
  return random.chance(0.15) ? mutateJsonText(text, random) : text;
}

function requireFinite(value: unknown, path: string): void {
  if (typeof value === "number" && !Number.isFinite(value)) throw new PropertyFault(`${path} is ${value}.`);
  if (typeof value !== "object" || value === null) return;
  for (const [name, inner] of Object.entries(value)) requireFinite(inner, `${path}.${name}`);
}

export const configurationKind: FuzzKind = {
  name: "configuration",
  label: "configuration",
  share: 120,
  open(folder) {
    const models = jsonFiles("config.json");
    const generations: Json[] = [
      ...jsonFiles("generation_config.json"),
      { eos_token_id: [1, 2], repetition_penalty: 1.05, temperature: 0.2, top_p: 0.9, do_sample: true },
    ];
    const tokenizer = { eosToken: "</s>", idOf: () => 2 };
    return {
      async tryInput(random, show) {
        const text = changedFile(random.chance(0.75) ? models : generations, random);
        show(text);
        const value = parseJson(new TextEncoder().encode(text), "config.json");
        if (random.chance(0.75)) {
          requireFinite(readModelConfig(value, "config.json"), "config");
          return;
        }
        writeFileSync(join(folder, "generation_config.json"), text);
        await readStopTokenIds(folder, { modelConfig: models[0], tokenizer });
      },
    };
  },
};
