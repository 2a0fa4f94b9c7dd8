/** @file Tests of interventions: knock-out and ablated heads against loops in double precision, in traces and in generation. */
import { describe, expect, test } from "vitest";
import { loadParityModel, openParityCase } from "../../test/support/parity-case.ts";
import { plainLlama } from "../../test/support/plain-llama.ts";
import { openRandomCheckpoint, writeRandomCheckpoint } from "../../test/support/random-checkpoint.ts";
import { argmax, randomEmbedded } from "../../test/support/random-question.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { embedPrompt } from "./embed.ts";
import { generate } from "./generate.ts";
import { withinLength, type Intervention } from "./intervention.ts";
import { loadModel } from "../local-model/load-model.ts";
import type { Model } from "./model.ts";
import { defaultSampling } from "../run/question-limits.ts";
import type { Tap } from "./taps.ts";
import { traceLanguage } from "./trace.ts";

const sizes = { layers: 3, heads: 6, kvHeads: 3, headWidth: 12 };
const overrides = {
  text: { num_hidden_layers: 3, num_attention_heads: 6, num_key_value_heads: 3, head_dim: 12 },
};
const { tensors } = await writeRandomCheckpoint(overrides);
const model = await loadModel(await openRandomCheckpoint(overrides), {
  cacheFolder: temporaryFolder(),
  maxMemoryBytes: 2 ** 32,
});
const { ids, embedded: sequence } = await randomEmbedded(model);
const { embedded } = sequence;
const rows = ids.length;

async function traced(of: Model, taps: readonly Tap[], intervention?: Intervention): Promise<Float32Array[]> {
  const { embedded: input } = await randomEmbedded(of);
  const captures = await traceLanguage(of, input, { taps, intervention });
  return taps.map((tap) => captures.get(tap)!.data);
}

const everyPosition = Array.from({ length: rows }, (_, i) => i);

const sets: readonly Intervention[] = [
  {},
  { knockOut: [3] },
  { knockOut: [9, 1, 2, 14, 9] },
  { knockOut: Array.from({ length: rows - 1 }, (_, i) => i + 1) },
  { heads: [{ layer: 1, head: 4 }] },
  {
    knockOut: [5, rows - 2],
    heads: [
      { layer: 0, head: 0 },
      { layer: 2, head: 5 },
      { layer: 2, head: 1 },
    ],
  },
  { edges: [{ from: [2, 3, 7], to: [rows - 1] }] },
  { edges: [{ from: [4], to: everyPosition, layers: [1], heads: [3] }] },
  {
    edges: [
      { from: [0, 5, 6], to: [7, 8, 9], layers: [0, 2] },
      { from: [5, 6, 10], to: [7, 8, 9], heads: [0, 5] },
      { from: [8], to: [8, 12], layers: [2], heads: [1, 2] },
      { from: [0, 5, 6], to: [12, 13], layers: [0, 2] },
    ],
  },
  // Rows that have nothing left to read: of some heads, and of all.
  { edges: [{ from: everyPosition, to: [6, rows - 1], layers: [1], heads: [2, 3] }] },
  { edges: [{ from: everyPosition, to: everyPosition, layers: [0, 1] }] },
  {
    knockOut: [5, 6],
    edges: [{ from: [0, 1, 2, 3, 4, 7], to: [7, 9] }],
    heads: [{ layer: 1, head: 0 }],
  },
];

describe("a trace under an intervention", () => {
  test.each(sets)("gives the logits of loops in double precision, %j", async (intervention) => {
    const { knockOut = [], edges = [], heads = [] } = intervention;
    const width = embedded.dims[1]!;
    const expected = plainLlama(
      Array.from({ length: rows }, (_, row) => [...embedded.data.subarray(row * width, (row + 1) * width)]),
      {
        ...sizes,
        tensors,
        knockedOut: (position) => knockOut.includes(position),
        cut: ({ layer, head, query, key }) =>
          edges.some(
            (edge) =>
              edge.from.includes(key) &&
              edge.to.includes(query) &&
              (edge.layers?.includes(layer) ?? true) &&
              (edge.heads?.includes(head) ?? true),
          ),
        ablated: (layer, head) => heads.some((other) => other.layer === layer && other.head === head),
      },
    );
    const [logits] = await traced(model, [{ site: "logits" }], intervention);
    expect(logits).toBeCloseToArray(expected.flat(), 2e-5);
  });

  test("later queries give a knocked-out position exactly nothing, in every layer and head, and what it had goes to the rest", async () => {
    const knockOut = [4, 11];
    const taps = [0, 1, 2].map((layer): Tap => ({ site: `language.layers.${layer}.attention.probs` }));
    const [full] = await traced(model, taps);
    const maps = await traced(model, taps, { knockOut });
    for (const map of maps) {
      for (let start = 0; start < map.length; start += rows) {
        const query = (start / rows) % rows;
        for (const position of knockOut) {
          if (query > position) expect(map[start + position]).toBe(0);
          if (query === position) expect(map[start + position]).toBeGreaterThan(0);
        }
        expect(map.subarray(start, start + rows).reduce((sum, x) => sum + x, 0)).toBeCloseTo(1, 5);
      }
    }
    // The scores of the first layer are those of the untouched model.
    const expected = Array.from(full!, (probability, at) => {
      const query = Math.floor(at / rows) % rows;
      const hidden = knockOut.filter((position) => query > position);
      const start = at - (at % rows);
      const kept = 1 - hidden.reduce((sum, position) => sum + full![start + position]!, 0);
      return hidden.includes(at % rows) ? 0 : probability / kept;
    });
    expect(maps[0]).toBeCloseToArray(expected, 1e-6);
  });

  test("nothing before a knocked-out position changes, nor it itself", async () => {
    const tap: Tap = { site: "language.layers.2.residual" };
    const [[full], [without]] = await Promise.all([traced(model, [tap]), traced(model, [tap], { knockOut: [7, 9] })]);
    const width = embedded.dims[1]!;
    expect(without!.slice(0, 8 * width)).toEqual(full!.slice(0, 8 * width));
    expect(without!.slice(8 * width)).not.toEqual(full!.slice(8 * width));
  });

  test("one that takes nothing away leaves every bit as it is", async () => {
    const taps: Tap[] = [{ site: "logits" }, { site: "language.layers.1.attention.probs" }];
    const plain = await traced(model, taps);
    expect(await traced(model, taps, {})).toEqual(plain);
    expect(await traced(model, taps, { knockOut: [], heads: [] })).toEqual(plain);
    // No position follows the last one.
    expect(await traced(model, taps, { knockOut: [rows - 1] })).toEqual(plain);
    // No position reads a later one.
    const backward = [{ from: [rows - 1, 9], to: [1, 4, 8] }];
    expect(await traced(model, taps, { edges: backward })).toEqual(plain);
    expect(await traced(model, taps, { edges: [{ ...backward[0]!, heads: [2] }] })).toEqual(plain);
  });

  test("edges that are cut leave every other row of their layer as it is, bit for bit", async () => {
    const tap: Tap = { site: "language.layers.1.attention.probs" };
    const [full] = await traced(model, [tap]);
    const [without] = await traced(model, [tap], { edges: [{ from: [2, 5], to: [9, 11], layers: [1], heads: [4] }] });
    for (const [at, probability] of without!.entries()) {
      const [head, query, key] = [Math.floor(at / rows / rows), Math.floor(at / rows) % rows, at % rows];
      if (head !== 4 || (query !== 9 && query !== 11)) expect(probability).toBe(full![at]);
      else if (key === 2 || key === 5) expect(probability).toBe(0);
      else if (key <= query) expect(probability).toBeGreaterThan(full![at]!);
    }
  });
});

const interventionCases = [
  "own-clip-llama-odd-sizes",
  "llava-siglip-llama3-gqa",
  "llava-clip-llama-f16",
  "own-paligemma2",
  "gemma3",
];

describe.each(interventionCases)("an answer under an intervention, %s", async (name) => {
  const checkpoint = await loadParityModel(await openParityCase(name));
  const question = await randomEmbedded(checkpoint);
  const promptLength = question.ids.length;
  const answer = (intervention?: Intervention) =>
    generate(checkpoint, question.embedded, {
      sampling: defaultSampling,
      maxNewTokens: 6,
      stopTokenIds: [],
      intervention,
    });

  test.each<Intervention>([
    { knockOut: [3] },
    { knockOut: [1, 2, 5, 9, promptLength - 1] },
    { knockOut: [6, promptLength, promptLength + 1] },
    { heads: [{ layer: 0, head: 1 }] },
    {
      knockOut: [4, 7],
      heads: [
        { layer: 1, head: 0 },
        { layer: 1, head: 1 },
      ],
    },
    { edges: [{ from: [2, 4, 5], to: [promptLength - 1, promptLength, promptLength + 2], layers: [1] }] },
    {
      knockOut: [7],
      edges: [
        { from: [0, 3, promptLength], to: [promptLength - 1, promptLength + 1], heads: [0] },
        { from: [1, 2, 3, 4], to: [5, 6, promptLength + 2], layers: [0] },
        { from: [promptLength + 1], to: [promptLength + 3] },
      ],
      heads: [{ layer: 1, head: 1 }],
    },
    {
      edges: [{ from: Array.from({ length: promptLength + 6 }, (_, i) => i), to: [promptLength + 1], heads: [1] }],
    },
  ])("is token by token the best one of a trace under it, %j", async (intervention) => {
    const soFar = [...question.ids];
    for (const id of (await answer(intervention)).ids) {
      const tap: Tap = { site: "logits", rows: [soFar.length - 1] };
      const sequence = await embedPrompt(checkpoint, soFar, [question.encoded], promptLength);
      const captures = await traceLanguage(checkpoint, sequence, {
        taps: [tap],
        intervention: withinLength(intervention, soFar.length),
      });
      const logits = captures.get(tap)!.data;
      // The cached form must take the traced form's best token, or one within rounding of it.
      expect(logits[argmax(logits)]! - logits[id]!).toBeLessThan(1e-4);
      soFar.push(id);
    }
  });

  test("is the plain answer if nothing is masked", async () => {
    const plain = await answer();
    for (const nothing of [{}, { knockOut: [], edges: [], heads: [] }]) expect(await answer(nothing)).toEqual(plain);
  });
});

describe("an intervention that cannot be", () => {
  const last = rows - 1;
  const between = `the sequence has the positions 0 to ${last}; name one of 1 to ${last}`;
  test.each<[Intervention, string]>([
    [{ knockOut: [3, 0] }, "intervention: position 0 cannot be knocked out, since models park the attention"],
    [{ knockOut: [rows] }, `intervention: position ${rows} cannot be knocked out, since ${between}`],
    [{ knockOut: [-1] }, `intervention: position -1 cannot be knocked out, since ${between}`],
    [{ knockOut: [1.5] }, `intervention: position 1.5 cannot be knocked out, since ${between}`],
    [{ heads: [{ layer: 3, head: 0 }] }, "intervention: head 0 of layer 3 cannot be ablated, since the model has"],
    [{ heads: [{ layer: 0, head: 6 }] }, "the layers 0 to 2 with the heads 0 to 5; name one of these"],
    [{ heads: [{ layer: -1, head: 0.5 }] }, "intervention: head 0.5 of layer -1"],
    [
      { edges: [{ from: [rows], to: [1] }] },
      `intervention: an edge cannot be cut from position ${rows}, since there are 0`,
    ],
    [{ edges: [{ from: [1], to: [-1] }] }, `to position -1, since there are 0 to ${last}; name one of these`],
    [{ edges: [{ from: [1], to: [2.5] }] }, "intervention: an edge cannot be cut to position 2.5"],
    [{ edges: [{ from: [1], fromMemory: [0], to: [2] }] }, "from memory token 0, since there is none"],
    [{ edges: [{ from: [1], to: [2], layers: [0, 3] }] }, "in layer 3, since there are 0 to 2; name one of these"],
    [{ edges: [{ from: [1], to: [2], heads: [6] }] }, "in head 6, since there are 0 to 5; name one of these"],
    [{ edges: [{ from: [], to: [2] }] }, "intervention: an edge to cut has no key; name at least one"],
    [{ edges: [{ from: [1], to: [] }] }, "intervention: an edge to cut has no query; name at least one"],
    [{ edges: [{ from: [1], to: [2], layers: [] }] }, "has no layer; name at least one or leave the list out"],
    [{ edges: [{ from: [1], to: [2], heads: [] }] }, "has no head; name at least one or leave the list out"],
  ])("is refused, %j", async (intervention, message) => {
    await expect(traceLanguage(model, sequence, { taps: [], intervention })).rejects.toThrow(message);
    const room = { sampling: defaultSampling, maxNewTokens: 0, stopTokenIds: [] };
    await expect(generate(model, sequence, { ...room, intervention })).rejects.toThrow(message);
  });
});
