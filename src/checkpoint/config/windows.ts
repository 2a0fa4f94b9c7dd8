/** @file Which layers of a language model attend within a window, in the spellings of transformers' configuration classes. */
import { z } from "zod";
import type { LanguageConfig } from "../types.ts";
import { count, fieldPath, fields, flag, parseSection, type SectionPlace } from "./fields.ts";

type Section = Readonly<Record<string, unknown>>;
type Window = NonNullable<LanguageConfig["window"]>;
type Sizes = Pick<LanguageConfig, "layers" | "maxPositions">;

const layerType = z.enum(["full_attention", "sliding_attention"], "full_attention or sliding_attention");
const layerTypes = z.array(layerType, "a list of names").nullish();

/** The indices of the layers for which `isSliding` is true. */
function layersThat(layers: number, isSliding: (layer: number) => boolean): number[] {
  return Array.from({ length: layers }, (_, layer) => layer).filter(isSliding);
}

/** The layers that `layer_types` names as sliding; those of `isSliding` if it is not given. */
function slidingLayers(
  types: z.output<typeof layerTypes>,
  { layers, isSliding, place }: { layers: number; isSliding: (layer: number) => boolean; place: SectionPlace },
): number[] {
  if (types == null) return layersThat(layers, isSliding);
  if (types.length !== layers) {
    throw new Error(
      `${place.file}: ${fieldPath(place, "layer_types")} has ${types.length} names, but it must have one for each of the ${layers} layers.`,
    );
  }
  return layersThat(layers, (layer) => types[layer] === "sliding_attention");
}

/** The window as a part of a configuration; left out if it hides nothing from any position. */
function windowPart(size: number | null, layers: number[], maxPositions: number): { readonly window?: Window } {
  if (size === null || size >= maxPositions || layers.length === 0) return {};
  return { window: { size, layers } };
}

/** `sliding_window`, which all layers have if it is given (Mistral, Phi-3). */
export function windowOfAllLayers(
  section: Section,
  place: SectionPlace,
  { layers, maxPositions, byDefault }: Sizes & { readonly byDefault: number | null },
): { readonly window?: Window } {
  const schema = fields({ sliding_window: count.nullable().default(byDefault) });
  const { sliding_window: size } = parseSection(schema, section, place);
  const all = layersThat(layers, () => true);
  return windowPart(size, all, maxPositions);
}

/** `use_sliding_window`, and the layers from `max_window_layers` on or those that `layer_types` names (Qwen2, Qwen3). */
export function windowOfLastLayers(
  section: Section,
  place: SectionPlace,
  {
    layers,
    maxPositions,
    defaults,
  }: Sizes & { readonly defaults: { readonly sliding_window: number; readonly max_window_layers: number } },
): { readonly window?: Window } {
  const schema = fields({
    use_sliding_window: flag.nullish(),
    sliding_window: count.nullable().default(defaults.sliding_window),
    max_window_layers: z.union([z.literal(0), count], "a whole number").default(defaults.max_window_layers),
    layer_types: layerTypes,
  });
  const model = parseSection(schema, section, place);
  const isSliding = (layer: number) => layer >= model.max_window_layers;
  const sliding = slidingLayers(model.layer_types, { layers, isSliding, place });
  return windowPart(model.use_sliding_window === true ? model.sliding_window : null, sliding, maxPositions);
}

/** `sliding_window` of the layers that `layer_types` names; of all but every `pattern`-th if it names none (Gemma 2 and 3). */
export function windowOfPattern(
  section: Section,
  place: SectionPlace,
  { layers, pattern, byDefault }: Pick<Sizes, "layers"> & { readonly pattern: number; readonly byDefault: number },
): Window {
  const schema = fields({
    sliding_window: count.default(byDefault),
    layer_types: layerTypes,
  });
  const { sliding_window: size, layer_types: types } = parseSection(schema, section, place);
  return { size, layers: slidingLayers(types, { layers, isSliding: (layer) => (layer + 1) % pattern !== 0, place }) };
}
