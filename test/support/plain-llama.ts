/** @file The language model of a random checkpoint written out in loops and double precision, to hold graphs against. */
import { plainAttention } from "./plain-attention.ts";
import type { StoredTensor } from "./stored-safetensors.ts";

type Rows = number[][];

export interface PlainLlama {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headWidth: number;
  /** True if a later position may not look at this one. */
  readonly knockedOut?: (position: number) => boolean;
  /** True if a head does not let the query look at the key. */
  readonly cut?: (edge: { layer: number; head: number; query: number; key: number }) => boolean;
  /** True if a head gives nothing to the output projection. */
  readonly ablated?: (layer: number, head: number) => boolean;
}

const epsilon = 1e-5;
const theta = 10_000;

function normed(rows: Rows, scale: ArrayLike<number>): Rows {
  return rows.map((row) => {
    const root = Math.sqrt(row.reduce((sum, x) => sum + x * x, 0) / row.length + epsilon);
    return row.map((x, i) => (x / root) * scale[i]!);
  });
}

function linear(rows: Rows, { dims, values }: StoredTensor): Rows {
  const [to, from] = dims as [number, number];
  return rows.map((row) =>
    Array.from({ length: to }, (_, out) => row.reduce((sum, x, i) => sum + x * values[out * from + i]!, 0)),
  );
}

/** Turns the pairs (i, i + width / 2) of each head by the position's angles. */
function rotated(rows: Rows, width: number): Rows {
  return rows.map((row, position) =>
    row.map((x, at) => {
      const inHead = at % width;
      const pair = inHead % (width / 2);
      const angle = position / theta ** ((2 * pair) / width);
      const first = inHead < width / 2;
      const other = row[first ? at + width / 2 : at - width / 2]!;
      return x * Math.cos(angle) + (first ? -other : other) * Math.sin(angle);
    }),
  );
}

const sum = (left: Rows, right: Rows): Rows => left.map((row, i) => row.map((x, j) => x + right[i]![j]!));

/** Logits [rows][vocabulary] of embedded [rows][width]; SiLU, unscaled rotary positions, no biases. */
export function plainLlama(embedded: Rows, model: PlainLlama): Rows {
  const { tensors, heads, kvHeads, headWidth, knockedOut, cut, ablated } = model;
  const tensor = (name: string) => tensors.get(`language_model.${name}`)!;
  let hidden = embedded;
  for (let layer = 0; layer < model.layers; layer++) {
    const part = (name: string) => tensor(`model.layers.${layer}.${name}.weight`);
    const x = normed(hidden, part("input_layernorm").values);
    const { context } = plainAttention({
      query: rotated(linear(x, part("self_attn.q_proj")), headWidth).flat(),
      key: rotated(linear(x, part("self_attn.k_proj")), headWidth).flat(),
      value: linear(x, part("self_attn.v_proj")).flat(),
      heads,
      kvHeads,
      width: headWidth,
      causal: true,
      hides: (query, key, head) =>
        (query > key && knockedOut?.(key) === true) || cut?.({ layer, head, query, key }) === true,
    });
    const output = part("self_attn.o_proj");
    const [width, inner] = output.dims as [number, number];
    // Head by head, so that an ablated head is a block of columns of the projection that is left out.
    const mixed = hidden.map((_, row) =>
      Array.from({ length: width }, (__, out) => {
        let total = 0;
        for (let i = 0; i < inner; i++) {
          if (ablated?.(layer, Math.floor(i / headWidth)) === true) continue;
          total += context[row * inner + i]! * output.values[out * inner + i]!;
        }
        return total;
      }),
    );
    hidden = sum(hidden, mixed);
    const y = normed(hidden, part("post_attention_layernorm").values);
    const up = linear(y, part("mlp.up_proj"));
    const gated = linear(y, part("mlp.gate_proj")).map((row, i) =>
      row.map((g, j) => (g / (1 + Math.exp(-g))) * up[i]![j]!),
    );
    hidden = sum(hidden, linear(gated, part("mlp.down_proj")));
  }
  return linear(normed(hidden, tensor("model.norm.weight").values), tensor("lm_head.weight"));
}
