/** @file Which layers of a language model have an attention map, and what its keys are. */
import type { LanguageConfig } from "../checkpoint/types.ts";

type CrossAttention = Pick<LanguageConfig, "layers" | "crossAttentionLayers">;

/** Layers with an attention map, ascending: all, without those that read memory if there is none. */
export function attentionLayers({ layers, crossAttentionLayers = [] }: CrossAttention, memoryTokens: number): number[] {
  const all = Array.from({ length: layers }, (_, layer) => layer);
  return memoryTokens > 0 ? all : all.filter((layer) => !crossAttentionLayers.includes(layer));
}

/** What the keys of a layer's map are. */
export function keysOfLayer({ crossAttentionLayers = [] }: CrossAttention, layer: number): "sequence" | "memory" {
  return crossAttentionLayers.includes(layer) ? "memory" : "sequence";
}
