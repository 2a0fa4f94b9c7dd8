import { describe, expect, it } from "vitest";
import type { Drawing } from "../figures/figure.ts";
import { mapLegend } from "../figures/map-legend.ts";
import { goesToFigure, headTitle, matrixFigure, type MatrixFigureInput } from "./attention-figures.ts";

const nothing = (): Drawing => ({ kind: "svg", markup: "", width: 1, height: 1 });
// Layers 1 and 3 of four are recorded.
const input: MatrixFigureInput = {
  layers: 4,
  heads: 2,
  recorded: [1, 3],
  shares: Float32Array.of(0.1, 0.2, 0.3, 0.4),
  maxima: Float32Array.of(0.01, 0.02, 0.03, 0.04),
  source: "from the question",
  to: "image",
  cells: "maps",
  scale: "layer",
  colorMap: "viridis",
  drawing: nothing,
};

describe("figures of the Attention tab", () => {
  it("list each recorded head under the number of its layer", () => {
    const { columns, rows } = matrixFigure(input).table();
    expect(columns.map(({ label }) => label)).toEqual(["Layer", "Head", "Share on the picture", "Largest patch"]);
    expect(rows).toEqual([
      [1, 0, 0.1, 0.01],
      [1, 1, 0.2, 0.02],
      [3, 0, 0.3, 0.03],
      [3, 1, 0.4, 0.04],
    ]);
  });

  it("name the unit and the upper end of their colors", () => {
    const legend = (more: Partial<MatrixFigureInput>) => matrixFigure({ ...input, ...more }).legend!();
    expect(legend({})).toMatchObject({ high: "largest patch of the layer", unit: "attention weight per patch" });
    expect(legend({ cells: "means" })).toMatchObject({ high: "0.40", unit: "share of attention on the image" });
    // The question has no map, so that its cells are means whatever is chosen.
    expect(legend({ to: "question" })).toMatchObject({ high: "0.40", unit: "share of attention on the question" });
    expect(matrixFigure({ ...input, to: "question" }).settings!()).toMatchObject({ cells: "means" });
    const viridis = mapLegend("viridis", { high: "1", unit: "" });
    expect(viridis).toMatchObject({ low: "0", colors: expect.objectContaining({ length: 16 }) as unknown });
    expect(viridis.kind === "bar" && [viridis.colors[0], viridis.colors[15]]).toEqual(["#440154", "#fde725"]);
  });

  it("say which head they are of", () => {
    expect([headTitle(null, null), headTitle(3, 5), headTitle(3, null)]).toEqual([
      ...["All heads", "Layer 3, head 5", "Layer 3, mean of its heads"],
    ]);
    const shares = [
      { group: "image", label: "image", share: 0.123456, color: "--image", paperColor: "#0000ff" },
      { group: "question", label: "question", share: 0.876544, color: "--text", paperColor: "#ff0000" },
    ] as const;
    const figure = goesToFigure({ layer: 3, head: 5, source: "from “a”", shares });
    expect(figure.table().rows).toEqual([
      ["image", 0.1235],
      ["question", 0.8765],
    ]);
    const drawing = figure.drawing!();
    expect(drawing.kind === "svg" && drawing.markup).toContain("Layer 3, head 5: where its attention goes");
    expect(drawing.kind === "svg" && drawing.markup).toContain("#0000ff");
  });
});
