import { describe, expect, it } from "vitest";
import { exampleDescription } from "../../test/support/example-run.ts";
import { openRunOf } from "../../test/support/open-run.ts";
import { answerFigure, type AnswerFigureInput } from "./answer-figure.ts";

const { answerTokens } = exampleDescription();
const run = openRunOf({
  description: { answerTokens: answerTokens.map((each, i) => ({ ...each, probability: [0.5, 0.25, 0][i]! })) },
});
const input: AnswerFigureInput = {
  run,
  shown: { coloring: "probability", values: [0.5, 0.25, 0], max: 1 },
  attention: [0.123456, undefined, 0.5],
  parts: undefined,
  head: "layer 1, head 2",
  selected: 1,
};

describe("the answer as a figure", () => {
  it("lists every token with its numbers, and nothing where one is not known", () => {
    const { columns, rows } = answerFigure(input).table();
    expect(rows).toEqual([
      [1, " t25", 25, 0.5, 1, 0.1235, null],
      [2, " t26", 26, 0.25, 2, null, null],
      // A probability of 0 has no finite surprise.
      [3, " t2", 2, 0, null, 0.5, null],
    ]);
    expect(rows.every((row) => row.length === columns.length)).toBe(true);
  });

  it("has a column for the selected patches while it is colored by them, and names their head", () => {
    const shown = { coloring: "patches", values: [0.25, 0.125, 0], max: 0.25 } as const;
    const figure = answerFigure({ ...input, shown });
    expect(figure.table().columns.at(-1)?.label).toBe("Selected patches");
    expect(figure.table().rows.map((row) => row.at(-1))).toEqual([0.25, 0.125, 0]);
    expect(figure.caption).toBe("tokens colored by selected patches, layer 1, head 2");
    expect(answerFigure(input).caption).toBe("tokens colored by probability");
  });

  it("draws the said tokens alone, and describes them", () => {
    const drawing = answerFigure(input).drawing!();
    const markup = drawing.kind === "svg" ? drawing.markup : "";
    expect(markup).toContain("<desc>t25 probability 0.500, t26 probability 0.250</desc>");
    expect(markup).not.toContain("</s>");
  });

  it("has the colors of the page: orange for text, blue for the image, none in the middle", () => {
    const shown = { coloring: "source", values: [0, 1, 0.5], max: 1 } as const;
    const figure = answerFigure({ ...input, shown });
    const drawing = figure.drawing!();
    const markup = drawing.kind === "svg" ? drawing.markup : "";
    expect(markup).toContain(`height="28" fill="#f0b581"`);
    expect(markup).toContain(`height="28" fill="#8ebfe9"`);
    const legend = figure.legend!();
    expect(legend?.kind === "bar" ? [legend.colors[0], legend.colors.at(-1)] : []).toEqual(["#f0b581", "#8ebfe9"]);
  });

  it("names the ends of its colors", () => {
    const legend = answerFigure({ ...input, shown: { coloring: "source", values: [], max: 1 } }).legend!();
    expect(legend).toMatchObject({ low: "0, text", high: "1, image", unit: "image part of exact relevancy" });
    expect(answerFigure({ ...input, shown: undefined }).legend!()).toBeUndefined();
  });
});
