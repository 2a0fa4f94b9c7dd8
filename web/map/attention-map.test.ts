/** @file Tests of the map that the Attention tab puts on the picture. */
import { beforeAll, describe, expect, it } from "vitest";
import { attentionBlock, type AttentionBlock } from "../../src/run/attention-block.ts";
import type { Run } from "../../src/run/types.ts";
import { floatTensor, type FloatTensor } from "../../src/tensor/tensor.ts";
import { exampleDescription } from "../../test/support/example-run.ts";
import { runInMemory } from "../../test/support/in-memory-run.ts";
import { layoutOf } from "../run/layout.ts";
import type { OpenRun } from "../run/open-run.svelte.ts";
import { defaultSelection } from "../selection/selection.ts";
import { attentionMap, sumOnPicture } from "./attention-map.ts";
import type { PictureMap } from "./picture-map.ts";

const description = exampleDescription();
const layout = layoutOf(description);
let run: Run;
const blocks = new Map<string, FloatTensor>();

/** Reads every block that the tests ask for beforehand, as if it had arrived. */
async function load(key: string, request: AttentionBlock): Promise<void> {
  blocks.set(key, await attentionBlock(run, request));
}

beforeAll(async () => {
  run = await runInMemory();
  const predicting = layout.predicting;
  await load("1.2", { layers: [1], heads: [2], positions: predicting });
  await load("null.null", { layers: "mean", heads: "mean", positions: predicting });
  await load("17", { layers: "all", heads: "all", positions: [17] });
  await load("15", { layers: "all", heads: "all", positions: [15] });
});

function openRun(
  change: {
    readonly held?: readonly number[];
    readonly without?: readonly string[];
    readonly layers?: readonly number[];
  } = {},
): OpenRun {
  const shaped = (key: string, dims: readonly number[]) => {
    const found = blocks.get(key);
    return found && floatTensor(dims, found.data);
  };
  return {
    layout,
    document: { description },
    attentionLayers: change.layers ?? [0, 1],
    has: (name: string) => !(change.without ?? ["relevancy.exact.language"]).includes(name),
    dims: (name: string) => ((change.without ?? []).includes(name) ? undefined : []),
    holdsAttention: ([position]: readonly number[]) => change.held?.includes(position!) ?? false,
    meanAttention: (positions: readonly number[]) => shaped(positions.join(","), [2, 3, 20]),
    answerAttention: (layer: number | null, head: number | null) => shaped(`${layer}.${head}`, [3, 20]),
    row: (_: string, token: number) => Float32Array.from({ length: 20 }, (__, position) => token + position / 100),
    failure: () => undefined,
  } as unknown as OpenRun;
}

const shown = { ...defaultSelection, tokens: [1], layer: 1, head: 2 };

describe("the map of attention", () => {
  it("is the row that predicts the token at the image tokens, and says so", async () => {
    const map = attentionMap(openRun(), shown) as PictureMap;
    const row = (await run.slice("language.attention.1", { within: [2], start: 17, end: 18 })).data;
    expect([...map.values]).toEqual([...layout.imagePositions].map((position) => row[position]!));
    expect(map.detail).toBe("layer 1, head 2, from the position that predicts “t26”");
    expect(map.note).toBe(`on the picture: ${sumOnPicture(map.values, layout, 0).toFixed(2)} of 1`);
  });

  it("is the same from rows of every head that are in memory", () => {
    const asked = attentionMap(openRun(), shown) as PictureMap;
    const held = attentionMap(openRun({ held: [17] }), shown) as PictureMap;
    expect([...held.values]).toEqual([...asked.values]);
  });

  it("is the mean over tokens, named by their text", () => {
    const both = attentionMap(openRun(), { ...shown, tokens: [0, 1] }) as PictureMap;
    const one = [0, 1].map((token) => attentionMap(openRun(), { ...shown, tokens: [token] }) as PictureMap);
    for (const [i, value] of both.values.entries()) {
      expect(value).toBeCloseTo((one[0]!.values[i]! + one[1]!.values[i]!) / 2, 4);
    }
    expect(both.detail).toBe("layer 1, head 2, from the positions that predict “t25 t26”");
    const mean = attentionMap(openRun(), { ...shown, layer: null, head: null }) as PictureMap;
    expect(mean.detail).toBe("mean of all heads, from the position that predicts “t26”");
  });

  it("from the question reads the rows of its tokens", () => {
    const map = attentionMap(openRun(), { ...shown, from: "question" }) as PictureMap;
    const block = blocks.get("15")!;
    expect(map.values[0]).toBe(block.data[(1 * 3 + 2) * 20 + layout.imagePositions[0]!]);
    expect(map.detail).toBe("layer 1, head 2, from the question, mean of its tokens");
  });

  it("says what is missing, and what would compute it", () => {
    expect(attentionMap(openRun({ layers: [] }), shown)).toMatchObject({ request: { record: "full" } });
    expect(attentionMap(openRun({ layers: [0] }), shown)).toMatchObject({
      missing: "The attention of layer 1 was not recorded.",
    });
    expect(attentionMap(openRun(), { ...shown, layer: 7 })).toEqual({
      missing: "The model has layers 0 to 1, not 7; choose another one.",
    });
    expect(attentionMap(openRun(), { ...shown, layer: 0, head: 1 })).toBeUndefined();
  });

  it("of rollout is the mean over the tokens at the image tokens", () => {
    const map = attentionMap(openRun(), { ...shown, flow: "rollout", tokens: [0, 1] }) as PictureMap;
    expect(map.values[0]).toBeCloseTo(0.5 + layout.imagePositions[0]! / 100, 5);
    expect(map.subject).toBe("Attention rollout");
    const without = openRun({ without: ["rollout"] });
    expect(attentionMap(without, { ...shown, flow: "rollout" })).toMatchObject({ request: { methods: ["rollout"] } });
  });
});
