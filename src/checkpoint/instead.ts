/** @file Which published checkpoint to use in the place of one that is not read: original forms, pickled, quantized and GGUF files. */

/** A checkpoint that transformers reads, and the names of the original ones that it was converted from. */
interface Conversion {
  readonly use: string;
  /** Names without organization, in lower case. */
  readonly of: readonly string[];
}

const conversions: readonly Conversion[] = [
  { use: "llava-hf/llava-1.5-7b-hf", of: ["llava-v1.5-7b", "llava-1.5-7b"] },
  { use: "llava-hf/llava-1.5-13b-hf", of: ["llava-v1.5-13b", "llava-1.5-13b"] },
  { use: "llava-hf/llava-v1.6-mistral-7b-hf", of: ["llava-v1.6-mistral-7b"] },
  { use: "llava-hf/llava-v1.6-vicuna-7b-hf", of: ["llava-v1.6-vicuna-7b"] },
  { use: "llava-hf/llava-v1.6-vicuna-13b-hf", of: ["llava-v1.6-vicuna-13b"] },
  { use: "llava-hf/llava-v1.6-34b-hf", of: ["llava-v1.6-34b"] },
  { use: "llava-hf/llama3-llava-next-8b-hf", of: ["llama3-llava-next-8b"] },
  { use: "llava-hf/llava-onevision-qwen2-0.5b-ov-hf", of: ["llava-onevision-qwen2-0.5b-ov"] },
  { use: "llava-hf/llava-onevision-qwen2-0.5b-si-hf", of: ["llava-onevision-qwen2-0.5b-si"] },
  { use: "llava-hf/llava-onevision-qwen2-7b-ov-hf", of: ["llava-onevision-qwen2-7b-ov"] },
  { use: "llava-hf/llava-onevision-qwen2-7b-si-hf", of: ["llava-onevision-qwen2-7b-si"] },
  { use: "llava-hf/bakLlava-v1-hf", of: ["bakllava-1", "bakllava-v1"] },
  { use: "llava-hf/llava-interleave-qwen-0.5b-hf", of: ["llava-next-interleave-qwen-0.5b"] },
  { use: "llava-hf/llava-interleave-qwen-7b-hf", of: ["llava-next-interleave-qwen-7b"] },
  { use: "xtuner/llava-llama-3-8b-v1_1-transformers", of: ["llava-llama-3-8b-v1_1"] },
  { use: "OpenGVLab/InternVL3-1B-hf", of: ["internvl3-1b"] },
  { use: "OpenGVLab/InternVL3-2B-hf", of: ["internvl3-2b"] },
  { use: "OpenGVLab/InternVL3-8B-hf", of: ["internvl3-8b"] },
  { use: "OpenGVLab/InternVL3-14B-hf", of: ["internvl3-14b"] },
  { use: "OpenGVLab/InternVL3-38B-hf", of: ["internvl3-38b"] },
  { use: "OpenGVLab/InternVL3-78B-hf", of: ["internvl3-78b"] },
  { use: "mistral-community/pixtral-12b", of: ["pixtral-12b"] },
];

/** Names of checkpoints in their own precision, with their publishers. Copies of them in other forms keep the name and add to it. */
const publishers: readonly { readonly organization: string; readonly name: RegExp }[] = [
  { organization: "Qwen", name: /Qwen(?:2|2\.5|3)-VL-\d+B(?:-A\d+B)?-(?:Instruct|Thinking)/i },
  { organization: "google", name: /medgemma-\d+b-(?:it|pt)|gemma-3-\d+b-(?:it|pt)|paligemma2?-\d+b-(?:mix|pt)-\d+/i },
  { organization: "HuggingFaceTB", name: /SmolVLM(?:2?-[\d.]+[MB](?:-Video)?)?-Instruct/i },
  { organization: "HuggingFaceM4", name: /Idefics3-8B-Llama3/i },
  { organization: "meta-llama", name: /Llama-3\.2-\d+B-Vision(?:-Instruct)?/i },
  {
    organization: "llava-hf",
    name: /(?:llava-1\.5-\d+b|llava-v1\.6-(?:[a-z]+-)?\d+b|llava-onevision-qwen2-[\d.]+b-(?:ov|si)|llava-interleave-qwen-[\d.]+b|bakLlava-v1)-hf/i,
  },
  { organization: "OpenGVLab", name: /InternVL3-\d+B-hf/i },
];

/** An original form of a family, by the class in `architectures`, or by `model_type` if only that is its own. */
interface OriginalForm {
  readonly family: string;
  /** A checkpoint of the family that can be read. */
  readonly example: string;
}

const llava: OriginalForm = { family: "LLaVA", example: "llava-hf/llava-1.5-7b-hf" };

const internVl: OriginalForm = { family: "InternVL", example: "OpenGVLab/InternVL3-1B-hf" };

const originalForms: ReadonlyMap<string, OriginalForm> = new Map([
  ["LlavaLlamaForCausalLM", llava],
  ["LlavaMistralForCausalLM", { family: "LLaVA", example: "llava-hf/llava-v1.6-mistral-7b-hf" }],
  ["LlavaQwenForCausalLM", { family: "LLaVA", example: "llava-hf/llava-onevision-qwen2-0.5b-ov-hf" }],
  ["LlavaMptForCausalLM", llava],
  ["LlavaGemmaForCausalLM", llava],
  ["InternVLChatModel", internVl],
  ["internvl_chat", internVl],
]);

const linearAttention =
  "most layers of Qwen3.5 are linear attention (gated delta nets), which keep a state in the place of an attention map; use a Qwen3-VL such as Qwen/Qwen3-VL-4B-Instruct";
const experts =
  "its language model is a mixture of experts; use a Qwen3-VL without experts, such as Qwen/Qwen3-VL-4B-Instruct";

const layerInputs =
  "its layers take embeddings of their own for each token, and share keys and values or have heads of several widths; use a Gemma 3 such as google/gemma-3-4b-it";

/** Models that are left out, by `model_type`: why they are not read. */
const leftOut: ReadonlyMap<string, string> = new Map([
  ["qwen3_5", linearAttention],
  ["qwen3_5_moe", linearAttention],
  ["qwen3_vl_moe", experts],
  ["gemma3n", layerInputs],
  ["gemma4", layerInputs],
  ["gemma4_unified", layerInputs],
  [
    "phi3_v",
    "Phi-3-vision and Phi-3.5-vision are defined by code in the publisher's repository, which transformers does not have and which fixes the sizes of the tower outside of this file",
  ],
]);

/** Why a model of this type is not read, if it is known. */
export function whyLeftOut(modelType: string | null | undefined): string | undefined {
  return leftOut.get(modelType ?? "");
}

/** The part of a text that may name a checkpoint: a path, a hub id. */
function longestConversion(text: string): string | undefined {
  const lower = text.toLowerCase();
  const found = conversions.flatMap(({ use, of }) =>
    of.filter((name) => lower.includes(name)).map((name) => ({ use, length: name.length })),
  );
  return found.sort((a, b) => b.length - a.length)[0]?.use;
}

/** The published checkpoint in its own precision that a path or a hub id names, if it is a known one. */
function publishedCheckpoint(text: string): string | undefined {
  for (const { organization, name } of publishers) {
    const [found] = name.exec(text) ?? [];
    if (found !== undefined) return `${organization}/${found}`;
  }
  return longestConversion(text);
}

/**
 * What to use in the place of an original form: undefined if none of the names is one. `text` is what is known of the checkpoint's name:
 * its path or hub id, and `_name_or_path`.
 */
export function insteadOfOriginal(
  names: readonly string[],
  text: string,
): { readonly family: string; readonly use: string } | undefined {
  const form = names.map((name) => originalForms.get(name)).find((found) => found !== undefined);
  if (form === undefined) return undefined;
  const known = longestConversion(text);
  return { family: form.family, use: known ?? `a conversion for transformers, such as ${form.example}` };
}

/** What to use in the place of a quantized checkpoint; `text` as in `insteadOfOriginal`. */
export function insteadOfQuantized(text: string): string {
  return publishedCheckpoint(text) ?? "the checkpoint in f32, f16 or bf16";
}

/** Ends of the names of weight files that are not read. */
const otherForms = [
  {
    pattern: /\.gguf$/i,
    name: "GGUF files (.gguf)",
    reason: ", a format of other programs",
    otherwise: "use the checkpoint with safetensors that they were made from",
  },
  {
    pattern: /\.(?:bin|pt|pth|ckpt|pkl)$/i,
    name: "pickle files (.bin, .pt)",
    reason: " since loading them can run code",
    otherwise: "convert it to safetensors or use a checkpoint that has them",
  },
] as const;

/** Which other form the weights of a checkpoint have, among its files: in words, with what to use instead; undefined if there are none. */
export function otherWeights(fileNames: Iterable<string>, text: string): string | undefined {
  const names = [...fileNames].filter((name) => !/(?:training_args|optimizer|scheduler|rng_state)[^/]*$/i.test(name));
  for (const { pattern, name, reason, otherwise } of otherForms) {
    if (!names.some((each) => pattern.test(each))) continue;
    const known = publishedCheckpoint(text);
    const advice = known === undefined || text.includes(known) ? otherwise : `use ${known}`;
    return `only as ${name}, which are not read${reason}; ${advice}`;
  }
  return undefined;
}
