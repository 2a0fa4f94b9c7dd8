/** @file The logit lens of an open run: its tensors together, and what views read off them. */
import type { FloatTensor, IntTensor } from "../../src/tensor/tensor.ts";
import { lensTopTokens, type LensToken } from "../../src/methods/lens.ts";
import type { RunDescription } from "../../src/run/types.ts";
import { vocabularyTexts } from "../../src/run/vocabulary.ts";
import type { NumberTensor } from "../data/data-source.ts";
import { createRemembered } from "../data/remembered.ts";
import type { OpenRun } from "../run/open-run.svelte.ts";

/** Rows of the lens: the input of the first layer, then the output of each layer. */
export interface Lens {
  /** Number of rows, layers + 1. */
  readonly rows: number;
  /**
   * Index on the position axis of each image token, and of the position that predicts each answer token. No image token is read if some are
   * behind the sequence, where they have no hidden states.
   */
  readonly image: readonly number[];
  readonly predicting: readonly number[];
  readonly ids: IntTensor;
  readonly logits: FloatTensor;
  readonly logsumexp: FloatTensor;
  readonly answer: FloatTensor;
  readonly rival: FloatTensor;
}

const names = ["positions", "ids", "logits", "logsumexp", "answer", "rival"] as const;

const floats = ({ dims, data }: NumberTensor): FloatTensor => ({ type: "f32", dims, data: data as Float32Array });
const integers = ({ dims, data }: NumberTensor): IntTensor => ({ type: "i32", dims, data: data as Int32Array });

export function hasLens(run: Pick<OpenRun, "has">): boolean {
  return names.every((name) => run.has(`lens.${name}`));
}

/** The lens is put together once for a run, since many views ask for it. */
const lenses = new WeakMap<object, Lens>();

/** The lens of a run; undefined until all of it has arrived. */
export function readLens(run: Pick<OpenRun, "tensor" | "layout">): Lens | undefined {
  // All are read before any is looked at, so that they are asked for together.
  const [positions, ids, logits, logsumexp, answer, rival] = names.map((name) => run.tensor(`lens.${name}`));
  if (!positions || !ids || !logits || !logsumexp || !answer || !rival) return undefined;
  const known = lenses.get(ids.data);
  if (known) return known;
  const places = new Map<number, number>();
  for (const [index, position] of positions.data.entries()) if (!places.has(position)) places.set(position, index);
  const place = (position: number): number => places.get(position) ?? 0;
  const lens: Lens = {
    rows: ids.dims[0] ?? 0,
    image: run.layout.imagePositions.every((position) => places.has(position))
      ? Array.from(run.layout.imagePositions, place)
      : [],
    predicting: run.layout.predicting.map(place),
    ids: integers(ids),
    logits: floats(logits),
    logsumexp: floats(logsumexp),
    answer: floats(answer),
    rival: floats(rival),
  };
  lenses.set(ids.data, lens);
  return lens;
}

const texts = createRemembered<(id: number) => string>();

/** The text of an id as far as the run knows it, from a table that is made once for a run. */
export function textsOf(description: RunDescription): (id: number) => string {
  return texts(description, "vocabulary", () => vocabularyTexts(description));
}

/** What a row is called: "input" for the input of the first layer, else the number of the layer before it. */
export function rowName(row: number): string {
  return row === 0 ? "input" : String(row - 1);
}

/** "after layer 3", or "at the input of layer 0". */
export function rowPlace(row: number): string {
  return row === 0 ? "at the input of layer 0" : `after layer ${row - 1}`;
}

/** The row that is shown: the chosen one as far as the run has it, else the last. */
export function shownRow({ rows }: Pick<Lens, "rows">, lensLayer: number | null): number {
  return lensLayer === null ? rows - 1 : Math.min(lensLayer, rows - 1);
}

/** The best token of a row at each of some places of the position axis. */
export function topTokens({ ids, logits, logsumexp }: Lens, row: number, places: readonly number[]): LensToken[] {
  const [, positions, best] = ids.dims as [number, number, number];
  return places.map((place) => {
    const at = row * positions + place;
    const logit = logits.data[at * best]!;
    return { id: ids.data[at * best]!, logit, probability: Math.min(1, Math.exp(logit - logsumexp.data[at]!)) };
  });
}

/** Probability of an answer token in a row, at each of some places. */
export function tokenProbabilities(
  { answer, logsumexp }: Lens,
  { row, token, places }: { readonly row: number; readonly token: number; readonly places: readonly number[] },
): Float32Array {
  const [, positions, tokens] = answer.dims as [number, number, number];
  return Float32Array.from(places, (place) => {
    const at = row * positions + place;
    return Math.min(1, Math.exp(answer.data[at * tokens + token]! - logsumexp.data[at]!));
  });
}

/** An answer token over the rows, at the position that predicts it, beside its strongest rival of the last layer. */
export interface TokenCurve {
  /** [rows], probabilities. */
  readonly token: Float32Array;
  readonly rival: Float32Array;
  /** Id of the rival; undefined where the lens did not keep it. */
  readonly rivalId: number | undefined;
}

/** The curve of an answer token; `id` is its own. */
export function tokenCurve(lens: Lens, token: number, id: number): TokenCurve {
  const place = lens.predicting[token]!;
  const [, positions] = lens.ids.dims as [number, number];
  const tokens = lens.rival.dims[1]!;
  const rows = Array.from({ length: lens.rows }, (_, row) => row);
  const last = lensTopTokens(lens, place).at(-1) ?? [];
  return {
    token: Float32Array.from(rows, (row) => tokenProbabilities(lens, { row, token, places: [place] })[0]!),
    rival: Float32Array.from(rows, (row) =>
      Math.min(1, Math.exp(lens.rival.data[row * tokens + token]! - lens.logsumexp.data[row * positions + place]!)),
    ),
    rivalId: last.find((other) => other.id !== id)?.id,
  };
}

/** A word that is the best of some patches, and which: indices among the image tokens. */
export interface PatchWord {
  readonly id: number;
  readonly patches: readonly number[];
}

/** The best words of the patches in a row, the most frequent first; of equals the one that comes first on the picture. */
export function wordsOfPatches(lens: Lens, row: number): PatchWord[] {
  const { ids, image } = lens;
  const [, positions, best] = ids.dims as [number, number, number];
  const found = new Map<number, number[]>();
  for (let patch = 0; patch < image.length; patch++) {
    const id = ids.data[(row * positions + image[patch]!) * best]!;
    const patches = found.get(id);
    if (patches) patches.push(patch);
    else found.set(id, [patch]);
  }
  return [...found].map(([id, patches]) => ({ id, patches })).sort((a, b) => b.patches.length - a.patches.length);
}
