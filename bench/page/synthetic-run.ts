/** @file A run of a model that does not exist, of any size: what the page draws of it does not depend on what the numbers mean. */
import { readFile } from "node:fs/promises";
import type { RunDescription, RunImage, RunToken, TokenRole } from "../../src/run/types.ts";
import type { RecordedRun } from "../../src/explain/explain.ts";
import {
  byteTensor,
  elementCount,
  floatTensor,
  intTensor,
  type FloatTensor,
  type Tensor,
} from "../../src/tensor/tensor.ts";

export interface SyntheticSizes {
  readonly layers: number;
  readonly heads: number;
  /** Rows and columns of the picture's grid, or of each of its tiles and of its overview. */
  readonly side: number;
  /** Rows and columns of tiles, each a grid of its own, before an overview; left out if the picture is not tiled. */
  readonly tiles?: { readonly rows: number; readonly cols: number };
  readonly answerTokens: number;
  /** File of the picture, a PNG of `pictureSide` x `pictureSide` pixels. */
  readonly picture: string;
  readonly pictureSide: number;
}

/** Marsaglia's xorshift32, so that every machine draws the same numbers. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

const questionWords = " What is lying on the saucer next to the cup ?".split(/(?= )/);

/** The grids of the picture in the order of their tokens, and its views. */
function placesOf({ side, tiles, pictureSide }: SyntheticSizes): Pick<RunImage, "grids" | "views"> {
  const box = { left: 0, top: 0, width: pictureSide, height: pictureSide };
  const whole = { rows: side, cols: side, box };
  if (tiles === undefined) return { grids: [whole] };
  const count = tiles.rows * tiles.cols;
  const [width, height] = [pictureSide / tiles.cols, pictureSide / tiles.rows];
  const grids = Array.from({ length: count }, (_, i) => ({
    rows: side,
    cols: side,
    box: { left: (i % tiles.cols) * width, top: Math.floor(i / tiles.cols) * height, width, height },
  }));
  const one = { rows: 1, cols: 1 };
  const pixels = side * 14;
  return {
    grids: [...grids, whole],
    views: [
      { width: pixels * tiles.cols, height: pixels * tiles.rows, box, tiles, grids: grids.map((_, grid) => grid) },
      { width: pixels, height: pixels, box, tiles: one, grids: [count] },
    ],
  };
}

function syntheticTokens(sizes: SyntheticSizes): RunToken[] {
  const { answerTokens } = sizes;
  const { grids } = placesOf(sizes);
  const token = (text: string, role: TokenRole, more: Partial<RunToken> = {}): RunToken => ({
    id: text.length + 3,
    text,
    role,
    turn: 0,
    ...more,
  });
  return [
    token("<s>", "bos"),
    token(" USER:", "template"),
    ...grids.flatMap(({ rows, cols }, grid) => [
      ...(grids.length > 1 ? [token(`<tile ${grid}>`, "template")] : []),
      ...Array.from({ length: rows * cols }, (_, i) =>
        token("<image>", "image", { image: 0, row: Math.floor(i / cols), col: i % cols }),
      ),
      // The end of a tile is an image token without a place.
      ...(grids.length > 1 ? [token("<end>", "image", { image: 0 })] : []),
    ]),
    ...questionWords.map((text) => token(text, "question")),
    token(" ASSISTANT:", "template"),
    ...Array.from({ length: answerTokens - 1 }, (_, i) => token(` word${i}`, "answer")),
    token("</s>", "special", { id: 2 }),
  ];
}

function describe(sizes: SyntheticSizes, tokens: readonly RunToken[]): RunDescription {
  const { layers, heads, side, answerTokens, pictureSide } = sizes;
  const start = tokens.length - answerTokens;
  const every = Array.from({ length: answerTokens }, (_, token) => token);
  const said = tokens.slice(start, -1).map(({ text }) => text);
  return {
    format: 2,
    memory: [],
    program: "0.1.0",
    model: {
      name: "synthetic",
      architecture: "llava",
      sha256: { config: "0".repeat(64), index: "0".repeat(64) },
      precision: "f32",
      languageLayers: layers,
      languageHeads: heads,
      visionLayers: 1,
      visionHeads: 1,
      visionClassToken: true,
    },
    messages: [{ role: "user", content: [{ type: "image" }, { type: "text", text: questionWords.join("").trim() }] }],
    prompt: `USER: <image>${questionWords.join("")} ASSISTANT:`,
    answerText: said.join("").trim(),
    sampling: { maxNewTokens: answerTokens, minNewTokens: 0, temperature: 0, topP: 1, topK: 0, seed: 0 },
    tokens,
    images: [
      {
        name: "synthetic.png",
        mediaType: "image/png",
        width: pictureSide,
        height: pictureSide,
        fit: "default",
        inputWidth: side * 14,
        inputHeight: side * 14,
        ...placesOf(sizes),
      },
    ],
    answer: { start, end: tokens.length },
    answerTokens: every.map((token) => ({
      probability: 0.9,
      logit: 10,
      alternatives: [
        { id: tokens[start + token]!.id, text: tokens[start + token]!.text, probability: 0.9 },
        { id: 3, text: " other", probability: 0.05 },
      ],
    })),
    stopped: true,
    record: "default",
    methods: {
      attention: {},
      rollout: {},
      lens: { texts: Object.fromEntries(tokens.map(({ id, text }) => [id, text])) },
      relevancy: { tokens: every, target: "logit", variants: ["exact"] },
    },
    timings: { generate: 1000 },
    created: "2026-01-01T00:00:00.000Z",
  };
}

/** Rows of attention: few large weights among many small ones, each row summing to 1, zero after its own query. */
function attention(heads: number, queries: readonly number[], length: number): FloatTensor {
  const rows = floatTensor([heads, queries.length, length]);
  const random = randomNumbers(heads * length + queries.length);
  for (let row = 0; row < heads * queries.length; row++) {
    const known = queries[row % queries.length]! + 1;
    const values = rows.data.subarray(row * length, row * length + known);
    let sum = 0;
    for (let key = 0; key < known; key++) sum += values[key] = random() ** 8;
    for (let key = 0; key < known; key++) values[key]! /= sum;
  }
  return rows;
}

function spread(dims: readonly number[], seed: number): FloatTensor {
  const random = randomNumbers(seed);
  return floatTensor(
    dims,
    Float32Array.from({ length: elementCount(dims) }, () => random() ** 4),
  );
}

/**
 * Makes the run in memory; the attention of the last layer is kept at every position, as in a run of the default recording. Of a tiled
 * picture every layer keeps the rows of the question and the answer alone, as of all positions one layer would have gigabytes.
 */
export async function syntheticRun(sizes: SyntheticSizes): Promise<RecordedRun> {
  const { layers, heads, answerTokens } = sizes;
  const tokens = syntheticTokens(sizes);
  const description = describe(sizes, tokens);
  const length = tokens.length;
  const positionsOf = (role: TokenRole) => tokens.flatMap((token, i) => (token.role === role ? [i] : []));
  const predicting = Array.from({ length: answerTokens }, (_, i) => description.answer.start + i - 1);
  const image = positionsOf("image");
  const some = [...new Set([...positionsOf("question"), ...predicting])].sort((a, b) => a - b);
  const all = tokens.map((_, position) => position);
  const lensPositions = [...image, ...predicting];
  const tensors = new Map<string, Tensor>();
  for (let layer = 0; layer < layers; layer++) {
    const queries = layer === layers - 1 && sizes.tiles === undefined ? all : some;
    tensors.set(`language.attention.${layer}`, attention(heads, queries, length));
    tensors.set(`language.attention.${layer}.queries`, intTensor([queries.length], Int32Array.from(queries)));
  }
  const lensIds = intTensor([layers + 1, lensPositions.length, 5]);
  for (let i = 0; i < lensIds.data.length; i++) lensIds.data[i] = tokens[length - 2 - (i % answerTokens)]!.id;
  const pixels = new Uint8Array(await readFile(sizes.picture));
  const more: [string, Tensor][] = [
    ["language.norms", spread([layers + 1, length], 7)],
    ["rollout", spread([answerTokens, length], 1)],
    ["relevancy.exact.language", spread([answerTokens, length], 2)],
    ["relevancy.exact.vision", spread([answerTokens, image.length], 3)],
    ["relevancy.exact.combined", spread([answerTokens, image.length], 4)],
    ["lens.positions", intTensor([lensPositions.length], Int32Array.from(lensPositions))],
    ["lens.ids", lensIds],
    ["lens.logits", spread([layers + 1, lensPositions.length, 5], 5)],
    ["lens.logsumexp", aboveLogits([layers + 1, lensPositions.length])],
    ["lens.answer", spread([layers + 1, lensPositions.length, answerTokens], 8)],
    ["lens.rival", spread([layers + 1, answerTokens], 9)],
    [
      "input_ids",
      intTensor(
        [length],
        Int32Array.from(tokens, ({ id }) => id),
      ),
    ],
    ["image.0", byteTensor([pixels.length], pixels)],
  ];
  for (const [name, tensor] of more) tensors.set(name, tensor);
  return { description, tensors };
}

/** Log-sums above every logit, so that probabilities stay below 1. */
function aboveLogits(dims: readonly number[]): FloatTensor {
  return floatTensor(dims, new Float32Array(elementCount(dims)).fill(2));
}
