/** @file Tests of which published checkpoint a message names in the place of one that is not read. */
import { describe, expect, it } from "vitest";
import { memoryFolder } from "../../test/support/memory-folder.ts";
import { readModelConfig } from "./config/read.ts";
import { readWeightIndex } from "./weights.ts";

const refusal = (json: unknown, file: string): string => {
  try {
    readModelConfig(json, file);
  } catch (error) {
    return (error as Error).message;
  }
  return "";
};

describe("original forms", () => {
  const original = { model_type: "llava", architectures: ["LlavaLlamaForCausalLM"] };
  it.each([
    [original, "liuhaotian/llava-v1.5-7b/config.json", "use llava-hf/llava-1.5-7b-hf."],
    [original, "/cache/models--liuhaotian--llava-v1.5-13b/snapshots/0/config.json", "use llava-hf/llava-1.5-13b-hf."],
    [
      { ...original, _name_or_path: "llava-v1.6-vicuna-7b" },
      "model/config.json",
      "use llava-hf/llava-v1.6-vicuna-7b-hf.",
    ],
    [original, "model/config.json", "use a conversion for transformers, such as llava-hf/llava-1.5-7b-hf."],
    [
      { model_type: "internvl_chat", architectures: ["InternVLChatModel"] },
      "OpenGVLab/InternVL3-2B/config.json",
      "use OpenGVLab/InternVL3-2B-hf.",
    ],
    [
      { model_type: "internvl_chat", architectures: ["InternVLChatModel"] },
      "OpenGVLab/InternVL2-4B/config.json",
      "use a conversion for transformers, such as OpenGVLab/InternVL3-1B-hf.",
    ],
    [{ model_type: "internvl_chat" }, "OpenGVLab/InternVL3-8B/config.json", "use OpenGVLab/InternVL3-8B-hf."],
  ])("%j in %s: %s", (json, file, advice) => {
    expect(refusal(json, file)).toContain("is the original form of");
    expect(refusal(json, file).endsWith(advice)).toBe(true);
  });
});

describe("models that are left out", () => {
  it("are named with the reason", () => {
    const phi = { model_type: "phi3_v", architectures: ["Phi3VForCausalLM"] };
    expect(refusal(phi, "config.json")).toBe(
      'config.json: model_type is "phi3_v", which is not supported: Phi-3-vision and Phi-3.5-vision are defined by code in the publisher\'s repository, which transformers does not have and which fixes the sizes of the tower outside of this file.',
    );
    const qwen = { model_type: "qwen3_5", architectures: ["Qwen3_5ForConditionalGeneration"] };
    expect(refusal(qwen, "config.json")).toBe(
      'config.json: model_type is "qwen3_5", which is not supported: most layers of Qwen3.5 are linear attention (gated delta nets), which keep a state in the place of an attention map; use a Qwen3-VL such as Qwen/Qwen3-VL-4B-Instruct.',
    );
    const moe = { model_type: "qwen3_vl_moe", architectures: ["Qwen3VLMoeForConditionalGeneration"] };
    expect(refusal(moe, "config.json")).toContain("its language model is a mixture of experts; use a Qwen3-VL without");
    const gemma = { model_type: "gemma4", architectures: ["Gemma4ForConditionalGeneration"] };
    expect(refusal(gemma, "config.json")).toContain("use a Gemma 3 such as google/gemma-3-4b-it.");
  });
});

describe("quantized checkpoints", () => {
  const llava = { model_type: "llava", architectures: ["LlavaForConditionalGeneration"] };
  const qwen = { model_type: "qwen2_vl", architectures: ["Qwen2VLForConditionalGeneration"] };
  const awq = { quantization_config: { quant_method: "awq" } };
  it.each([
    [{ ...qwen, ...awq }, "Qwen/Qwen2-VL-2B-Instruct-AWQ/config.json", "so use Qwen/Qwen2-VL-2B-Instruct."],
    [{ ...llava, ...awq }, "someone/llava-1.5-7b-hf-4bit/config.json", "so use llava-hf/llava-1.5-7b-hf."],
    [{ ...llava, ...awq }, "someone/model/config.json", "so use the checkpoint in f32, f16 or bf16."],
    [
      { ...qwen, quantization: { group_size: 64, bits: 4 } },
      "mlx-community/Qwen2-VL-7B-Instruct-4bit/config.json",
      "so use Qwen/Qwen2-VL-7B-Instruct.",
    ],
  ])("%j in %s: %s", (json, file, advice) => {
    expect(refusal(json, file).endsWith(advice)).toBe(true);
  });
});

describe("weights in other files", () => {
  it.each([
    ["models--liuhaotian--llava-v1.5-7b", "pytorch_model-00001-of-00002.bin", "use llava-hf/llava-1.5-7b-hf."],
    ["model", "pytorch_model.bin", "convert it to safetensors or use a checkpoint that has them."],
    ["unsloth/Qwen2.5-VL-3B-Instruct-GGUF", "Qwen2.5-VL-3B-Instruct-Q4_K_M.gguf", "use Qwen/Qwen2.5-VL-3B-Instruct."],
    ["model", "model.gguf", "use the checkpoint with safetensors that they were made from."],
    // What the trainer leaves is no weight.
    ["model", "training_args.bin", "is the download complete?"],
  ])("%s with %s: %s", async (path, name, advice) => {
    const folder = memoryFolder(new Map([[name, new Uint8Array(1)]]), path);
    await expect(readWeightIndex(folder, () => undefined)).rejects.toThrow(advice);
  });
});
