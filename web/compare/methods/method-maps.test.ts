import { describe, expect, it } from "vitest";
import { exampleDescription } from "../../../test/support/example-run.ts";
import { openRunOf, rowsOf } from "../../../test/support/open-run.ts";
import { defaultCausalSettings, type CausalGraphFinding, type CausalQuery } from "../../../src/run/causes.ts";
import type { MeasureResult } from "../../../src/run/measures.ts";
import { ApiError } from "../../data/data-source.ts";
import { mapMethods } from "../../../src/run/map-catalogue.ts";
import {
  fillOfMasking,
  mapOfMethod,
  mapsOfMethods,
  mapsThatAreThere,
  missingMaps,
  patchesOfPictures,
  shareInside,
  shareOfLargest,
} from "./method-maps.ts";

// The example: 10 image tokens at 1-4 and 9-14, three answer tokens, two layers of three heads.
const choice = { token: 1, causes: defaultCausalSettings, fill: "blur" } as const;
const weight = (token: number, position: number): number => (token + 1) * position;
const attention = rowsOf(3, 20, weight).data as Float32Array<ArrayBuffer>;

/** Explanation sets of the three heads: patches at 2 and 11, words elsewhere. */
const explanations = [[2, 5], [2, 11, 16], []];

function runWithCauses(failure?: Error) {
  const asked: CausalQuery[] = [];
  const run = openRunOf({
    attention,
    findings: {
      causes: (query) => {
        asked.push(query);
        return failure ? undefined : ({ explanation: explanations[query.head]! } as unknown as CausalGraphFinding);
      },
      failureOfCauses: () => failure,
    },
  });
  return { run, asked };
}

describe("the map of a method", () => {
  it("of causes is the share of the last layer's heads whose explanation set holds the patch", () => {
    const { run, asked } = runWithCauses();
    const map = mapOfMethod(run, "causes", choice) as Float32Array;
    const third = Math.fround(1 / 3);
    expect([...map]).toEqual([0, Math.fround(2 / 3), 0, 0, 0, 0, third, 0, 0, 0]);
    expect(asked).toEqual([0, 1, 2].map((head) => ({ ...defaultCausalSettings, token: 1, layer: 1, head })));
  });

  it("of causes waits for every head, and offers attention where it was not kept", () => {
    const request = { methods: ["attention"] };
    expect(mapOfMethod(openRunOf({ attention }), "causes", choice)).toBeUndefined();
    expect(mapOfMethod(openRunOf(), "causes", choice)).toMatchObject({ request });
    const notRecorded = new ApiError("not-recorded", "Layer 1 was not kept whole.", 409);
    expect(mapOfMethod(runWithCauses(notRecorded).run, "causes", choice)).toMatchObject({ request });
    expect(mapOfMethod(runWithCauses(new Error("Away.")).run, "causes", choice)).toEqual({ missing: "Away." });
  });

  it("of masking is the tensor of the token, else offered with the fill that is chosen", () => {
    const falls = { dims: [10], data: Float32Array.from({ length: 10 }, (_, i) => i / 16 - 0.25) };
    const run = openRunOf({ tensors: { "occlusion.1": falls }, description: { measures: [] } });
    expect(mapOfMethod(run, "occlusion", choice)).toBe(falls.data);
    expect(mapOfMethod(run, "occlusion", { ...choice, token: 0 })).toMatchObject({
      request: { methods: [], measure: { kind: "occlusion", token: 0, fill: "blur", seed: 0 } },
    });
    const measured = (token: number, fill: "mean" | "noise"): MeasureResult => ({
      request: { kind: "occlusion", token, fill, seed: 0 },
      original: 0.5,
    });
    const measures = [measured(1, "mean"), measured(0, "mean"), measured(1, "noise")];
    expect(fillOfMasking(openRunOf({ description: { measures } }), "occlusion", 1)).toBe("noise");
    expect(fillOfMasking(run, "occlusion", 1)).toBeUndefined();
  });

  it("of the others is the row of the token at the image tokens", () => {
    const run = openRunOf({ attention, tensors: { "relevancy.exact.language": rowsOf(3, 20, weight) } });
    const expected = [1, 2, 3, 4, 9, 10, 11, 12, 13, 14].map((position) => 2 * position);
    expect([...(mapOfMethod(run, "attention", choice) as Float32Array)]).toEqual(expected);
    expect([...(mapOfMethod(run, "relevancy.language", choice) as Float32Array)]).toEqual(expected);
  });

  it("says why it is not coming", () => {
    const tensors = { rollout: "on its way" } as const;
    expect(mapOfMethod(openRunOf({ tensors }), "rollout", choice)).toBeUndefined();
    expect(mapOfMethod(openRunOf({ tensors, failure: new Error("Gone.") }), "rollout", choice)).toEqual({
      missing: "Gone.",
    });
    const { tokens } = exampleDescription();
    const withoutPicture = tokens.map(({ id, text, turn, role }) => ({
      ...{ id, text, turn, role: role === "image" ? ("template" as const) : role },
    }));
    expect(mapOfMethod(openRunOf({ description: { images: [], tokens: withoutPicture } }), "rollout", choice)).toEqual({
      missing: "The question has no picture.",
    });
  });
});

describe("the maps of all methods", () => {
  it("name together what one computation brings", () => {
    const entries = mapsOfMethods(runWithCauses().run, choice);
    expect(entries.map(({ method }) => method)).toEqual(mapMethods);
    expect(mapsThatAreThere(entries).map(({ method }) => method)).toEqual(["attention", "causes"]);
    expect(missingMaps(entries).map(({ methods, missing }) => [methods, missing.request?.methods])).toEqual([
      [["rollout"], ["rollout"]],
      [["tam"], ["tam"]],
      [["relevancy.language", "relevancy.vision", "relevancy.combined"], ["relevancy"]],
      [
        [
          "relevancy.reference.language",
          "relevancy.reference.vision",
          "relevancy.reference.combined",
          "relevancy.reference.combined2",
        ],
        ["relevancy"],
      ],
      [["gradient-rollout"], ["gradient-rollout"]],
      [["grad-cam"], ["grad-cam"]],
      [["lrp.language", "lrp.vision"], ["lrp"]],
      [["integrated-gradients"], ["integrated-gradients"]],
      [["regions"], []],
      [["occlusion"], []],
    ]);
    expect(missingMaps(mapsOfMethods(openRunOf(), choice))).toHaveLength(12);
  });
});

describe("a map in shares", () => {
  it("is divided by its largest patch, and stays 0 where no patch is above 0", () => {
    const { shares, largest } = shareOfLargest(Float32Array.of(1, -1, 4, 2));
    expect([[...shares], largest]).toEqual([[0.25, -0.25, 1, 0.5], 4]);
    expect([...shareOfLargest(Float32Array.of(-1, 0)).shares].map(Math.abs)).toEqual([0, 0]);
  });

  it("lies inside some patches by the sum of what is above 0", () => {
    const values = Float32Array.of(1, -5, 4, 3);
    expect(shareInside(values, [0, 2])).toBe(5 / 8);
    expect(shareInside(values, [1, 1, 3, 3])).toBe(3 / 8);
    expect(shareInside(values, [])).toBe(0);
    expect(shareInside(Float32Array.of(-1, 0), [0])).toBeUndefined();
  });
});

describe("patches of pictures", () => {
  it("are the image tokens with picture under them", () => {
    expect(patchesOfPictures(openRunOf())).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const example = openRunOf();
    const [first, second] = example.document.description.images;
    // The upper half of this grid lies above the picture.
    const shifted = { ...first!, grids: [{ ...first!.grids[0]!, box: { left: 0, top: -30, width: 30, height: 60 } }] };
    const run = openRunOf({ description: { images: [shifted, second!] } });
    expect(patchesOfPictures(run)).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
  });
});
