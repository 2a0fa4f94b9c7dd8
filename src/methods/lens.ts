/**
 * @file Logit lens (nostalgebraist, "interpreting GPT: the logit lens", 2020): reads what each layer would predict, from
 * the `lens.*` tensors of a run. Index 0 of the layer axis is the input of the first layer, index l + 1 the output of layer l.
 */
import { floatTensor, type FloatTensor, type IntTensor } from "../tensor/tensor.ts";

/** A vocabulary entry at one layer and position. */
export interface LensToken {
  readonly id: number;
  /** Raw logit. */
  readonly logit: number;
  readonly probability: number;
}

function sizes(name: string, tensor: FloatTensor | IntTensor, rank: number): readonly number[] {
  if (tensor.dims.length !== rank) {
    throw new Error(`lens: "${name}" must have ${rank} axes, got [${tensor.dims.join(", ")}].`);
  }
  return tensor.dims;
}

function checkIndex(name: string, index: number, size: number): void {
  if (!Number.isInteger(index) || index < 0 || index >= size) {
    throw new Error(`lens: ${name} must lie in 0 to ${size - 1}, got ${index}.`);
  }
}

/** The index of a position on the lens's position axis. Throws an Error if the lens was not read there. */
export function lensIndexOf(positions: IntTensor, position: number): number {
  // A prompt may end with an image token, which then also predicts the first answer token: either entry holds the same numbers.
  const index = positions.data.indexOf(position);
  if (index < 0) throw new Error(`lens: position ${position} was not read; image tokens and answer tokens are.`);
  return index;
}

/**
 * Probability of one answer token at every layer and position.
 *
 * @param lens `answer` [layers + 1, positions, answer tokens] raw logits and `logsumexp` [layers + 1, positions]
 * @param token index of the answer token, from 0
 * @returns [layers + 1, positions]
 */
export function lensProbability(
  lens: { readonly answer: FloatTensor; readonly logsumexp: FloatTensor },
  token: number,
): FloatTensor {
  const [layers = 0, positions = 0, tokens = 0] = sizes("lens.answer", lens.answer, 3);
  if (lens.logsumexp.dims[0] !== layers || lens.logsumexp.dims[1] !== positions) {
    throw new Error(
      `lens: "lens.logsumexp" must be [${layers}, ${positions}], got [${lens.logsumexp.dims.join(", ")}].`,
    );
  }
  checkIndex("answer token", token, tokens);
  return floatTensor(
    [layers, positions],
    lens.logsumexp.data.map((logsumexp, i) => Math.exp(lens.answer.data[i * tokens + token]! - logsumexp)),
  );
}

/**
 * The best tokens of every layer at one position, best first.
 *
 * @param lens `ids` and `logits` [layers + 1, positions, best], `logsumexp` [layers + 1, positions]
 * @param index index on the position axis (see `lensIndexOf`)
 * @returns one list per layer, the input of the first layer first
 */
export function lensTopTokens(
  lens: { readonly ids: IntTensor; readonly logits: FloatTensor; readonly logsumexp: FloatTensor },
  index: number,
): LensToken[][] {
  const [layers = 0, positions = 0, best = 0] = sizes("lens.ids", lens.ids, 3);
  checkIndex("position index", index, positions);
  return Array.from({ length: layers }, (_, layer) => {
    const row = layer * positions + index;
    const logsumexp = lens.logsumexp.data[row]!;
    return Array.from({ length: best }, (_, rank) => {
      const logit = lens.logits.data[row * best + rank]!;
      return { id: lens.ids.data[row * best + rank]!, logit, probability: Math.exp(logit - logsumexp) };
    });
  });
}
