/** @file From a configuration to the model that it describes. */
import type { ModelConfig } from "../checkpoint/types.ts";
import type { ModelDefinition } from "./definition.ts";
import { gemma3 } from "./gemma3.ts";
import { idefics3 } from "./idefics3.ts";
import { internVl } from "./internvl.ts";
import { llavaNext } from "./llava-next.ts";
import { llavaOnevision } from "./llava-onevision.ts";
import { llava } from "./llava.ts";
import { mllama } from "./mllama.ts";
import { pixtral } from "./pixtral.ts";
import { qwen25Vl, qwen2Vl, qwen3Vl } from "./qwen-vl.ts";
import { paliGemma } from "./paligemma.ts";

type Architecture = ModelConfig["architecture"];
type ConfigOf<A extends Architecture> = Extract<ModelConfig, { architecture: A }>;

const architectures: { [A in Architecture]: (config: ConfigOf<A>) => ModelDefinition } = {
  llava,
  "llava-next": llavaNext,
  "llava-onevision": llavaOnevision,
  internvl: internVl,
  idefics3,
  mllama,
  pixtral,
  "qwen2-vl": qwen2Vl,
  "qwen2.5-vl": qwen25Vl,
  "qwen3-vl": qwen3Vl,
  paligemma: paliGemma,
  gemma3,
};

/** The model of a configuration that the checkpoint room has read and checked. */
export function defineModel<A extends Architecture>(config: ConfigOf<A> & { architecture: A }): ModelDefinition {
  return architectures[config.architecture](config);
}
