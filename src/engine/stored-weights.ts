/**
 * @file Puts a configuration beside what the weights' files hold: the files decide, and what is stored but not read is named. The rules
 * for a shared output head are those of `PreTrainedModel.tie_weights` in transformers 5.24.
 */
import { isSameTensor } from "../checkpoint/same-tensor.ts";
import type { Checkpoint, ModelConfig } from "../checkpoint/types.ts";
import { collectWarnings, listNames, type Warn } from "../checkpoint/warnings.ts";
import { requireWeight, type WeightsAndOthers } from "../checkpoint/weights.ts";
import type { ModelDefinition } from "../models/definition.ts";
import { defineModel } from "../models/registry.ts";
import { quote } from "../json/quote.ts";
import { neededWeights } from "./needed-weights.ts";

export interface StoredModel {
  /** With the configuration as the files decide it, and the warnings of its weights. */
  readonly checkpoint: Checkpoint;
  readonly definition: ModelDefinition;
}

/**
 * The model that the files hold. Throws an Error if a weight is missing or has another shape, two names of one weight are stored
 * with different numbers, or a bias is stored that the configuration leaves out.
 */
export async function matchStoredWeights(checkpoint: Checkpoint): Promise<StoredModel> {
  const warnings = collectWarnings();
  for (const warning of checkpoint.warnings) warnings.warn(warning);
  const { weights, files } = checkpoint;
  const config = await withStoredHead(checkpoint, warnings.warn);
  const definition = defineModel(config);
  const read = new Set<string>();
  for (const { names, dims } of neededWeights(definition)) {
    requireWeight(weights, { names, dims });
    const stored = names.filter((name) => weights.has(name));
    await requireSame({ weights, files }, stored);
    for (const name of stored) read.add(name);
  }
  const unread = unreadNames(weights, { read, definition });
  refuseBiases(unread, read);
  warnUnread(unread, definition, warnings.warn);
  return { checkpoint: { ...checkpoint, config, warnings: warnings.list() }, definition };
}

/** A stored head that differs from the embeddings is used, whatever the configuration says about sharing. */
async function withStoredHead({ config, weights, files }: Checkpoint, warn: Warn): Promise<ModelConfig> {
  if (!config.language.tiedEmbeddings) return config;
  const { embeddingNames, headNames } = defineModel(config).language;
  const embedding = embeddingNames.find((name) => weights.has(name));
  const head = headNames.find((name) => weights.has(name));
  if (embedding === undefined || head === undefined) return config;
  if (await isSameTensor(files, weights.get(embedding)!, weights.get(head)!)) return config;
  warn(
    `config.json says that the output head shares the embeddings (tie_word_embeddings is true), but the stored ${quote(head)} differs from ${quote(embedding)}; the stored head is used.`,
  );
  return { ...config, language: { ...config.language, tiedEmbeddings: false } };
}

async function requireSame(
  { weights, files }: Pick<Checkpoint, "weights" | "files">,
  stored: readonly string[],
): Promise<void> {
  const [first, ...more] = stored;
  for (const name of more) {
    if (!(await isSameTensor(files, weights.get(first!)!, weights.get(name)!))) {
      throw new Error(
        `${weights.get(name)!.file}: ${quote(first)} and ${quote(name)} are two names of one weight, but hold different numbers; remove the one that is wrong.`,
      );
    }
  }
}

function unreadNames(
  weights: WeightsAndOthers,
  { read, definition }: { readonly read: ReadonlySet<string>; readonly definition: ModelDefinition },
): string[] {
  const stored = [...weights.keys(), ...(weights.others?.keys() ?? [])];
  return stored.filter((name) => !read.has(name) && !definition.unread.some((pattern) => pattern.test(name)));
}

/** Biases that a flag of the configuration is about. */
const biasesOfFlags = /\b(self_attn\.[qkvo]_proj|mlp\.(gate|up|down)_proj|multi_modal_projector\.linear_[12])\.bias$/;

/** A bias beside a weight that is read belongs to the computation; transformers would leave it out without stopping. */
export function refuseBiases(unread: readonly string[], read: ReadonlySet<string>): void {
  const biases = unread.filter((name) => biasesOfFlags.test(name) && read.has(name.replace(/bias$/, "weight")));
  if (biases.length === 0) return;
  throw new Error(
    `The weights hold ${listNames(biases)}, but config.json asks for no bias there (attention_bias, mlp_bias, multimodal_projector_bias); correct config.json, or take the biases out of the file.`,
  );
}

function warnUnread(unread: readonly string[], definition: ModelDefinition, warn: Warn): void {
  const layersOf = new Map<string, number>();
  const rest: string[] = [];
  for (const name of unread) {
    const [, folder, index] = /^(.*\blayers)\.(\d{1,6})\./.exec(name) ?? [];
    const wanted = folder === undefined ? 0 : wantedLayers(folder, definition);
    if (folder === undefined || Number(index) < wanted) rest.push(name);
    else layersOf.set(folder, Math.max(layersOf.get(folder) ?? 0, Number(index) + 1));
  }
  for (const [folder, stored] of layersOf) {
    warn(
      `The weights hold ${stored} layers under ${quote(folder)}, but config.json asks for ${wantedLayers(folder, definition)} (num_hidden_layers); the first ${wantedLayers(folder, definition)} are used.`,
    );
  }
  if (rest.length > 0) warn(`The weights hold tensors that this model does not use: ${listNames(rest)}.`);
}

function wantedLayers(folder: string, { language, vision }: ModelDefinition): number {
  return (folder.includes("vision") ? vision : language).config.layers;
}
