/** @file The parity cases that the tests run, and where they lie. */
import { join } from "node:path";

export const fixturesFolder = join(import.meta.dirname, "../fixtures");

/** In the order in which they run. */
export const parityCases = [
  "llava-clip-llama-f32",
  "llava-clip-llama-f16",
  "llava-clip-llama-bf16-sharded",
  "llava-siglip-llama3-gqa",
  "llava-two-turns",
  "llava-two-images",
  "llava-siglip-qwen2",
  "llava-clip-gemma",
  "llava-clip-mistral",
  "own-clip-llama-odd-sizes",
  "llava-next",
  "llava-onevision",
  "onevision-shrunk",
  "onevision-several",
  "internvl",
  "internvl-norms",
  "smolvlm",
  "idefics3",
  "pixtral",
  "mistral3",
  "qwen2-vl",
  "qwen2.5-vl",
  "qwen3-vl",
  "paligemma",
  "gemma3",
  "mllama",
  "own-paligemma2",
] as const;
