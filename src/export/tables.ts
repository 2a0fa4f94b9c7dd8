/** @file The tables of a run for CSV, tidy: one observation a row. Layers, heads, tokens, pictures, rows and columns count from 0. */
import { cellBox } from "../image/geometry.ts";
import { imageTokens } from "../run/positions.ts";
import type { Run, RunDescription, RunToken } from "../run/types.ts";
import type { TextAgainstImage } from "../findings/evidence.ts";
import { hiddenTokens, imageSinks, recordsSinks } from "../findings/sinks.ts";
import { cleannTable } from "../cause-figure/cleann-table.ts";
import type { Field, Table } from "../figure/csv.ts";
import { columnHeads, type FigureTable } from "../figure/figure-table.ts";
import { flowColumns } from "../cause-figure/flow-table.ts";
import { flowUnits } from "../cause-figure/flow-text.ts";
import { causesTable } from "../cause-figure/found-causes.ts";
import { choiceFields } from "./describe-selection.ts";
import { imageAttentionMatrix, lensOfAnswer, tokenMaps } from "./maps.ts";
import { explainedTokens, type Selection } from "./selection.ts";
import { vocabularyTexts } from "../run/vocabulary.ts";

const mapColumns = [
  ...["method", "variant", "map", "layer", "head", "token", "text", "position"],
  ...["image", "grid", "row", "col", "left", "top", "width", "height", "sink", "value"],
];
const evidenceColumns = [
  ...["token", "text", "image_part", "on_image", "on_text", "input"],
  ...["word", "position", "image", "row", "col", "relevancy"],
];
const matrixColumns = ["token", "text", "layer", "head", "image_attention"];
const tokenColumns = [
  ...["position", "id", "text", "role", "turn", "image", "row", "col"],
  ...["token", "probability", "logit"],
];
const lensColumns = ["token", "text", "layer", "rank", "id", "candidate", "logit", "probability"];

/** Those of causes, as the page shows them. */
const causeTables: readonly Pick<FigureTable, "columns">[] = [
  causesTable([]),
  ...flowUnits.map((unit) => ({ columns: flowColumns(unit) })),
  cleannTable({ heads: [] }, () => ""),
];

/** The columns of every table that is exported. */
export const exportedTables: readonly (readonly string[])[] = [
  mapColumns,
  evidenceColumns,
  matrixColumns,
  tokenColumns,
  lensColumns,
  ...causeTables.map(columnHeads),
];

function answerTokens({ tokens, answer }: RunDescription): readonly RunToken[] {
  return tokens.slice(answer.start, answer.end);
}

/**
 * One row per explained answer token and image token: the value of the selection's method there, by the selection's variant, map, layer
 * and head. `left`, `top`, `width` and `height` are the image token's cell in pixels of the original picture; `sink` is 1 if the image
 * token is an attention sink, and empty if the run does not say.
 */
export async function mapTable(run: Run, selection: Selection): Promise<Table> {
  const { description } = run;
  const explained = explainedTokens(run, selection);
  const maps = await tokenMaps(run, selection, explained);
  const { variant, map, layer, head } = choiceFields(selection);
  const sinks = recordsSinks(run) ? hiddenTokens(await imageSinks(run)) : undefined;
  const places = imageTokens(description).map(({ position, image, cell }) => {
    const grid = cell && description.images[image]!.grids[cell.grid];
    const box = grid && cellBox(grid, cell);
    return [position, image, cell?.grid, cell?.row, cell?.col, box?.left, box?.top, box?.width, box?.height];
  });
  const texts = answerTokens(description);
  const rows = explained.flatMap((token, at) =>
    places.map((place, i) => [
      ...[selection.method, variant, map, layer, head, token, texts[token]!.text],
      ...place,
      sinks && Number(sinks.has(i)),
      maps.data[at * places.length + i],
    ]),
  );
  return { columns: mapColumns, rows };
}

/**
 * One row per explained answer token, and word or patch that it rests on by exact relevancy: `image_part` and the sums on image and text
 * belong to the answer token, `relevancy` to the word (`input` is "question" or "answer") or to its best patch (`input` is "patch").
 */
export function evidenceTable({ tokens }: TextAgainstImage): Table {
  const rows = tokens.flatMap(({ tokens: [token], text, evidence }) => {
    const { imagePart, onImage, onText, patch, words } = evidence;
    const said: Field[] = [token, text, imagePart, onImage, onText];
    const best: Field[][] =
      patch === null
        ? []
        : [[...said, "patch", null, patch.position, patch.image, patch.row, patch.col, patch.relevancy]];
    return [
      ...best,
      ...words.map((word): Field[] => [
        ...[...said, word.role, word.text, word.positions[0]],
        ...[null, null, null, word.relevancy],
      ]),
    ];
  });
  return { columns: evidenceColumns, rows };
}

/** One row per answer token, layer and head: attention summed over the image tokens. */
export async function matrixTable(run: Run): Promise<Table> {
  const rows: Field[][] = [];
  for (const [token, { text }] of answerTokens(run.description).entries()) {
    const { layers, heads, values } = await imageAttentionMatrix(run, [token]);
    for (const [i, layer] of layers.entries()) {
      for (let head = 0; head < heads; head++) rows.push([token, text, layer, head, values[i * heads + head]]);
    }
  }
  return { columns: matrixColumns, rows };
}

/** One row per token of prompt and answer. `token` counts the answer tokens. */
export function tokenTable({ tokens, answer, answerTokens: probabilities }: RunDescription): Table {
  const rows = tokens.map(({ id, text, role, turn, image, row, col }, position) => {
    const token = position >= answer.start ? position - answer.start : undefined;
    const said = token === undefined ? undefined : probabilities[token];
    return [position, id, text, role, turn, image, row, col, token, said?.probability, said?.logit];
  });
  return { columns: tokenColumns, rows };
}

/** One row per answer token, layer and rank: what the logit lens reads. Layer "input" is the input of the first layer. */
export async function lensTable(run: Run): Promise<Table> {
  const texts = vocabularyTexts(run.description);
  const readings = await lensOfAnswer(run);
  const rows = answerTokens(run.description).flatMap(({ text }, token) =>
    readings[token]!.flatMap((best, index) =>
      best.map(({ id, logit, probability }, rank) => [
        token,
        text,
        index === 0 ? "input" : index - 1,
        rank,
        id,
        texts(id),
        logit,
        probability,
      ]),
    ),
  );
  return { columns: lensColumns, rows };
}
