import { describe, expect, it } from "vitest";
import { exampleDescription } from "../../../test/support/example-run.ts";
import { openRunOf, rowsOf } from "../../../test/support/open-run.ts";
import type { GroundingParts, MeasureResult, PlaceVerdict } from "../../../src/run/measures.ts";
import { groundingDrawing } from "./grounding-drawing.ts";
import { disagreementText, groundingRows, groundingTable, neededFirst, rowNote } from "./grounding-rows.ts";

const parts = (attention: number, others = attention): GroundingParts => ({
  attention,
  relevancy: null,
  blank: attention,
  others,
});
const grounding = (scores: readonly number[], seed = 0): MeasureResult => ({
  request: { kind: "grounding", seed },
  otherPictures: 8,
  tokens: scores.map((score, i) => ({ score, parts: parts(score, i === 1 ? score / 4 : score) })),
});
const place = (token: number, verdict: PlaceVerdict): MeasureResult => ({
  request: { kind: "place", token, positions: [2], fill: "mean", seed: 0 },
  ...{ original: 0.9, withoutPlace: 0.9, onlyPlace: 0.1, withoutImage: 0.1, verdict },
});
/** The answer is "t25 t26" and a stop token. */
const rowsWith = (...measures: MeasureResult[]) => groundingRows({ ...exampleDescription(), measures });

describe("rows of the grounding score", () => {
  it("are the words of the answer, with - until it was measured", () => {
    const rows = rowsWith();
    expect(rows.map(({ text, tokens, score }) => [text, tokens, score])).toEqual([
      ["t25", [0], undefined],
      ["t26", [1], undefined],
    ]);
    expect(groundingTable(rows).rows).toEqual([
      ["t25", null, null, null, null, null, ""],
      ["t26", null, null, null, null, null, ""],
    ]);
    expect(disagreementText(rows)).toBe("");
    expect(groundingDrawing(rows).height).toBe(0);
  });

  it("have score and parts of the newest measurement", () => {
    const rows = rowsWith(grounding([0, 0, 0]), grounding([0.25, 0.5, 1], 1));
    expect(groundingTable(rows).rows[0]).toEqual(["t25", 0.25, 0.25, null, 0.25, 0.25, ""]);
    const drawing = groundingDrawing(rows);
    // Track, bar and three ticks each, as the image part is not there.
    expect(drawing).toMatchObject({ kind: "svg" });
    expect((drawing as { markup: string }).markup.match(/<rect/g)).toHaveLength(10);
  });

  it("say where the parts lie more than half apart", () => {
    const rows = rowsWith(grounding([0.8, 0.8, 1]));
    expect(rows.map(({ disagrees }) => disagrees)).toEqual([false, true]);
    expect(rowNote(rows[1]!)).toBe("parts disagree");
    expect(disagreementText(rows)).toBe(
      "In one word the ticks lie more than 0.5 apart: the parts disagree, and the score says little.",
    );
    // 0.6 and 0.15 lie 0.45 apart.
    expect(rowsWith(grounding([0.6, 0.6, 1])).map(({ disagrees }) => disagrees)).toEqual([false, false]);
  });

  it("say where a test found another place to matter, by the newest test of the token", () => {
    const [first, second] = rowsWith(grounding([0.8, 0.8, 1]), place(0, "wrong-place"));
    expect(rowNote(first!)).toBe("image, but the wrong place");
    expect(second!.wrongPlace).toBeUndefined();
    const [again] = rowsWith(place(0, "wrong-place"), place(0, "expected-place"));
    expect(again!.wrongPlace).toBeUndefined();
    const both = rowsWith(grounding([0.8, 0.8, 1]), place(1, "wrong-place"))[1]!;
    expect(rowNote(both)).toBe("image, but the wrong place; parts disagree");
  });
});

describe("what the score is read off", () => {
  const attention = rowsOf(3, 20, () => 0).data as Float32Array<ArrayBuffer>;
  const tensors = { "relevancy.exact.language": rowsOf(3, 20, () => 0) };

  it("is offered first where the run lacks it", () => {
    expect(neededFirst(openRunOf({ attention, tensors }))).toBeUndefined();
    expect(neededFirst(openRunOf({ tensors }))).toEqual({
      missing: "The score needs attention of this answer, which was not computed.",
      request: { methods: ["attention"] },
    });
    expect(neededFirst(openRunOf())).toEqual({
      missing: "The score needs attention and exact relevancy of this answer, which were not computed.",
      request: { methods: ["attention", "relevancy"], variants: ["exact"] },
    });
  });
});
