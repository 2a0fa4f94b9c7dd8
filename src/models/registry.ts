/** @file From a configuration to the model that it describes. */
import type { ModelConfig } from "../checkpoint/types.ts";
import type { ModelDefinition } from "./definition.ts";
import { llava } from "./llava.ts";

const architectures: {
  [A in ModelConfig["architecture"]]: (config: Extract<ModelConfig, { architecture: A }>) => ModelDefinition;
} = { llava };

/** The model of a configuration that the checkpoint room has read and checked. */
export function defineModel(config: ModelConfig): ModelDefinition {
  return architectures[config.architecture](config);
}
