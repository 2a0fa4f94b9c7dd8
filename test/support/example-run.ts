/** @file A small run that is right in every part, for tests that need one: two turns, two pictures, three answer tokens. */
import {
  byteTensor,
  elementCount,
  floatTensor,
  intTensor,
  type FloatTensor,
  type Tensor,
} from "../../src/tensor/tensor.ts";
import type { MeasureResult } from "../../src/run/measures.ts";
import type { RunDescription, RunImage, RunToken, TokenRole } from "../../src/run/types.ts";

function token(id: number, role: TokenRole, turn: number): RunToken {
  return { id, text: ` t${id}`, role, turn };
}

function imageTokens(image: number, { rows, cols }: { rows: number; cols: number }): RunToken[] {
  return Array.from({ length: rows * cols }, (_, i) => ({
    ...token(9, "image", image),
    image,
    row: Math.floor(i / cols),
    col: i % cols,
  }));
}

function picture(facts: Pick<RunImage, "name" | "width" | "height" | "grids" | "edits">): RunImage {
  const { name, width, height, ...rest } = facts;
  return { name, mediaType: "image/png", width, height, fit: "default", inputWidth: 28, inputHeight: 28, ...rest };
}

const causalSettings = {
  variant: "exact",
  alpha: 1e-5,
  samples: 128,
  signRule: "two-sided",
  threshold: 0.005,
} as const;

/** A causal graph of four nodes; its marks are in `exampleTensors`. */
export const exampleCauses = {
  token: 0,
  layer: 1,
  head: 2,
  ...causalSettings,
  target: 16,
  nodes: [2, 3, 5, 16],
  tree: { position: 16, children: [{ position: 2, children: [] }] },
  radiusSets: [[2]],
  explanation: [2],
  testsBySize: [6, 2],
  conflicts: 0,
  degenerate: 0,
  leftOut: { image: 0, text: 0 },
} satisfies NonNullable<RunDescription["causes"]>[number];

const curve = { values: [0.9, 0.1], area: 0.5 };
const band = { ...curve, low: [0.8, 0], high: [1, 0.2], areaLow: 0.4, areaHigh: 0.6 };

/** A test of an earlier version of the program, as it is called in an open run. */
export const exampleEarlierTest: MeasureResult = {
  request: {
    kind: "verify-by-fall",
    token: 0,
    evidence: { kind: "tokens", positions: [2] },
    source: { kind: "causes", layer: 1, head: 0, radius: 1, ...causalSettings },
    fill: "mean",
    sets: 20,
    seed: 0,
    minimal: true,
  },
  original: 0.9,
  masked: 0.1,
  answer: { text: "No", tokens: [{ text: "No", probability: 0.6 }] },
  random: [0.9, 0.8],
  allSets: true,
  p: 1 / 3,
  verdict: "chance",
  topAttention: { positions: [3], masked: 0.5 },
  minimal: { evidence: { kind: "tokens", positions: [2] }, masked: 0.1, evaluations: 1, isMinimal: true },
};

/** One result of every kind. */
export const exampleMeasures: readonly MeasureResult[] = [
  {
    request: {
      kind: "verify",
      token: 0,
      evidence: { kind: "tokens", positions: [2, 5] },
      source: { kind: "causes", layer: 1, head: 0, radius: 1, ...causalSettings },
      fill: "mean",
      confirm: ["others"],
      score: "log-probability",
      nulls: ["shifted", "random"],
      sets: 99,
      seed: 0,
      minimal: true,
    },
    original: { score: -0.105, probability: 0.9 },
    masked: { score: -2.303, probability: 0.1 },
    answer: { text: "No", tokens: [{ text: "No", probability: 0.6 }] },
    parts: [
      {
        kind: "image",
        evidence: { kind: "tokens", positions: [2] },
        verdict: "depends",
        masked: { score: -1.609, probability: 0.2 },
        whole: { score: -2.996, probability: 0.05 },
        tests: [
          {
            ...{ intervention: "mean", nullSets: "shifted", fall: 1.504, share: 0.52, p: 0.05 },
            ...{ used: 3, available: 23, asMuch: 0, stopped: false, power: 0.6, falls: [0.1, -0.2, 0.4] },
          },
          {
            ...{ intervention: "mean", nullSets: "random", fall: 1.504, share: 0.52, p: 0.1 },
            ...{ used: 2, available: 9, asMuch: 0, stopped: false, power: 0, falls: [0.3, 0.2] },
          },
          {
            ...{ intervention: "others", nullSets: "shifted", fall: 1.2, share: null, p: 0.04 },
            ...{ used: 2, available: 23, asMuch: 0, stopped: false, power: 0.6, falls: [0.3, 0.2] },
          },
        ],
      },
      {
        kind: "text",
        evidence: { kind: "tokens", positions: [5] },
        verdict: "few",
        masked: { score: -0.223, probability: 0.8 },
        whole: { score: -0.511, probability: 0.6 },
        tests: [
          {
            ...{ intervention: "knock-out", nullSets: "words", fall: 0.118, share: 0.29, p: 2 / 3 },
            ...{ used: 2, available: 2, asMuch: 1, stopped: false, power: 0, falls: [0.2, 0] },
          },
        ],
      },
    ],
    leftOut: [8],
    topAttention: { positions: [3, 6], masked: { score: -0.693, probability: 0.5 } },
    minimal: {
      evidence: { kind: "tokens", positions: [2] },
      masked: { score: -2.207, probability: 0.11 },
      evaluations: 1,
      isMinimal: true,
    },
  },
  {
    request: { kind: "curves", token: 0, over: "patches", methods: ["attention"], fill: "blur", seed: 1 },
    shares: [0, 1],
    methods: [{ method: "attention", deletion: curve, insertion: curve }],
    random: { orders: 10, deletion: band, insertion: band },
    center: { deletion: curve, insertion: curve },
  },
  { request: { kind: "occlusion", token: 0, fill: "noise", seed: 0 }, original: 0.9 },
  {
    request: { kind: "random-weights", token: 0, methods: ["rollout"], seed: 0 },
    methods: [{ method: "rollout", correlation: null }],
  },
  {
    request: { kind: "grounding", seed: 0 },
    otherPictures: 8,
    tokens: [0, 1, 2].map(() => ({
      parts: { blank: 0.2, others: 0.1, attention: 0.5, relevancy: null },
      score: 0.4,
    })),
  },
  {
    request: { kind: "place", token: 0, positions: [2], fill: "mean", seed: 0 },
    original: 0.9,
    withoutPlace: 0.9,
    onlyPlace: 0.1,
    withoutImage: 0.2,
    verdict: "wrong-place",
  },
  {
    request: {
      kind: "picture-noise",
      token: 0,
      layer: 1,
      head: 0,
      ...causalSettings,
      deviation: 4,
      repeats: 10,
      seed: 0,
    },
    count: 10,
    edges: [{ a: 2, b: 5, count: 9 }],
    explaining: [{ position: 2, count: 9 }],
  },
  {
    request: {
      kind: "flow",
      token: 0,
      bands: 2,
      edges: 40,
      randomGraphs: 100,
      score: "log-probability",
      seed: 0,
    },
    original: -0.1,
    blocked: -4.1,
    groups: [
      { name: "top left", kind: "region", positions: [1, 2] },
      { name: "t20", kind: "words", positions: [5] },
      { name: "template", kind: "template", positions: [8] },
      { name: "earlier answer", kind: "answer", positions: [7] },
      { name: "answer", kind: "target", positions: [16] },
    ],
    edges: [
      { from: [5], to: [16], layers: [1, 1], estimate: 2.5, effect: 3, kept: true },
      { from: [1, 2], to: [5], layers: [0, 0], estimate: 1.5, effect: 0.5, kept: true },
      { from: [7], to: [16], layers: [0, 0], estimate: -0.1, effect: null, kept: false },
    ],
    faithfulness: 0.9,
    necessity: 0.8,
    randomGraphs: [{ faithfulness: 0.2, necessity: -0.1 }],
    p: { faithfulness: 0.5, necessity: 0.5 },
    spearman: null,
    calls: 51,
  },
  {
    request: {
      kind: "patching",
      other: "20260101-abcdef",
      token: 0,
      bands: 2,
      heads: true,
      region: [1],
      score: { contrast: 7 },
      seed: 0,
    },
    own: 3.5,
    other: -1.5,
    verdict: "measured",
    groups: [
      { name: "chosen region", kind: "region", positions: [1] },
      { name: "rest of the picture", kind: "picture", positions: [2, 3, 4] },
      { name: "question", kind: "words", positions: [5] },
      { name: "last position", kind: "last", positions: [16] },
    ],
    unmatched: 1,
    bands: [
      [0, 0],
      [1, 1],
    ],
    states: {
      restored: [
        [0.9, 0.1, 0, 0.2],
        [0.1, 0, -0.02, 1],
      ],
      removed: [
        [0.7, 0.2, 0, 0.1],
        [0, 0, 0.01, 1],
      ],
    },
    heads: {
      last: {
        restored: [
          [0.3, 0],
          [0.1, 0.02],
        ],
        removed: [
          [0.01, 0.2],
          [0, 0.06],
        ],
      },
      all: {
        restored: [
          [0.4, 0],
          [0.1, 0.02],
        ],
        removed: [
          [0.01, 0.25],
          [0, 0.06],
        ],
      },
    },
    prior: [
      { layer: 0, head: 1, removed: 0.2, off: 0.15 },
      { layer: 1, head: 1, removed: 0.06, off: -0.01 },
    ],
    calls: 34,
  },
  {
    request: {
      kind: "minimal",
      token: 0,
      kinds: ["image", "text"],
      order: "relevancy",
      nullSets: 99,
      score: "log-probability",
      seed: 0,
    },
    image: {
      verdict: "verified",
      chosenBy: "mean",
      order: "edges",
      wholeFall: 2.5,
      original: 0.9,
      without: 0.07,
      units: 10,
      sets: [
        {
          positions: [2, 10],
          necessity: 0.95,
          sufficiency: 0.9,
          without: 0.08,
          alone: 0.7,
          minimal: true,
          confirmed: true,
          confirmedBy: [
            { intervention: "others", necessity: 0.8, p: 0.01, nullSets: 99 },
            { intervention: "knock-out", necessity: 0.7, p: 0.02, nullSets: 99 },
          ],
        },
      ],
      exhausted: true,
      calls: 230,
    },
    text: {
      verdict: "nothing to test",
      chosenBy: "knock-out",
      order: "edges",
      wholeFall: 0.01,
      original: 0.9,
      without: 0.89,
      units: 3,
      sets: [],
      exhausted: true,
      calls: 2,
    },
  },
  {
    request: { kind: "dependence", token: 0, score: "log-probability", seed: 0 },
    verdict: "depends",
    original: { score: -0.105, probability: 0.9, said: { id: 9, text: "t9", probability: 0.9 } },
    without: [{ intervention: "mean", score: -2.303, probability: 0.1, said: { id: 7, text: "t7", probability: 0.6 } }],
  },
  {
    request: { kind: "cleann", token: 0, layer: 1, ...causalSettings, fill: "mean", budget: 50, seed: 0 },
    heads: [
      {
        members: 3,
        sets: [[2], [10]],
        first: 2,
        calls: 3,
        complete: true,
        attention: { positions: [2, 5], calls: 2 },
      },
      {
        members: 12,
        sets: [],
        first: null,
        calls: 50,
        complete: false,
        attention: { positions: null, calls: 13 },
      },
      {
        members: 0,
        noGraph: "No token before this one gets more than 0.005 of this head's attention; lower the threshold.",
        sets: [],
        first: null,
        calls: 0,
        complete: true,
        attention: { positions: null, calls: 0 },
      },
    ],
    calls: 67,
  },
  {
    request: { kind: "regions", token: 0, regions: 4, budget: 20, fill: "mean", seed: 0 },
    original: 0.9,
    without: 0.1,
    order: [
      { positions: [1, 2], gain: 0.7, insight: 0.8, necessity: 0.5 },
      { positions: [3, 4], gain: 0.1 },
    ],
    chosen: 1,
    calls: 12,
  },
];

/**
 * 20 tokens: BOS 0, image 0 at 1-4 (2 x 2), question 5-6, earlier answer 7, stop 8, image 1 at 9-14 (2 x 3), question 15,
 * template 16, answer 17-19 (the last is a stop token).
 */
export function exampleDescription(): RunDescription {
  const tokens = [
    token(1, "bos", 0),
    ...imageTokens(0, { rows: 2, cols: 2 }),
    token(20, "question", 0),
    token(21, "question", 0),
    token(22, "answer", 0),
    token(2, "special", 0),
    ...imageTokens(1, { rows: 2, cols: 3 }),
    token(23, "question", 1),
    token(24, "template", 1),
    token(25, "answer", 1),
    token(26, "answer", 1),
    token(2, "special", 1),
  ];
  return {
    format: 2,
    program: "0.1.0",
    model: {
      name: "example",
      architecture: "llava",
      sha256: { config: "0".repeat(64), index: "a".repeat(64) },
      precision: "f32",
      languageLayers: 2,
      languageHeads: 3,
      visionLayers: 2,
      visionHeads: 2,
      visionClassToken: true,
    },
    messages: [
      { role: "user", content: [{ type: "image" }, { type: "text", text: "What is it?" }] },
      { role: "assistant", content: [{ type: "text", text: "A cat." }] },
      { role: "user", content: [{ type: "image" }, { type: "text", text: "And this?" }] },
    ],
    prompt: "<image>What is it? A cat.</s><image>And this?",
    answerText: " t25 t26",
    sampling: { maxNewTokens: 8, minNewTokens: 0, temperature: 0, topP: 1, topK: 0, seed: 0 },
    tokens,
    memory: [],
    images: [
      picture({
        name: "cat.png",
        width: 40,
        height: 30,
        grids: [{ rows: 2, cols: 2, box: { left: 5, top: 0, width: 30, height: 30 } }],
      }),
      picture({
        name: "dog.png",
        width: 60,
        height: 40,
        grids: [{ rows: 2, cols: 3, box: { left: 0, top: 0, width: 60, height: 40 } }],
      }),
    ],
    answer: { start: 17, end: 20 },
    answerTokens: [25, 26, 2].map((id) => ({
      probability: 0.5,
      logit: 3.25,
      alternatives: [
        { id, text: ` t${id}`, probability: 0.5 },
        { id: 3, text: "é", probability: 0.25 },
      ],
    })),
    stopped: true,
    record: "default",
    methods: { attention: {}, rollout: { heads: "mean" } },
    causes: [exampleCauses],
    measures: exampleMeasures,
    warnings: ["config.json says the image token twice, as image_token_id 7 and image_token_index 8; 7 is used."],
    timings: { generate: 12.5 },
    created: "2026-11-24T02:00:00.000Z",
  };
}

/** A tensor whose entry i is i / 1000 plus `offset`, so that every entry can be told from the others. */
export function numbered(dims: readonly number[], offset = 0): FloatTensor {
  return floatTensor(
    dims,
    Float32Array.from({ length: elementCount(dims) }, (_, i) => offset + i / 1000),
  );
}

/** Tensors of the example: layer 0 with the rows 5, 6, 15 to 18, layer 1 with all, vision means of layer 0, every head of layer 1. */
export function exampleTensors(): Map<string, Tensor> {
  const length = 20;
  const queries = [5, 6, 15, 16, 17, 18];
  const all = Array.from({ length }, (_, i) => i);
  return new Map<string, Tensor>([
    ["image.0", byteTensor([3], Uint8Array.of(1, 2, 3))],
    ["image.1", byteTensor([5], Uint8Array.of(4, 5, 6, 7, 8))],
    ["image.1.edited", byteTensor([1], Uint8Array.of(9))],
    [
      "input_ids",
      intTensor(
        [length],
        Int32Array.from(exampleDescription().tokens, ({ id }) => id),
      ),
    ],
    ["language.attention.0", numbered([3, queries.length, length])],
    ["language.attention.0.queries", intTensor([queries.length], Int32Array.from(queries))],
    ["language.attention.1", numbered([3, length, length], 100)],
    ["language.attention.1.queries", intTensor([length], Int32Array.from(all))],
    ["language.norms", numbered([3, length], 1)],
    ["vision.attention.mean.0", numbered([2, 7, 7])],
    ["vision.attention.1", numbered([2, 2, 7, 7], 200)],
    ["logits", numbered([3, 30])],
    ["rollout", numbered([3, length])],
    ["relevancy.exact.language", numbered([3, length])],
    ["relevancy.exact.vision", numbered([3, 10])],
    ["relevancy.exact.combined", numbered([3, 10])],
    ["relevancy.reference.language", numbered([3, length], 1)],
    ["relevancy.reference.vision", numbered([3, 10], 2)],
    ["relevancy.reference.combined", numbered([3, 10], 3)],
    ["relevancy.reference.combined2", numbered([3, 10], 4)],
    ["gradient-rollout", numbered([3, length], 5)],
    ["grad-cam", numbered([3, 10], 6)],
    ["lrp.language", numbered([3, length], -0.03)],
    ["lrp.vision", numbered([3, 10], -0.01)],
    ["tam", numbered([3, 10], 7)],
    ["integrated-gradients", numbered([3, 10], -0.02)],
    ["integrated-gradients.ends", numbered([3, 2])],
    ["lens.positions", intTensor([13], Int32Array.of(1, 2, 3, 4, 9, 10, 11, 12, 13, 14, 16, 17, 18))],
    ["lens.ids", intTensor([3, 13, 5])],
    ["lens.logits", numbered([3, 13, 5])],
    ["lens.logsumexp", numbered([3, 13])],
    ["lens.answer", numbered([3, 13, 3])],
    ["lens.rival", numbered([3, 3])],
    ["causal.1.2.0.marks", byteTensor([4, 4])],
  ]);
}

/** The whole file of an encoded run. */
export function fileBytes({ header, chunks }: { header: Uint8Array; chunks: readonly Uint8Array[] }): Uint8Array {
  return new Uint8Array(Buffer.concat([header, ...chunks]));
}
