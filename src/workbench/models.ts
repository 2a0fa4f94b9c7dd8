/** @file Models: which are supported, which are in the cache, and how to get one. */
import { stat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { defaultCacheFolder, listCached, type CachedModel } from "../checkpoint-folder/cache-layout.ts";
import { readModelConfig } from "../checkpoint/config/read.ts";
import { downloadCheckpoint, type DownloadProgress } from "../checkpoint-folder/hub.ts";
import { diskFolder } from "../files/disk-folder.ts";
import { readJsonFile } from "../storage/read-file.ts";
import type { ModelConfig } from "../checkpoint/types.ts";
import { bundledModels, demoCheckpointFolder, demoModelName, type BundledModel } from "../program/demo.ts";

/** An architecture that can be run, in words. */
interface SupportedArchitecture {
  /** The name that config.json has under `architectures`. */
  readonly className: string;
  readonly visionTowers: string;
  readonly languageModels: string;
  /** Published checkpoints of this form. */
  readonly examples: readonly string[];
}

/** Every architecture that can be read. A table, so that a new one without its line does not compile. */
const supportedArchitectures: Readonly<Record<ModelConfig["architecture"], SupportedArchitecture>> = {
  llava: {
    className: "LlavaForConditionalGeneration",
    visionTowers: "CLIP, SigLIP",
    languageModels: "Llama (multi-head and grouped-query attention; rope types default, linear, llama3), Mistral",
    examples: ["llava-hf/llava-1.5-7b-hf", "llava-hf/llava-1.5-13b-hf"],
  },
  "llava-next": {
    className: "LlavaNextForConditionalGeneration",
    visionTowers: "CLIP, SigLIP",
    languageModels: "Llama, Mistral",
    examples: ["llava-hf/llava-v1.6-mistral-7b-hf", "llava-hf/llava-v1.6-vicuna-7b-hf"],
  },
  "llava-onevision": {
    className: "LlavaOnevisionForConditionalGeneration",
    visionTowers: "SigLIP, CLIP",
    languageModels: "Qwen2",
    examples: ["llava-hf/llava-onevision-qwen2-0.5b-ov-hf", "llava-hf/llava-onevision-qwen2-7b-ov-hf"],
  },
  internvl: {
    className: "InternVLForConditionalGeneration",
    visionTowers: "InternViT",
    languageModels: "Qwen2, Qwen3, Llama",
    examples: ["OpenGVLab/InternVL3-1B-hf", "OpenGVLab/InternVL3-2B-hf"],
  },
  idefics3: {
    className: "Idefics3ForConditionalGeneration",
    visionTowers: "SigLIP",
    languageModels: "Llama",
    examples: ["HuggingFaceTB/SmolVLM-256M-Instruct", "HuggingFaceTB/SmolVLM-500M-Instruct"],
  },
  mllama: {
    className: "MllamaForConditionalGeneration",
    visionTowers: "Llama 3.2 Vision",
    languageModels: "Llama with cross-attention",
    examples: ["meta-llama/Llama-3.2-11B-Vision-Instruct"],
  },
  pixtral: {
    className: "Mistral3ForConditionalGeneration, LlavaForConditionalGeneration",
    visionTowers: "Pixtral",
    languageModels: "Mistral",
    examples: ["mistral-community/pixtral-12b", "mistralai/Mistral-Small-3.1-24B-Instruct-2503"],
  },
  "qwen2-vl": {
    className: "Qwen2VLForConditionalGeneration",
    visionTowers: "Qwen2-VL",
    languageModels: "Qwen2",
    examples: ["Qwen/Qwen2-VL-2B-Instruct", "Qwen/Qwen2-VL-7B-Instruct"],
  },
  "qwen2.5-vl": {
    className: "Qwen2_5_VLForConditionalGeneration",
    visionTowers: "Qwen2.5-VL",
    languageModels: "Qwen2",
    examples: ["Qwen/Qwen2.5-VL-3B-Instruct", "Qwen/Qwen2.5-VL-7B-Instruct"],
  },
  "qwen3-vl": {
    className: "Qwen3VLForConditionalGeneration",
    visionTowers: "Qwen3-VL",
    languageModels: "Qwen3",
    examples: ["Qwen/Qwen3-VL-2B-Instruct", "Qwen/Qwen3-VL-4B-Instruct"],
  },
  paligemma: {
    className: "PaliGemmaForConditionalGeneration",
    visionTowers: "SigLIP",
    languageModels: "Gemma, Gemma 2",
    examples: ["google/paligemma-3b-mix-224", "google/paligemma2-3b-mix-224"],
  },
  gemma3: {
    className: "Gemma3ForConditionalGeneration",
    visionTowers: "SigLIP",
    languageModels: "Gemma 3",
    examples: ["google/gemma-3-4b-it", "google/medgemma-4b-it"],
  },
};

interface ListedModel extends CachedModel {
  /** Null if the model can be run, else why not. */
  readonly problem: string | null;
}

export interface ModelList {
  readonly supported: typeof supportedArchitectures;
  readonly demo: { readonly name: string; readonly folder: string; readonly bytes: number };
  /** The models that come with the program, the demo model first. */
  readonly bundled: readonly (BundledModel & { readonly bytes: number })[];
  readonly cacheFolder: string;
  readonly cached: readonly ListedModel[];
}

/** What is supported, the models that come with the program, and those in the Hugging Face cache. */
export async function listModels(cacheFolder: string = defaultCacheFolder()): Promise<ModelList> {
  const cached: ListedModel[] = [];
  for (const model of await listCached(cacheFolder)) cached.push({ ...model, problem: await problemOf(model) });
  return {
    supported: supportedArchitectures,
    demo: { name: demoModelName, folder: demoCheckpointFolder, bytes: await folderBytes(demoCheckpointFolder) },
    bundled: await Promise.all(
      bundledModels.map(async (model) => ({ ...model, bytes: await folderBytes(model.folder) })),
    ),
    cacheFolder,
    cached,
  };
}

async function problemOf({ folder, complete, id }: CachedModel): Promise<string | null> {
  if (!complete) return `not complete; lvlm-interpret models pull ${id} completes it`;
  try {
    readModelConfig((await readJsonFile(diskFolder(folder), "config.json")).value, "config.json");
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

async function folderBytes(folder: string): Promise<number> {
  const sizes = await Promise.all((await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** How the hub is reached. */
export interface HubEnvironment {
  readonly cacheFolder?: string;
  /** `HF_TOKEN` and `HF_ENDPOINT` are read from here. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

export interface PullOptions extends HubEnvironment {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: DownloadProgress) => void;
}

/** Token and address of the hub, as the environment gives them. */
export function hubAccess({ environment = process.env }: HubEnvironment): {
  readonly accessToken?: string;
  readonly hubUrl?: string;
} {
  return { accessToken: environment.HF_TOKEN || undefined, hubUrl: environment.HF_ENDPOINT || undefined };
}

/** Downloads a model into the cache, and returns its folder. What is there already is not downloaded again. */
export async function pullModel(id: string, options: PullOptions = {}): Promise<string> {
  const { cacheFolder = defaultCacheFolder(), signal, onProgress } = options;
  return downloadCheckpoint({ id, cacheFolder, signal, onProgress, ...hubAccess(options) });
}
