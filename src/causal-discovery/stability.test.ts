import { describe, expect, it } from "vitest";
import { randomAttention, uniformNumbers } from "../../test/support/random-graphs.ts";
import { attentionCorrelation } from "./correlation.ts";
import { graphOfSelection, headGraph } from "./head-graph.ts";
import { defaultCausalSettings } from "../run/causes.ts";
import { orderSensitivity } from "./order-sensitivity.ts";
import {
  graphFrequencies,
  graphsOverNoise,
  graphsOverRows,
  graphsOverSettings,
  graphsOverThresholds,
  settingsGrid,
} from "./stability.ts";

const size = 16;
const rows = randomAttention(size, { random: uniformNumbers(3), sharpness: 2 });
const rowOf = (position: number) => rows[position]!;
const nodes = Array.from({ length: size }, (_, node) => node);
const target = size - 1;
const grid = { alphas: [1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2], samples: [64, 128, 256, 512, 1024] };
const input = { rowOf, target, options: defaultCausalSettings };

describe("stability", () => {
  it("counts edges and explaining tokens over thirty settings as learning each alone does", () => {
    const settings = settingsGrid(defaultCausalSettings, grid);
    expect(settings).toHaveLength(30);
    const { count, edges, explaining } = graphFrequencies(graphsOverSettings({ ...input, nodes }, settings));
    const alone = settings.map((options) => graphOfSelection({ nodes }, { ...input, options }));
    expect(count).toBe(30);
    expect(edges.some((edge) => edge.count > 0 && edge.count < 30)).toBe(true);
    for (const a of nodes) {
      for (const b of nodes.slice(a + 1)) {
        const expected = alone.filter((each) => "graph" in each && each.graph.marks[a * size + b] !== 0).length;
        expect(edges.find((edge) => edge.a === a && edge.b === b)?.count ?? 0).toBe(expected);
      }
      const expected = alone.filter((each) => "graph" in each && each.explanation.members.includes(a)).length;
      expect(explaining.find(({ position }) => position === a)?.count ?? 0).toBe(expected);
    }
  });

  it("selects the tokens anew for each threshold and each further head", () => {
    const whole = { ...input, imagePositions: [1, 2, 3, 4] };
    const thresholds = [0.002, 0.01, 0.05];
    const learned = graphsOverThresholds(whole, thresholds);
    expect(learned).toEqual(
      thresholds.map((threshold) => headGraph({ ...whole, options: { ...defaultCausalSettings, threshold } })),
    );
    const other = randomAttention(size, { random: uniformNumbers(4) });
    const ofRows = graphsOverRows([rowOf, (position) => other[position]!], whole);
    expect(ofRows[0]).toEqual(headGraph(whole));
    expect(ofRows[1]).toEqual(headGraph({ ...whole, rowOf: (position) => other[position]! }));
  });

  it("repeats its noise for a seed, and gives the same graph without noise", () => {
    const learn = (deviation: number) =>
      graphsOverNoise({ ...input, nodes }, { random: uniformNumbers(5), repeats: 4, deviation });
    expect(learn(0.3)).toEqual(learn(0.3));
    expect(graphFrequencies(learn(0)).edges.every(({ count }) => count === 4)).toBe(true);
    expect(graphFrequencies(learn(1)).edges.some(({ count }) => count < 4)).toBe(true);
  });

  it("counts a head without a graph as one that has no edge", () => {
    const silent = graphsOverSettings(
      { ...input, nodes, rowOf: () => new Float64Array(size) },
      settingsGrid(input.options, grid),
    );
    expect(silent.every((each) => "reason" in each && each.reason === "zero variance")).toBe(true);
    expect(graphFrequencies(silent)).toEqual({ count: 30, edges: [], explaining: [] });
  });
});

describe("order sensitivity", () => {
  const correlation = attentionCorrelation(rowOf, nodes);
  const options = { alpha: 1e-2, samples: 256, signRule: "two-sided" } as const;

  it("is 1 where no set is tried but the empty one", () => {
    const identity = Float64Array.from(correlation, (_, i) => (i % (size + 1) === 0 ? 1 : 0));
    expect(orderSensitivity(identity, { options, random: uniformNumbers(1) })).toEqual({ edges: 1, marks: 1 });
  });

  it("repeats for a seed, is below 1 for attention, and at least as high for edges as for their marks", () => {
    const once = orderSensitivity(correlation, { options, random: uniformNumbers(1) });
    expect(once).toEqual(orderSensitivity(correlation, { options, random: uniformNumbers(1) }));
    expect(once.edges).toBeLessThan(1);
    expect(once.marks).toBeLessThanOrEqual(once.edges);
    expect(once.marks).toBeGreaterThan(0);
  });
});
