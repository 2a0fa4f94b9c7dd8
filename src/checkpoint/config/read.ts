/** @file Reads a config.json: finds the architecture in one table and hands over to its reader. */
import { z } from "zod";
import { quote } from "../../json/quote.ts";
import type { ModelConfig } from "../types.ts";
import type { Warn } from "../warnings.ts";
import { insteadOfOriginal, insteadOfQuantized, whyLeftOut } from "../instead.ts";
import { fieldPath, fields, parseSection, text } from "./fields.ts";
import { readGemma3Config, readPaliGemmaConfig } from "./gemma.ts";
import { readIdefics3Config } from "./idefics3.ts";
import { readInternVlConfig } from "./internvl.ts";
import { readLlavaConfig, readLlavaNextConfig, readLlavaOnevisionConfig } from "./llava.ts";
import { readMllamaConfig } from "./mllama.ts";
import { readMistral3Config } from "./pixtral.ts";
import { readQwen25VlConfig, readQwen2VlConfig, readQwen3VlConfig } from "./qwen-vl.ts";
import type { ReadPlace } from "./sources.ts";

interface ArchitectureReader {
  /** `model_type` in config.json. */
  readonly modelType: string;
  /** Name of the class in `architectures`. */
  readonly className: string;
  readonly read: (json: Readonly<Record<string, unknown>>, place: ReadPlace) => ModelConfig;
}

/** Every architecture that can be read; a new one is one entry here and one file. */
const architectures: readonly ArchitectureReader[] = [
  { modelType: "llava", className: "LlavaForConditionalGeneration", read: readLlavaConfig },
  { modelType: "llava_next", className: "LlavaNextForConditionalGeneration", read: readLlavaNextConfig },
  {
    modelType: "llava_onevision",
    className: "LlavaOnevisionForConditionalGeneration",
    read: readLlavaOnevisionConfig,
  },
  { modelType: "internvl", className: "InternVLForConditionalGeneration", read: readInternVlConfig },
  { modelType: "idefics3", className: "Idefics3ForConditionalGeneration", read: readIdefics3Config },
  { modelType: "smolvlm", className: "SmolVLMForConditionalGeneration", read: readIdefics3Config },
  { modelType: "mllama", className: "MllamaForConditionalGeneration", read: readMllamaConfig },
  { modelType: "mistral3", className: "Mistral3ForConditionalGeneration", read: readMistral3Config },
  { modelType: "qwen2_vl", className: "Qwen2VLForConditionalGeneration", read: readQwen2VlConfig },
  { modelType: "qwen2_5_vl", className: "Qwen2_5_VLForConditionalGeneration", read: readQwen25VlConfig },
  { modelType: "qwen3_vl", className: "Qwen3VLForConditionalGeneration", read: readQwen3VlConfig },
  { modelType: "paligemma", className: "PaliGemmaForConditionalGeneration", read: readPaliGemmaConfig },
  { modelType: "gemma3", className: "Gemma3ForConditionalGeneration", read: readGemma3Config },
];

const quantization = fields({ quant_method: text.nullish() }).nullish();
const part = fields({ quantization_config: quantization }).nullish();

const schema = fields({
  model_type: text.nullish(),
  architectures: z.array(text, "a list of names").nullish(),
  _name_or_path: text.nullish(),
  quantization_config: quantization,
  /** MLX. */
  quantization: z.record(z.string(), z.unknown(), "an object").nullish(),
  text_config: part,
  vision_config: part,
});

/**
 * Reads a parsed config.json, defaults filled in. `file` names it in messages; `warn` is told of values that differ and of fields that
 * are not used. Throws an Error that names the wrong field, or lists what is supported if the architecture is unknown or the
 * weights are quantized.
 */
export function readModelConfig(json: unknown, file: string, warn: Warn = () => undefined): ModelConfig {
  const place = { file, section: "", warn };
  const model = parseSection(schema, json, place);
  const classes = model.architectures ?? [];
  const reader = architectures.find(({ modelType, className }) => {
    const typeFits = model.model_type == null ? classes.length > 0 : model.model_type === modelType;
    return typeFits && (classes.length === 0 || classes.includes(className));
  });
  const known = `${file} ${model._name_or_path ?? ""}`;
  const original = insteadOfOriginal([...classes, model.model_type ?? ""], known);
  if (original !== undefined) {
    throw new Error(
      `${file}: architectures ${quote(classes)} is the original form of ${original.family}, which is not read; use ${original.use}.`,
    );
  }
  const leftOut = whyLeftOut(model.model_type);
  if (leftOut !== undefined) {
    throw new Error(`${file}: model_type is ${quote(model.model_type)}, which is not supported: ${leftOut}.`);
  }
  if (reader === undefined) {
    const supported = architectures.map(({ modelType, className }) => `${modelType} (${className})`).join(", ");
    throw new Error(
      `${file}: model_type is ${quote(model.model_type)} with architectures ${quote(classes)}; supported are ${supported}.`,
    );
  }
  for (const [section, { quantization_config: quantized } = {}] of [
    ["", model],
    ["text_config", model.text_config ?? {}],
    ["vision_config", model.vision_config ?? {}],
  ] as const) {
    if (quantized == null) continue;
    throw new Error(
      `${file}: ${fieldPath({ file, section }, "quantization_config")} is ${quote(quantized.quant_method ?? {})}; quantized weights are not supported, so use ${insteadOfQuantized(known)}.`,
    );
  }
  if (model.quantization != null) {
    throw new Error(
      `${file}: quantization is ${quote(model.quantization)}; quantized weights are not supported, so use ${insteadOfQuantized(known)}.`,
    );
  }
  return reader.read(json as Readonly<Record<string, unknown>>, place);
}
