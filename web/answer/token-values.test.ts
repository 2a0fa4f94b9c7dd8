/** @file Tests of what answer tokens are colored by. */
import { describe, expect, it } from "vitest";
import { floatTensor } from "../../src/tensor/tensor.ts";
import { layoutOf } from "../run/layout.ts";
import type { OpenRun } from "../run/open-run.svelte.ts";
import { exampleDescription } from "../../test/support/example-run.ts";
import {
  attentionOn,
  bitsText,
  coloringInUse,
  probabilityValues,
  questionShares,
  scaleEnds,
  tintOf,
  tokenValues,
  valueText,
} from "./token-values.ts";

const description = exampleDescription();
const layout = layoutOf(description);
/** Rows of attention that count up, [3 answer tokens, 20]. */
const rows = floatTensor(
  [3, 20],
  Float32Array.from({ length: 60 }, (_, i) => i / 1000),
);

function runWith(names: readonly string[]): OpenRun {
  return {
    layout,
    document: { description },
    attentionLayers: names.includes("attention") ? [0, 1] : [],
    has: (name: string) => names.includes(name),
    tensor: () => undefined,
    answerAttention: () => rows,
  } as unknown as OpenRun;
}

describe("the coloring in use", () => {
  const all = runWith(["attention", "relevancy.exact.language"]);
  it("is the one that was chosen, where the run has what it needs", () => {
    expect(coloringInUse(all, { coloring: "source", patches: [] })).toBe("source");
    expect(coloringInUse(all, { coloring: "patches", patches: [2] })).toBe("patches");
  });

  it("falls back to attention on the image, and to probability", () => {
    expect(coloringInUse(all, { coloring: "patches", patches: [] })).toBe("source");
    expect(coloringInUse(runWith(["attention"]), { coloring: "source", patches: [] })).toBe("attention");
    expect(coloringInUse(runWith([]), { coloring: "source", patches: [] })).toBe("probability");
    expect(coloringInUse(runWith([]), { coloring: "attention", patches: [] })).toBe("probability");
  });
});

describe("values of tokens", () => {
  const selection = { layer: null, head: null, patches: [0, 5] };

  it("are sums of attention on the image, with the largest said token as scale", () => {
    const found = tokenValues(runWith(["attention"]), "attention", selection)!;
    const sums = [0, 1, 2].map((token) =>
      [...layout.imagePositions].reduce((sum, position) => sum + rows.data[token * 20 + position]!, 0),
    );
    for (const [token, sum] of sums.entries()) expect(found.values[token]).toBeCloseTo(sum, 6);
    // The stop token's larger sum does not count.
    expect(found.max).toBeCloseTo(sums[1]!, 6);
  });

  it("are sums over the selected patches, which are counted among the image tokens of all pictures", () => {
    // Image tokens 0 and 5 stand at positions 1 and 10.
    expect(attentionOn(rows.data, layout, [0, 5]).map((value) => value.toFixed(3))).toEqual([
      "0.011",
      "0.051",
      "0.091",
    ]);
  });

  it("are probabilities, or surprises on a scale of at least one bit", () => {
    expect(probabilityValues("probability", [0.5, 0.25]).max).toBe(1);
    expect(probabilityValues("surprise", [0.5, 0.25])).toEqual({ coloring: "surprise", values: [1, 2], max: 2 });
    expect(probabilityValues("surprise", [0.9]).max).toBe(1);
  });
});

describe("tints", () => {
  it("are neutral where image and text are even, with a bar that still tells the value", () => {
    const scale = { coloring: "source", max: 1 } as const;
    expect(tintOf(scale, 0.5)).toEqual({ hue: "image", strength: 0, length: 0.5 });
    expect(tintOf(scale, 0.25)).toEqual({ hue: "text", strength: 0.5, length: 0.25 });
    expect(tintOf(scale, 1)).toEqual({ hue: "image", strength: 1, length: 1 });
    expect(tintOf(scale, undefined)).toBeUndefined();
  });

  it("are blue for the image and slate for certainty", () => {
    expect(tintOf({ coloring: "attention", max: 0.5 }, 0.25)).toEqual({ hue: "image", strength: 0.5, length: 0.5 });
    expect(tintOf({ coloring: "surprise", max: 4 }, 5)).toEqual({ hue: "certain", strength: 1, length: 1 });
    expect(tintOf({ coloring: "patches", max: 0 }, 0)).toEqual({ hue: "image", strength: 0, length: 0 });
  });

  it("say their scale and value with the unit", () => {
    expect(scaleEnds({ coloring: "source", max: 1 })).toEqual(["text", "image"]);
    expect(scaleEnds({ coloring: "surprise", max: 2.5 })).toEqual(["0", "2.50 bits"]);
    expect(valueText("probability", 0.9341)).toBe("probability 0.934");
    expect(valueText("source", undefined)).toBe("not known");
    expect([bitsText(0), bitsText(0.001), bitsText(0.1), bitsText(Infinity)]).toEqual([
      "0.00 bits",
      "<0.01 bits",
      "0.10 bits",
      "-",
    ]);
  });
});

describe("the tint of the question", () => {
  it("is the share of the largest relevancy for the chosen tokens together", () => {
    const relevancy = { dims: [2, 3], data: [1, 2, 0, 3, 0, -1] };
    expect([...questionShares(relevancy, { tokens: [0], positions: [0, 1] })]).toEqual([
      [0, 0.5],
      [1, 1],
    ]);
    expect([...questionShares(relevancy, { tokens: [0, 1], positions: [0, 1, 2] })]).toEqual([
      [0, 1],
      [1, 0.5],
      [2, 0],
    ]);
  });
});
