import { describe, expect, it } from "vitest";
import { runInMemory, tensorsWithout } from "../../test/support/in-memory-run.ts";
import { exampleDescription, exampleTensors, numbered } from "../../test/support/example-run.ts";
import { imageTokenPositions } from "../run/positions.ts";
import { floatTensor, type Tensor } from "../tensor/tensor.ts";
import { lateLayers, mostAttentivePlace } from "../findings/attentive.ts";
import { methods } from "../run/maps.ts";
import { chooseSelection, methodsOf, type SelectionRequest } from "./selection.ts";

const length = 20;
const images = imageTokenPositions(exampleDescription());

/** The example, whose layer 1 has attention `share` on the image at [head, query] and nothing elsewhere. */
function tensorsWithShares(share: (head: number, query: number) => number): Map<string, Tensor> {
  const attention = floatTensor([3, length, length]);
  for (let head = 0; head < 3; head++) {
    for (let query = 0; query < length; query++) {
      const value = share(head, query) / images.length;
      for (const key of images) attention.data[(head * length + query) * length + key] = value;
    }
  }
  return new Map<string, Tensor>([...exampleTensors(), ["language.attention.1", attention]]);
}

describe("methodsOf", () => {
  it("names what the run holds", async () => {
    expect(methodsOf(await runInMemory())).toEqual(methods);
    expect(
      methodsOf(
        await runInMemory({ tensors: tensorsWithout("language.", "lens.", "relevancy.", "gra", "lrp.", "int", "tam") }),
      ),
    ).toEqual(["rollout"]);
  });
});

describe("lateLayers", () => {
  it("are the last third", async () => {
    expect(lateLayers(await runInMemory())).toEqual([1]);
  });

  it("are every recorded one where none of these is", async () => {
    expect(lateLayers(await runInMemory({ tensors: tensorsWithout("language.attention.1") }))).toEqual([0]);
  });
});

describe("mostAttentivePlace", () => {
  const group = { tokens: [0, 1], text: "t25 t26" };

  it("is the head with the largest mean over the tokens", async () => {
    const heads = { 16: [1, 0.5, 0], 17: [0, 0.7, 0.9] } as Record<number, number[]>;
    const run = await runInMemory({ tensors: tensorsWithShares((head, query) => heads[query]?.[head] ?? 0) });
    const place = await mostAttentivePlace(run, group);
    expect(place).toMatchObject({ layer: 1, head: 1 });
    expect(place.share).toBeCloseTo(0.6, 6);
  });

  it("keeps what is fixed", async () => {
    const run = await runInMemory();
    expect(await mostAttentivePlace(run, group, { layer: 0 })).toMatchObject({ layer: 0, head: 2 });
    expect(await mostAttentivePlace(run, group, { head: 0 })).toMatchObject({ layer: 1, head: 0 });
    expect(await mostAttentivePlace(run, group, { head: "mean" })).toMatchObject({ layer: 1, head: "mean" });
  });
});

describe("chooseSelection", () => {
  it("fills in what is left out", async () => {
    expect(await chooseSelection(await runInMemory(), {})).toEqual({
      method: "attention",
      group: { tokens: [0], text: "t25" },
      layer: 1,
      head: 2,
      hideSinks: false,
    });
    const decisive = { index: 1, text: "t26", reason: "asked for" } as const;
    const { group } = await chooseSelection(await runInMemory({ description: { decisive } }), {});
    expect(group).toEqual({ tokens: [1], text: "t26" });
  });

  it("takes what is asked", async () => {
    const run = await runInMemory();
    const request = { token: "t25", method: "attention", layer: 0, head: "mean" } as const;
    expect(await chooseSelection(run, request)).toEqual({
      method: "attention",
      group: { tokens: [0], text: "t25" },
      layer: 0,
      head: "mean",
      hideSinks: false,
    });
    expect(await chooseSelection(run, { method: "rollout", token: "2" })).toEqual({
      method: "rollout",
      group: { tokens: [2], text: "t2" },
      hideSinks: false,
    });
    expect(await chooseSelection(run, { method: "lens", token: "0" })).toMatchObject({ method: "lens", layer: 1 });
  });

  it("takes another method where attention was not recorded", async () => {
    const run = await runInMemory({ tensors: tensorsWithout("language.", "relevancy.") });
    const group = { tokens: [0], text: "t25" };
    expect(await chooseSelection(run, {})).toEqual({ method: "rollout", group, hideSinks: false });
  });

  it.each([
    [{ layer: 2 }, "The model has layers 0 to 1, got layer 2."],
    [{ head: 3 }, "The model has heads 0 to 2, got head 3."],
    [{ method: "rollout", layer: 0 }, "Rollout goes through all layers and heads; leave the layer out."],
    [{ method: "lens", head: 0 }, "The lens has no heads; leave the head out."],
    [{ method: "attention", variant: "exact" }, "leave the variant out"],
    [{ method: "relevancy", layer: 1 }, "leave the layer out"],
    [{ method: "relevancy", map: "combined2", variant: "exact" }, "choose the reference variant"],
    [{ method: "lrp", map: "combined" }, "leave the map combined out"],
    [{ method: "grad-cam", head: 1, map: "vision" }, "leave the head and the map vision out"],
    [{ token: "cat" }, 'The answer has no token "cat"'],
  ] as const)("refuses %j", async (request, message) => {
    await expect(chooseSelection(await runInMemory(), request)).rejects.toThrow(message);
  });

  it("takes the first held map of relevancy and LRP that the request allows", async () => {
    const run = await runInMemory();
    const chosen = async (request: SelectionRequest) => {
      const selection = await chooseSelection(run, { token: "0", ...request });
      return { ...selection, method: undefined, group: undefined, hideSinks: undefined };
    };
    expect(await chosen({ method: "relevancy" })).toEqual({ variant: "exact", map: "language" });
    expect(await chosen({ method: "relevancy", map: "combined" })).toEqual({ variant: "exact", map: "combined" });
    expect(await chosen({ method: "relevancy", variant: "reference", map: "combined2" })).toEqual({
      variant: "reference",
      map: "combined2",
    });
    expect(await chosen({ method: "lrp", map: "vision" })).toEqual({ map: "vision" });
    expect(await chosen({ method: "grad-cam" })).toEqual({ layer: 1 });
    const bare = await runInMemory({ tensors: tensorsWithout("relevancy.reference", "relevancy.exact.vision") });
    await expect(chooseSelection(bare, { method: "relevancy", variant: "reference" })).rejects.toThrow(
      "The run holds no reference map of relevancy, only exact language and exact combined.",
    );
  });

  it("explains only tokens that went back through the model", async () => {
    const methods = { ...exampleDescription().methods, relevancy: { tokens: [0], target: "logit" } };
    const run = await runInMemory({ description: { methods } });
    expect((await chooseSelection(run, { method: "relevancy" })).group).toEqual({ tokens: [0], text: "t25" });
    await expect(chooseSelection(run, { method: "relevancy", token: "t26" })).rejects.toThrow(
      '"t26" (answer token 1) was not explained by relevancy, only 0; add it to the tokens that are explained.',
    );
  });

  it("takes the published tool's words for its variant", async () => {
    const relevancy = { referenceWords: [{ text: "\u2581t25\u2581t26", tokens: [0, 1] }] };
    const run = await runInMemory({ description: { methods: { relevancy } } });
    const request = { method: "relevancy", token: "t25 t26" } as const;
    expect((await chooseSelection(run, { ...request, variant: "reference" })).group.tokens).toEqual([0, 1]);
    await expect(chooseSelection(run, request)).rejects.toThrow("The answer has no token");
  });

  it("says what to record where the run lacks the method", async () => {
    const run = await runInMemory({ tensors: tensorsWithout("lens.") });
    await expect(chooseSelection(run, { method: "lens" })).rejects.toThrow(
      "The run holds no lens, only attention, rollout, tam, relevancy, gradient-rollout, grad-cam, lrp, integrated-gradients and causal; record the method lens.",
    );
    const empty = await runInMemory({
      tensors: new Map([...exampleTensors()].filter(([name]) => /^(?:image|input_ids)/.test(name))),
    });
    await expect(chooseSelection(empty, {})).rejects.toThrow("The run holds no attention, rollout or lens");
  });

  it("says which rows are missing", async () => {
    const tensors = new Map<string, Tensor>([
      ...tensorsWithout("language.attention.1"),
      ["language.attention.0", numbered([3, 1, length])],
      ["language.attention.0.queries", { type: "i32", dims: [1], data: Int32Array.of(5) }],
    ]);
    await expect(chooseSelection(await runInMemory({ tensors }), {})).rejects.toThrow("was not recorded");
  });
});
