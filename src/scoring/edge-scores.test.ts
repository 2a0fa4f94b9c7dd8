/**
 * @file Scores of edges of whole models: from PyTorch's attention maps and their derivatives, and by forward passes in which an edge is made a
 * little weaker.
 */
import { beforeAll, describe, expect, test } from "vitest";
import {
  encodeParity,
  languageMap,
  largest,
  loadParityModel,
  openParityCase,
  type ParityCase,
} from "../../test/support/parity-case.ts";
import { logSumExp } from "../methods/probability.ts";
import type { SequencePlan } from "../models/plan.ts";
import { attentionLayers, keysOfLayer } from "../engine/attention-layers.ts";
import { edgeScores } from "./edge-scores.ts";
import { embedPrompt, type Sequence } from "../engine/embed.ts";
import type { Model } from "../engine/model.ts";
import type { TargetKind } from "../engine/target.ts";
import { traceLanguage } from "../engine/trace.ts";

const families = ["llava-siglip-llama3-gqa", "own-paligemma2", "gemma3", "qwen2-vl", "qwen3-vl", "mllama"] as const;

/** The group of a place on the key axis: three kinds of places, by turns, and some in none. */
const groupOf = (place: number) => (place % 5) - 1;
const groupCount = 4;

describe.each(families)("edges of %s", (name) => {
  let parity: ParityCase;
  let model: Model;
  let sequence: Sequence;
  let id: number;
  let position: number;
  let groups: number[];
  beforeAll(async () => {
    parity = await openParityCase(name);
    const hosted = await loadParityModel(parity);
    model = hosted;
    const { input_ids: prompt, generated_ids: answer } = parity.text;
    const images = await encodeParity(parity, hosted);
    sequence = await embedPrompt(model, [...prompt, ...answer.slice(0, -1)], images, prompt.length);
    id = answer.at(-1)!;
    position = sequence.embedded.dims[0]! - 1;
    groups = Array.from({ length: position + 1 + sequence.plan.memoryTokens }, (_, place) => groupOf(place));
  });

  test("are those of PyTorch's maps and derivatives", async () => {
    const t = parity.text.generated_ids.length - 1;
    const found = await edgeScores(model, sequence, {
      ...{ position, id, groups, groupCount },
      target: { kind: "logit" },
      // Several blocks of rows.
      blockNumbers: 2000,
    });
    const nodes = new Float64Array(groups.length);
    for (const layer of attentionLayers(model.definition.language.config, sequence.plan.memoryTokens)) {
      const maps = await languageMap(parity, "lm.attn", layer);
      const derivatives = await languageMap(parity, `grad.lm.attn.${t}`, layer);
      const [heads, queries, keys] = derivatives.dims as [number, number, number];
      const [, allQueries, allKeys] = maps.dims as [number, number, number];
      const ofMemory = keysOfLayer(model.definition.language.config, layer) === "memory";
      const sums = new Float64Array(groupCount ** 2);
      for (let head = 0; head < heads; head++) {
        for (let q = 0; q < queries; q++) {
          const a = Array.from({ length: keys }, (_, k) => maps.data[(head * allQueries + q) * allKeys + k]!);
          const gv = Array.from({ length: keys }, (_, k) => derivatives.data[(head * queries + q) * keys + k]!);
          const gz = a.reduce((sum, share, k) => sum + share * gv[k]!, 0);
          const fall = (members: readonly number[]) => {
            const share = members.reduce((sum, k) => sum + a[k]!, 0);
            const part = members.reduce((sum, k) => sum + a[k]! * gv[k]!, 0);
            return share < 1 ? (part - share * gz) / (1 - share) : 0;
          };
          const place = (k: number) => (ofMemory ? queries + k : k);
          for (let k = 0; k < keys; k++) if (ofMemory || k !== q) nodes[place(k)]! += fall([k]);
          if (groups[q]! < 0) continue;
          for (let from = 0; from < groupCount; from++) {
            const members = a.flatMap((_, k) => (groups[place(k)] === from ? [k] : []));
            sums[groups[q]! * groupCount + from]! += fall(members);
          }
        }
      }
      for (let to = 0; to < groupCount; to++) if (!ofMemory) sums[to * groupCount + to] = 0;
      const scored = found.layers[layer]!.slice();
      for (let to = 0; to < groupCount; to++) if (!ofMemory) scored[to * groupCount + to] = 0;
      expect(scored).toBeCloseToArray(sums, 2e-4 * Math.max(1, largest(Float32Array.from(sums))));
    }
    expect(found.nodes).toBeCloseToArray(nodes, 2e-4 * Math.max(1, largest(Float32Array.from(nodes))));
  });

  test("are the slope of the score as an edge gets weaker", async () => {
    const { plan } = sequence;
    const target: TargetKind = { kind: "logprob" };
    const kinds = [
      ...new Set(Array.from({ length: model.definition.language.config.layers }, (_, l) => plan.kindOf(l))),
    ];
    const edges: { layer: number; falls: Map<string, number> }[] = [];
    await edgeScores(model, sequence, {
      ...{ position, id, groups: groups.map(() => -1), groupCount: 0, target },
      onEdges(layer, firstRow, { dims, data }) {
        const [heads, rows, keys] = dims as [number, number, number];
        const falls = edges.find((each) => each.layer === layer)?.falls ?? new Map<string, number>();
        edges.push({ layer, falls });
        for (let head = 0; head < heads; head++)
          for (let row = 0; row < rows; row++)
            for (let k = 0; k < keys; k++)
              falls.set(`${head} ${firstRow + row} ${k}`, data[(head * rows + row) * keys + k]!);
      },
    });
    for (const kind of kinds.filter((each) => !plan.readsMemory(each) || plan.memoryTokens > 0)) {
      const layers = edges.filter(({ layer }) => plan.kindOf(layer) === kind);
      const maps = await probabilities(
        model,
        sequence,
        layers.map(({ layer }) => layer),
      );
      const slopeOf = (q: number, k: number) =>
        layers.reduce((sum, { layer, falls }) => {
          const { dims, data } = maps.get(layer)!;
          const [heads, rows, keys] = dims as [number, number, number];
          let slope = 0;
          for (let head = 0; head < heads; head++)
            slope += falls.get(`${head} ${q} ${k}`)! * (1 - data[(head * rows + q) * keys + k]!);
          return sum + slope;
        }, 0);
      const pairs = [...new Set(layers[0]!.falls.keys())]
        .filter((edge) => edge.startsWith("0 "))
        .map((edge) => edge.split(" ").slice(1).map(Number) as [number, number])
        .filter(([q, k]) => q !== k || plan.readsMemory(kind))
        .sort((a, b) => Math.abs(slopeOf(...b)) - Math.abs(slopeOf(...a)));
      for (const [q, k] of pairs.slice(0, 3)) {
        const score = async (less: number) => {
          const weaker = { ...sequence, plan: weakened(plan, { kind, q, k, by: less }) };
          const tap = { site: "logits", rows: [position] };
          const logits = (await traceLanguage(model, weaker, { taps: [tap] })).get(tap)!.data;
          return logits[id]! - logSumExp(logits);
        };
        const step = 0.05;
        const measured = ((await score(-step)) - (await score(step))) / (2 * step);
        expect(Math.abs(measured - slopeOf(q, k))).toBeLessThan(0.03 * Math.abs(measured) + 2e-4);
      }
    }
  });
});

/** A plan in whose layers of a kind query q attends to key k with 1 - `by` times the weight before the softmax divides. */
function weakened(
  plan: SequencePlan,
  { kind, q, k, by }: { kind: number; q: number; k: number; by: number },
): SequencePlan {
  return {
    ...plan,
    mask(asked, length, rows = Array.from({ length }, (_, row) => row)) {
      const mask = plan.mask(asked, length, rows);
      const keys = mask.dims[1]!;
      if (asked === kind) mask.data[rows.indexOf(q) * keys + k]! += Math.log(1 - by);
      return mask;
    },
  };
}

async function probabilities(model: Model, sequence: Sequence, layers: readonly number[]) {
  const taps = layers.map((layer) => ({ site: `language.layers.${layer}.attention.probs` }));
  const captures = await traceLanguage(model, sequence, { taps });
  return new Map(layers.map((layer, index) => [layer, captures.get(taps[index]!)!]));
}
