/** @file Scores of maps and heads against an object that the user marked, as a table, a document and a figure. */
import type { FigureLook } from "../figure/figure-layout.ts";
import { heatMapDefaults } from "../figure/heat-map.ts";
import { formatCsv, type Table } from "../figure/csv.ts";
import { matrixFigure } from "../figure/matrix-figure.ts";
import { mapRow } from "../run/maps.ts";
import type { Run } from "../run/types.ts";
import { singleToken } from "../findings/answer-words.ts";
import { truthScores, truthScoreTexts, type GroundTruthScores, type TruthScore } from "../findings/ground-truth.ts";
import { programMark } from "../program/program-mark.ts";
import { frameOf } from "./figures.ts";
import { figureBytes, figureLook } from "./drawn-figure.ts";

/** The columns of the table, for files that are recognized by them. */
export const groundTruthColumns = [...["token", "text", "kind", "map", "layer", "head"], ...truthScores] as const;

export interface ScoredToken {
  /** Index in the answer. */
  readonly token: number;
  /** What the list is sorted by, and the figure shows. */
  readonly by: TruthScore;
  readonly found: GroundTruthScores;
}

/** Where the object is marked, as far as it can be written down. */
export interface MarkedObject {
  readonly boxes: readonly { readonly picture: number; readonly box: readonly number[] }[];
  readonly masks: readonly { readonly picture: number; readonly file: string }[];
}

/** The formats that scores are written in. */
export const groundTruthFormats = ["csv", "json", "svg", "png"] as const;
export type GroundTruthFormat = (typeof groundTruthFormats)[number];

/** One row a reference, method and head, each kind best first; scores are 0 to 1. */
function groundTruthTable({ description }: Pick<Run, "description">, { token, found }: ScoredToken): Table {
  const said = [token, singleToken(description, token).text];
  const numbers = (scores: Readonly<Record<TruthScore, number>>) => truthScores.map((score) => scores[score]);
  return {
    columns: groundTruthColumns,
    rows: [
      ...found.references.map(({ reference, scores }) => [
        ...[...said, "reference", reference, null, null],
        ...numbers(scores),
      ]),
      ...found.methods.map(({ map, scores }) => [...said, "method", map, null, null, ...numbers(scores)]),
      ...found.heads.map(({ layer, head, scores }) => [
        ...[...said, "head", "attention", layer, head],
        ...numbers(scores),
      ]),
    ],
  };
}

/** The scores as `score --json` prints them. */
export function groundTruthDocument(
  { description }: Pick<Run, "description">,
  { token, by, found }: ScoredToken,
  object: MarkedObject,
): Readonly<Record<string, unknown>> {
  return {
    program: `${programMark} ${description.program}`,
    token,
    text: singleToken(description, token).text,
    object,
    by,
    references: found.references.map(({ reference, scores }) => ({ reference, ...scores })),
    methods: found.methods.map(({ map, scores }) => ({ map, name: mapRow(map).short, ...scores })),
    heads: found.heads.map(({ layer, head, scores }) => ({ layer, head, ...scores })),
  };
}

/** The matrix of heads, tinted by the score that is sorted by, the best head outlined. Throws an Error if the run holds no attention. */
function headFigure(run: Run, { token, by, found }: ScoredToken, look: FigureLook): string {
  const [best] = found.heads;
  if (best === undefined) throw new Error("The run holds no attention to draw; write csv or json.");
  const { languageLayers: layers, languageHeads: heads } = run.description.model;
  const values = new Float32Array(layers * heads);
  for (const { layer, head, scores } of found.heads) values[layer * heads + head] = scores[by];
  const recorded = new Set(found.heads.map(({ layer }) => layer)).size;
  const { name, meaning } = truthScoreTexts[by];
  const [same] = found.references;
  const notes = [
    `a map that is the same everywhere has ${same!.scores[by].toFixed(2)}`,
    ...(recorded < layers ? ["layers that were not recorded are 0"] : []),
  ];
  return matrixFigure(
    {
      ...frameOf(run, {
        layout: look.layout,
        subject: "Heads against the marked object",
        detail: `${name} of the attention that predicts “${singleToken(run.description, token).text.trim()}”; best: layer ${best.layer}, head ${best.head}, ${best.scores[by].toFixed(2)}`,
      }),
      matrix: { layers, heads, values },
      colorMap: heatMapDefaults.colorMap,
      selected: best,
      unit: `${name}: ${meaning}`,
      note: notes.join("; "),
    },
    look.painter,
  );
}

/** The bytes of a file with the scores: every number as CSV or JSON, or the matrix of heads as a figure. */
export async function groundTruthFile(
  run: Run,
  scored: ScoredToken,
  { format, object }: { readonly format: GroundTruthFormat; readonly object: MarkedObject },
): Promise<Uint8Array> {
  const encoder = new TextEncoder();
  switch (format) {
    case "csv":
      return encoder.encode(formatCsv(groundTruthTable(run, scored)));
    case "json":
      return encoder.encode(`${JSON.stringify(groundTruthDocument(run, scored, object), null, 2)}\n`);
    case "svg":
    case "png":
      return figureBytes(headFigure(run, scored, await figureLook(format)), format);
  }
}
