/** @file Attention as the trace recorded it, with the norms of the hidden states that sinks are found by. */
import type { Tap } from "../../engine/taps.ts";
import { floatTensor, intTensor, type FloatTensor, type Tensor } from "../../tensor/tensor.ts";
import {
  attentionSite,
  hiddenTaps,
  layerIndices,
  mapLayers,
  type MapLayer,
  type MethodModule,
  type RecordedQuestion,
  type MethodWork,
} from "./method.ts";

/** The largest map of a layer that a recording keeps whole without being asked for it: 1 GiB. */
const largestWholeMap = 2 ** 30;

/**
 * By default the rows that predict an answer token and those of the question, and every row of the last layer, unless they are more than
 * `largestWholeMap` bytes; a full recording keeps every row.
 */
function languageTaps(question: RecordedQuestion): (MapLayer & { tap: Tap & { rows: readonly number[] } })[] {
  const { model, record, positions } = question;
  const { layers, heads } = model.definition.language.config;
  const lastIsWhole = heads * positions.tokens ** 2 * Float32Array.BYTES_PER_ELEMENT <= largestWholeMap;
  const rows = [...new Set([...positions.question, ...positions.predicting])].sort((a, b) => a - b);
  const every = Array.from({ length: positions.tokens }, (_, position) => position);
  return mapLayers(question).map(({ layer, keys }) => ({
    layer,
    keys,
    tap: {
      site: attentionSite("language", layer),
      rows: record === "full" || (layer === layers - 1 && lastIsWhole) ? every : rows,
    },
  }));
}

/** Attention over all keys: the sequence, then the memory, of which a layer reads one. [heads, rows, keys] -> [heads, rows, all keys] */
function onKeyAxis(
  attention: FloatTensor,
  { keys, length, memory }: Pick<MapLayer, "keys"> & { length: number; memory: number },
): FloatTensor {
  if (memory === 0) return attention;
  const [heads, rows, count] = attention.dims as [number, number, number];
  const all = length + memory;
  const first = keys === "memory" ? length : 0;
  const placed = floatTensor([heads, rows, all]);
  for (let row = 0; row < heads * rows; row++) {
    placed.data.set(attention.data.subarray(row * count, (row + 1) * count), row * all + first);
  }
  return placed;
}

function normTaps({ model }: RecordedQuestion): Tap[] {
  return hiddenTaps(model.definition.language.config.layers, { norm: true });
}

/** Every head of each layer and the mean over them. No view shows them, so that only a full recording keeps them. */
function visionTaps({ model, record }: RecordedQuestion): { means: Tap[]; heads: Tap[] } {
  if (record !== "full") return { means: [], heads: [] };
  const sites = layerIndices(model.definition.vision.config.layers).map((layer) => attentionSite("vision", layer));
  return {
    means: sites.map((site) => ({ site, mean: "heads" })),
    heads: sites.map((site) => ({ site })),
  };
}

/** One tensor over all inputs of the tower, [inputs, ...], of what a tap captured of each. */
function stacked(parts: readonly FloatTensor[]): FloatTensor {
  const [first] = parts;
  const whole = floatTensor([parts.length, ...first!.dims]);
  for (const [input, { data }] of parts.entries()) whole.data.set(data, input * first!.data.length);
  return whole;
}

/**
 * The tensors of one layer of the tower. Inputs of one size stand in one tensor; pictures of any size have one each, with the index of the
 * picture in its name.
 */
function visionTensors(name: string, tap: Tap, { model, answer }: MethodWork): [string, FloatTensor][] {
  const parts = answer.pictures.map(({ reads }) => reads.map((read) => read(tap)));
  const { kind } = model.definition.vision.smallest;
  const anySize = kind === "packed" || kind === "native";
  return anySize ? parts.map(([one], image) => [`${name}.${image}`, one!]) : [[name, stacked(parts.flat())]];
}

export const attention: MethodModule = {
  name: "attention",
  needs(plan) {
    const { means, heads } = visionTaps(plan);
    return {
      languageTaps: [...languageTaps(plan).map(({ tap }) => tap), ...normTaps(plan)],
      visionTaps: [...means, ...heads],
    };
  },
  compute: (work) => ({
    tensors() {
      const { answer } = work;
      const tensors = new Map<string, Tensor>();
      const { length } = answer;
      for (const { layer, keys, tap } of languageTaps(work)) {
        const memory = work.positions.memory;
        tensors.set(`language.attention.${layer}`, onKeyAxis(answer.read(tap), { keys, length, memory }));
        const rows = Int32Array.from(tap.rows);
        tensors.set(`language.attention.${layer}.queries`, intTensor([rows.length], rows));
      }
      const norms = normTaps(work).map((tap) => answer.read(tap).data);
      const whole = floatTensor([norms.length, norms[0]!.length]);
      for (const [layer, data] of norms.entries()) whole.data.set(data, layer * data.length);
      tensors.set("language.norms", whole);
      if (answer.pictures.length === 0) return tensors;
      const { means, heads } = visionTaps(work);
      const named = [
        ...means.map((tap, layer) => [`vision.attention.mean.${layer}`, tap] as const),
        ...heads.map((tap, layer) => [`vision.attention.${layer}`, tap] as const),
      ];
      for (const [name, tensor] of named.flatMap(([start, tap]) => visionTensors(start, tap, work))) {
        tensors.set(name, tensor);
      }
      return tensors;
    },
  }),
  parameters({ model, tensors }) {
    const without = layerIndices(model.definition.language.config.layers).filter(
      (layer) => !tensors.has(`language.attention.${layer}`),
    );
    return without.length > 0 ? { layersWithoutMap: without } : {};
  },
};
