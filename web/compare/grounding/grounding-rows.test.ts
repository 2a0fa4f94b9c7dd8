import { describe, expect, it } from "vitest";
import { exampleDescription } from "../../../test/support/example-run.ts";
import type { MeasureResult, PlaceVerdict, TokenGrounding } from "../../../src/run/measures.ts";
import { groundingDrawing } from "./grounding-drawing.ts";
import { disagreementText, groundingRows, groundingTable, rowNote } from "./grounding-rows.ts";

const parts = (blank: number, others = blank): TokenGrounding["parts"] => ({
  blank,
  others,
  logits: blank,
  odds: blank,
  necessity: null,
});
const agrees = { local: 0.5, whole: -0.25, score: 0.75 };
const grounding = (scores: readonly number[], seed = 0): MeasureResult => ({
  request: { kind: "grounding", seed },
  otherPictures: 8,
  tokens: scores.map((score, i) => ({ score, parts: parts(score, i === 1 ? score / 4 : score), agrees })),
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
      ["t25", null, null, null, null, null, null, null, null, null, ""],
      ["t26", null, null, null, null, null, null, null, null, null, ""],
    ]);
    expect(disagreementText(rows)).toBe("");
    expect(groundingDrawing(rows).height).toBe(0);
  });

  it("have score and parts of the newest measurement", () => {
    const rows = rowsWith(grounding([0, 0, 0]), grounding([0.25, 0.5, 1], 1));
    expect(groundingTable(rows).rows[0]).toEqual(["t25", 0.25, 0.25, 0.25, 0.25, 0.25, null, 0.75, 0.5, -0.25, ""]);
    const drawing = groundingDrawing(rows);
    // Track, bar and four ticks of the score, as no causes were searched; track and bar of the agreement.
    expect(drawing).toMatchObject({ kind: "svg" });
    expect((drawing as { markup: string }).markup.match(/<rect/g)).toHaveLength(16);
  });

  it("of an older version keep their score, and say nothing of agreement", () => {
    const older: MeasureResult = {
      request: { kind: "grounding", seed: 0 },
      otherPictures: 8,
      tokens: [0, 1, 2].map(() => ({
        score: 0.4,
        parts: { attention: 0.5, relevancy: null, blank: 0.2, others: 0.1 },
      })),
    };
    expect(groundingTable(rowsWith(older)).rows[0]).toEqual([
      "t25",
      0.4,
      0.2,
      0.1,
      null,
      null,
      null,
      null,
      null,
      null,
      "",
    ]);
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
