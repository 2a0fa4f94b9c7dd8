/**
 * @file Tests of derivatives through whole blocks: of the inputs, and of the probabilities of attention, which finite differences vary as
 * inputs of what follows them.
 */
import { describe, expect, test } from "vitest";
import {
  buildCase,
  drawn,
  expectGradients,
  indices,
  named,
  type GradientCase,
  type Operand,
} from "../../test/support/gradient-check.ts";
import { evaluate } from "../../test/support/reference-interpreter.ts";
import type { Activation, LanguageConfig, LlavaConfig, VisionConfig } from "../checkpoint/types.ts";
import { causalMask } from "../../test/support/causal-mask.ts";
import { addGradients } from "../graph/gradient.ts";
import type { Value } from "../graph/graph.ts";
import { attention } from "./blocks/attention.ts";
import { rotate, rotaryFrequencies, rotaryTables } from "./blocks/rotary.ts";
import { windowAttention, windowFeeds } from "./blocks/window-attention.ts";
import { llava } from "./llava.ts";
import { decoder } from "./decoder.ts";
import { namesUnder } from "./weight-names.ts";

const rows = 4;

function maskOperand(): Operand {
  return { dims: [rows, rows], declared: ["rows", "rows"], numbers: Array.from(causalMask(rows).data) };
}

function rotaryOperands(headWidth: number, positions = [0, 1, 2, 3]): Operand[] {
  const { cos, sin } = rotaryTables(
    rotaryFrequencies({ type: "default", theta: 100 }, headWidth),
    positions.map((position) => [position]),
  );
  return [cos, sin].map(({ dims, data }) => ({
    dims,
    declared: ["rows", ...dims.slice(1)],
    numbers: Array.from(data),
  }));
}

function attentionCase([heads, kvHeads, width]: readonly [number, number, number], masked: boolean): GradientCase {
  const operand = (count: number) => named(["rows", count, width], rows, count, width);
  return {
    name: `${heads} heads on ${kvHeads} of width ${width}, ${masked ? "causal" : "every key"}`,
    operands: [operand(heads), operand(kvHeads), operand(kvHeads), ...(masked ? [maskOperand()] : [])],
    build(g, [query, key, value, mask]) {
      const context = attention(g, { query: query!, key: key!, value: value!, mask, site: "probs" });
      return { results: [context], inner: [g.siteValue("probs")] };
    },
  };
}

function visionConfig(kind: VisionConfig["kind"], activation: Activation): VisionConfig {
  const sizes = { width: 6, layers: 2, heads: 2, intermediate: 5, imageSize: 5, patchSize: 2, channels: 2 };
  return { kind, activation, layerNormEps: 1e-5, ...sizes };
}

function languageConfig(overrides: Partial<LanguageConfig> = {}): LanguageConfig {
  return {
    width: 6,
    layers: 2,
    heads: 4,
    keyValueHeads: 2,
    headWidth: 4,
    intermediate: 5,
    vocabulary: 7,
    activation: "silu",
    rmsNormEps: 1e-5,
    rope: { type: "default", theta: 100 },
    maxPositions: 16,
    attentionBias: false,
    attentionOutputBias: false,
    mlpBias: false,
    tiedEmbeddings: false,
    ...overrides,
  };
}

const names = { transformer: namesUnder(["language."]), head: namesUnder(["head."]) };

function languageLayer(config: LanguageConfig): GradientCase {
  const { heads, keyValueHeads, headWidth, width } = config;
  return {
    name: `a language layer of ${heads} heads on ${keyValueHeads}, biases ${config.attentionBias}, norms on both sides ${config.postNorms ?? false}`,
    operands: [named(["rows", width], rows, width), maskOperand(), ...rotaryOperands(config.rotaryWidth ?? headWidth)],
    build(g, [hidden, mask, cos, sin]) {
      const inputs = { index: 0, mask: mask!, rotary: { cos: cos!, sin: sin! } };
      const result = decoder(config, names).layer(g, hidden!, inputs);
      return { results: [result], inner: [g.siteValue("language.layers.0.attention.probs")] };
    },
  };
}

/** Rows 1 and 3 alone, over keys and values of four positions. */
function rowLayer(config: LanguageConfig): GradientCase {
  const { keyValueHeads, headWidth, width } = config;
  const past = drawn(rows, keyValueHeads, headWidth);
  const visible = [1, 3].flatMap((row) => [0, 1, 2, 3].map((position) => (position < row ? 0 : -Infinity)));
  const tables = rotaryOperands(headWidth, [1, 3]).map((table) => ({ ...table, declared: undefined }));
  return {
    name: `a language layer for some rows alone, ${config.heads} heads on ${keyValueHeads}`,
    operands: [drawn(2, width), { dims: [2, rows], numbers: visible }, ...tables, past, past],
    build(g, [hidden, mask, cos, sin, pastKey, pastValue]) {
      const rotary = { cos: cos!, sin: sin! };
      const inputs = { index: 0, mask: mask!, rotary, pastKey: pastKey!, pastValue: pastValue! };
      const result = decoder(config, names).rowLayer(g, hidden!, inputs);
      return { results: [result], inner: [g.siteValue("language.layers.0.attention.probs")] };
    },
  };
}

/** From the ids to the log-probability of a token after the last row. */
function languageModel(config: LanguageConfig): GradientCase {
  const model = decoder(config, names);
  return {
    name: `a language model with ${config.tiedEmbeddings ? "tied" : "separate"} embeddings`,
    operands: [
      { ...indices(3, 1, 3, 6), declared: ["rows"] },
      indices(5),
      maskOperand(),
      ...rotaryOperands(config.headWidth),
    ],
    build(g, [ids, answer, mask, cos, sin]) {
      const embedded = model.embedding(g, ids!);
      let hidden = embedded;
      for (let index = 0; index < config.layers; index++)
        hidden = model.layer(g, hidden, { index, mask: mask!, rotary: { cos: cos!, sin: sin! } });
      const logits = model.head(g, model.finalNorm(g, g.lastRow(hidden)));
      const logit = g.gather(logits, answer!, 1);
      const score = g.sub(logit, g.reduceLogSumExp(logits, { axes: [1], keep: true }));
      const probabilities = [0, 1].map((index) => g.siteValue(`language.layers.${index}.attention.probs`));
      const [table] = g.build().weights;
      return { results: [score], inner: [...probabilities, embedded, table!.value] };
    },
  };
}

/** Attention within windows of 3, 1 and 2 tokens. */
function windowCase(heads: number, width: number): GradientCase {
  const bounds = [0, 3, 4, 6];
  const feeds = windowFeeds(bounds);
  const names = [...feeds.keys()];
  const operands = [...feeds.values()].map(({ type, dims, data }): Operand =>
    type === "i32" ? indices(...data) : { dims, numbers: Array.from(data) },
  );
  const part = drawn(6, heads, width);
  return {
    name: `${heads} heads of width ${width} within windows`,
    operands: [part, part, part, ...operands],
    build(g, [query, key, value, ...fed]) {
      const feedOf = (name: string) => fed[names.indexOf(name)]!;
      const context = windowAttention(g, { query: query!, key: key!, value: value!, feed: feedOf, site: "probs" });
      return { results: [context], inner: [g.siteValue("probs")] };
    },
  };
}

/** The towers of LLaVA read nothing beside the hidden states. */
function feed(name: string): never {
  throw new Error(`unexpected feed "${name}"`);
}

function visionModel(kind: VisionConfig["kind"], activation: Activation): GradientCase {
  const vision = visionConfig(kind, activation);
  const config: LlavaConfig = {
    architecture: "llava",
    vision,
    language: languageConfig(),
    projector: { activation: "gelu", bias: true },
    visionFeatureLayer: -1,
    visionFeatureSelect: kind === "clip" ? "default" : "full",
    imageTokenId: 0,
  };
  const { vision: tower } = llava(config);
  return {
    name: `a ${kind} tower with ${activation}, from pixels to image tokens`,
    operands: [drawn(vision.channels, vision.imageSize, vision.imageSize)],
    build(g, [pixels]) {
      const embedded = tower.embedding(g, pixels!, feed);
      const hidden = tower.layer(g, tower.layer(g, embedded, { index: 0, feed }), { index: 1, feed });
      const probabilities = [0, 1].map((index) => g.siteValue(`vision.layers.${index}.attention.probs`));
      return {
        results: [tower.projection(g, hidden, { earlier: [], feed, pixelDims: pixels!.dims as number[] })],
        inner: [embedded, ...probabilities],
      };
    },
  };
}

const blocks: readonly GradientCase[] = [
  attentionCase([2, 2, 3], false),
  attentionCase([1, 1, 2], true),
  attentionCase([4, 2, 3], true),
  attentionCase([6, 2, 2], false),
  attentionCase([3, 1, 4], true),
  windowCase(2, 3),
  {
    name: "rotary embedding",
    operands: [named(["rows", 2, 6], rows, 2, 6), ...rotaryOperands(6)],
    build: (g, [x, cos, sin]) => ({ results: [rotate(g, x!, { cos: cos!, sin: sin! })] }),
  },
  visionModel("clip", "quick_gelu"),
  visionModel("siglip", "gelu_pytorch_tanh"),
  languageLayer(languageConfig()),
  languageLayer(
    languageConfig({
      heads: 3,
      keyValueHeads: 1,
      attentionBias: true,
      attentionOutputBias: true,
      mlpBias: true,
      activation: "gelu",
    }),
  ),
  languageLayer(
    languageConfig({
      ...{ normOffset: 1, queryKeyNorm: true, postNorms: true, fusedProjections: true },
      ...{ attentionScale: 0.3, attentionSoftcap: 1.5, rotaryWidth: 2 },
    }),
  ),
  rowLayer(languageConfig()),
  rowLayer(languageConfig({ heads: 2, attentionSoftcap: 1.5, attentionScale: 0.9, queryKeyNorm: true })),
  rowLayer(languageConfig({ heads: 3, keyValueHeads: 3, attentionBias: true })),
  languageModel(languageConfig({ headWidth: 2 })),
  languageModel(languageConfig({ headWidth: 2, embeddingScale: 2.5, logitSoftcap: 2 })),
  languageModel(languageConfig({ headWidth: 2, tiedEmbeddings: true })),
];

describe("addGradients through blocks", () => {
  test.each(blocks.map((each, i) => [each.name, 1 + i, each] as const))("%s, seed %i", async (_, seed, each) => {
    await expectGradients(each, seed);
  });

  test("every asked value of a block has a derivative, in its shape", () => {
    for (const each of blocks) {
      const { asked, gradients } = buildCase(each);
      expect(asked.map((value) => gradients.get(value)?.dims)).toEqual(asked.map(({ dims }) => dims));
    }
  });

  test.each([0, 1, 3])("row %i alone has the value and the derivative that it has in the whole sequence", (row) => {
    const config = languageConfig();
    const model = decoder(config, names);
    const fixed = [maskOperand(), ...rotaryOperands(config.headWidth)].map((each) => ({
      ...each,
      declared: undefined,
    }));
    const { g, given, results } = buildCase({
      name: "differences",
      operands: [drawn(rows, config.width), drawn(1, config.width), ...fixed],
      build(g, [hidden, seed, mask, cos, sin]) {
        const own = (x: Value) => g.slice(x, { axis: 0, start: row, end: row + 1 });
        const whole = model.layer(g, hidden!, { index: 0, mask: mask!, rotary: { cos: cos!, sin: sin! } });
        const earlier = Array.from({ length: rows }, (_, position) => (position < row ? 0 : -Infinity));
        const ownHidden = own(hidden!);
        const unnamed = { ...g, site: (_: string, value: Value) => value };
        const alone = model.rowLayer(unnamed, ownHidden, {
          index: 0,
          mask: g.constant(earlier, [1, rows]),
          rotary: { cos: own(cos!), sin: own(sin!) },
          pastKey: g.siteValue("language.layers.0.attention.key"),
          pastValue: g.siteValue("language.layers.0.attention.value"),
        });
        const derivative = (of: Value, result: Value) =>
          addGradients(g, { seeds: new Map([[result, seed!]]), of: [of] });
        const expected = derivative(hidden!, own(whole)).get(hidden!)!;
        const found = derivative(ownHidden, alone).get(ownHidden)!;
        return { results: [g.sub(alone, own(whole)), g.sub(found, own(expected))] };
      },
    });
    const values = evaluate(g.nodes(), given);
    for (const difference of results) {
      expect(values.get(difference.name)!.data).toBeCloseToArray(new Float64Array(config.width), 1e-12);
    }
  });
});
