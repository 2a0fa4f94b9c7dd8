/** @file The configuration of a model, and that of its generation. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readModelConfig } from "../../../src/checkpoint/config/read.ts";
import { readGenerationSettings } from "../../../src/checkpoint/generation-config.ts";
import { parseJson } from "../../../src/json/parse-json.ts";
import type { GenerationSettings } from "../../../src/checkpoint/types.ts";
import { logitsProcessor } from "../../../src/engine/logits-processors.ts";
import { defaultSampling } from "../../../src/run/question-limits.ts";
import { tokenSampler } from "../../../src/engine/sampling.ts";
import { mutateJson, mutateJsonText, type Json } from "../json-mutations.ts";
import type { FuzzKind } from "../kind.ts";
import { PropertyFault } from "../outcome.ts";
import type { Random } from "../random.ts";
import { jsonFiles } from "./seeds.ts";
import { diskFolder } from "../../../src/files/disk-folder.ts";

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

/** Ids of the made-up vocabulary that rules are tried on. */
const vocabulary = 40;

const generationSeeds: readonly Json[] = [
  {
    ...{
      sequence_bias: [
        [[3], 1.5],
        [[1, 2], -2],
      ],
      bad_words_ids: [[9], [1, 4]],
      no_repeat_ngram_size: 2,
    },
    ...{ encoder_repetition_penalty: 1.1, encoder_no_repeat_ngram_size: 3, min_length: 9, min_new_tokens: 2 },
    ...{ forced_bos_token_id: 1, forced_eos_token_id: [2, 5], remove_invalid_values: true, stop_strings: ["a"] },
    ...{ exponential_decay_length_penalty: [2, 1.5], suppress_tokens: [7], begin_suppress_tokens: [8] },
    ...{ renormalize_logits: true, num_beams: 2, eos_token_id: 2 },
  },
  {
    ...{ do_sample: true, temperature: 0.7, top_k: 9, top_p: 0.9, min_p: 0.05, top_h: 0.5, typical_p: 0.9 },
    ...{ epsilon_cutoff: 0.01, eta_cutoff: 0.02, eos_token_id: 2 },
  },
];

/** Chooses some tokens under the settings. Throws a fault if one is none of the vocabulary. */
function chooseTokens({ rules, sampling, stopTokenIds }: GenerationSettings, random: Random): void {
  const ids = [1, 2, 1, 4];
  const context = { promptIds: [...ids], stopTokenIds, maxNewTokens: 4, minNewTokens: 0 };
  const process = logitsProcessor(rules, context);
  const choose = tokenSampler({ ...defaultSampling, ...sampling });
  for (let token = 0; token < 4; token++) {
    const id = choose(
      process(
        Float32Array.from({ length: vocabulary }, () => random.below(19) - 9),
        ids,
      ),
    );
    if (!(Number.isInteger(id) && id >= 0 && id < vocabulary)) throw new PropertyFault(`The chosen id is ${id}.`);
    ids.push(id);
  }
}

export const configurationKind: FuzzKind = {
  name: "configuration",
  label: "configuration",
  share: 130,
  open(folder) {
    const models = jsonFiles("config.json");
    const generations: Json[] = [
      ...jsonFiles("generation_config.json"),
      { eos_token_id: [1, 2], repetition_penalty: 1.05, temperature: 0.2, top_p: 0.9, do_sample: true },
      ...generationSeeds,
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
        const settings = { modelConfig: models[0], tokenizer, vocabulary, warn: () => undefined };
        chooseTokens(await readGenerationSettings(diskFolder(folder), settings), random);
      },
    };
  },
};
