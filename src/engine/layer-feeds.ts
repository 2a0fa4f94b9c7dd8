/** @file What the layers of a language model are fed beside the hidden states, asked of the plan of a sequence. */
import type { LanguageConfig } from "../checkpoint/types.ts";
import type { GraphBuilder } from "../graph/builder.ts";
import type { Dim, Value } from "../graph/graph.ts";
import type { RotaryTables } from "../models/blocks/rotary.ts";
import type { LayerInputs } from "../models/definition.ts";
import type { SequencePlan } from "../models/plan.ts";
import type { FloatTensor } from "../tensor/tensor.ts";
import type { Feed } from "../runtime/runtime.ts";

/** The tensors of one kind of layer. */
export interface LayerFeeds {
  readonly tables: RotaryTables;
  /** [queries, keys] */
  readonly mask: FloatTensor;
}

/** The inputs of a graph that take them. */
export type LayerValues = Pick<LayerInputs, "rotary" | "mask">;

/** Which inputs are added: those of a kind of layers, for so many rows, by number or by name. */
interface InputChoice {
  readonly kind?: number;
  readonly rows: Dim;
  /** Keys of the mask; as many as rows if left out. */
  readonly keys?: Dim;
}

type RotaryWidths = Pick<LanguageConfig, "headWidth" | "rotaryWidth">;

/** Adds the rotary tables of one kind of layer to a graph. */
export function addRotaryInputs(
  g: GraphBuilder,
  { headWidth, rotaryWidth = headWidth }: RotaryWidths,
  { kind = 0, rows }: InputChoice,
): LayerInputs["rotary"] {
  const table = [rows, 1, rotaryWidth / 2];
  return { cos: g.input(`cos.${kind}`, "f32", table), sin: g.input(`sin.${kind}`, "f32", table) };
}

/** Adds everything that one kind of layer is fed to a graph. */
export function addLayerInputs(g: GraphBuilder, config: RotaryWidths, choice: InputChoice): LayerValues {
  const { kind = 0, rows, keys = rows } = choice;
  return { rotary: addRotaryInputs(g, config, choice), mask: g.input(`mask.${kind}`, "f32", [rows, keys]) };
}

export function fedLayer({ rotary, mask }: LayerValues, feeds: LayerFeeds): [Value, Feed][] {
  return [
    [rotary.cos, feeds.tables.cos],
    [rotary.sin, feeds.tables.sin],
    [mask, feeds.mask],
  ];
}

/** Makes one value for each kind of layer, when it is first asked for. */
export function perKind<T>(plan: SequencePlan, make: (kind: number) => T): (layer: number) => T {
  const made = new Map<number, T>();
  return (layer) => {
    const kind = plan.kindOf(layer);
    if (!made.has(kind)) made.set(kind, make(kind));
    return made.get(kind)!;
  };
}

/** What each layer is fed for the first `count` tokens of a sequence. `change` alters each mask before it is used. */
export function wholeSequence(
  plan: SequencePlan,
  count: number,
  change: (mask: FloatTensor) => void = () => undefined,
): (layer: number) => LayerFeeds {
  const rows = Array.from({ length: count }, (_, row) => row);
  return perKind(plan, (kind) => {
    const mask = plan.mask(kind, count);
    change(mask);
    return { tables: plan.rotary(kind, rows, count), mask };
  });
}
