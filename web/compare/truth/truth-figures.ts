/** @file Scores against the marked object as figures: the maps of methods, and the matrix of heads. */
import { drawBars } from "../../../src/figure/bars.ts";
import { figureColors } from "../../../src/figure/figure-style.ts";
import { mapRamp } from "../../../src/figure/legend.ts";
import { drawMatrix, matrixCellSize } from "../../../src/figure/matrix.ts";
import { formatFixed } from "../../../src/figure/numbers.ts";
import { svgText } from "../../../src/figure/svg-text.ts";
import {
  truthScores,
  truthScoreTexts,
  type GroundTruthScores,
  type TruthScore,
} from "../../../src/findings/ground-truth.ts";
import type { ScoresWithOverlap } from "../../../src/methods/map-scores.ts";
import type { MapMethod } from "../../../src/run/map-catalogue.ts";
import { mapRow } from "../../../src/run/maps.ts";
import type { Figure } from "../../figures/figure.ts";
import { mapLegend } from "../../figures/map-legend.ts";
import { writeBoxes } from "../../selection/url.ts";
import type { Selection } from "../../selection/selection.ts";
import type { ScoredHead } from "./ranked-heads.ts";

const barsWidth = 480;

interface TruthFigureInput {
  /** The explained token, as it is named. */
  readonly name: string;
  readonly by: TruthScore;
  readonly selection: Pick<Selection, "boxes" | "colorMap">;
}

const settingsOf = ({ by, selection }: TruthFigureInput) => ({ by, boxes: writeBoxes(selection.boxes) });

/** The scores of methods and references as a figure. */
export function methodScoresFigure(
  input: TruthFigureInput & {
    readonly methods: readonly { readonly method: MapMethod; readonly scores: ScoresWithOverlap }[];
    readonly references: GroundTruthScores["references"];
  },
): Figure {
  const { name, by, methods, references } = input;
  const rows = [
    ...methods.map(({ method, scores }) => ({ label: mapRow(method).short, scores, color: figureColors.certain })),
    ...references.map(({ reference, scores }) => ({ label: reference, scores, color: figureColors.inkThird })),
  ];
  return {
    name: "marked-object-methods",
    title: "Maps against the marked object",
    caption: `for ${name}, sorted by ${truthScoreTexts[by].name}`,
    topic: "marked-object",
    table: () => ({
      columns: [
        { label: "Map", kind: "text" },
        ...truthScores.map(
          (score) => ({ label: truthScoreTexts[score].name, kind: "number", unit: "0 to 1" }) as const,
        ),
      ],
      rows: rows.map(({ label, scores }) => [label, ...truthScores.map((score) => scores[score])]),
    }),
    drawing: () => {
      const bars = rows.map(({ label, scores, color }) => ({ label, value: scores[by], color }));
      const { svg, width, height } = drawBars(
        { bars, width: barsWidth, max: 1, format: (value) => formatFixed(value, 2) },
        svgText,
      );
      return { kind: "svg", markup: svg, width, height };
    },
    legend: () => ({
      kind: "keys",
      keys: [
        { label: "maps of the run", color: figureColors.certain },
        { label: "to compare with", color: figureColors.inkThird },
      ],
      unit: `${truthScoreTexts[by].name}: ${truthScoreTexts[by].meaning}`,
    }),
    settings: () => settingsOf(input),
  };
}

/** The scores of all heads as a figure, the best one outlined. */
export function headScoresFigure(
  input: TruthFigureInput & {
    readonly layers: number;
    readonly heads: number;
    /** Best first. */
    readonly ranked: readonly ScoredHead[];
  },
): Figure {
  const { name, by, selection, layers, heads, ranked } = input;
  const high = ranked[0]?.score ?? 0;
  return {
    name: "marked-object-heads",
    title: "Heads against the marked object",
    caption: `${truthScoreTexts[by].name} of the attention that predicts ${name}, ${layers} layers × ${heads} heads`,
    topic: "marked-object",
    table: () => ({
      columns: [
        { label: "Layer", kind: "number" },
        { label: "Head", kind: "number" },
        { label: truthScoreTexts[by].name, kind: "number", unit: "0 to 1" },
      ],
      rows: ranked.map(({ layer, head, score }) => [layer, head, score]),
    }),
    drawing: () => {
      const values = new Float32Array(layers * heads);
      for (const { layer, head, score } of ranked) values[layer * heads + head] = score;
      const matrix = { layers, heads, values };
      const { svg, width, height } = drawMatrix(
        {
          ...{ matrix, ramp: mapRamp(selection.colorMap), range: { min: 0, max: high } },
          selected: ranked[0] ?? null,
          cellSize: matrixCellSize(matrix, { width: 480, height: 560 }),
          layerMeans: { title: "mean of the heads", color: figureColors.certain },
        },
        svgText,
      );
      return { kind: "svg", markup: svg, width, height };
    },
    legend: () => mapLegend(selection.colorMap, { high: formatFixed(high, 2), unit: truthScoreTexts[by].name }),
    settings: () => settingsOf(input),
  };
}
