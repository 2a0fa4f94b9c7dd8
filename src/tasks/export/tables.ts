/** @file The tables of a run for CSV, tidy: one observation a row. Layers, heads, tokens, pictures, rows and columns count from 0. */
import { cellBox } from "../../image/geometry.ts";
import { answerLength, imageTokens } from "../../run/positions.ts";
import type { Run, RunDescription, RunToken } from "../../run/types.ts";
import type { Field, Table } from "./csv.ts";
import { imageAttentionMatrix, lensOfAnswer, tokenMaps } from "./maps.ts";
import type { Selection } from "./selection.ts";
import { vocabularyTexts } from "./vocabulary.ts";

function answerTokens({ tokens, answer }: RunDescription): readonly RunToken[] {
  return tokens.slice(answer.start, answer.end);
}

function placeOf(selection: Selection): { layer: Field; head: Field } {
  if (selection.method === "rollout") return { layer: null, head: null };
  return { layer: selection.layer, head: selection.method === "attention" ? selection.head : null };
}

/**
 * One row per answer token and image token: the value of the selection's method there, by the selection's layer and head. `left`,
 * `top`, `width` and `height` are the image token's cell in pixels of the original picture.
 */
export async function mapTable(run: Run, selection: Selection): Promise<Table> {
  const { description } = run;
  const count = answerLength(description);
  const maps = await tokenMaps(
    run,
    selection,
    Array.from({ length: count }, (_, token) => token),
  );
  const { layer, head } = placeOf(selection);
  const places = imageTokens(description).map(({ position, image, cell }) => {
    const grid = cell && description.images[image]!.grids[cell.grid];
    const box = grid && cellBox(grid, cell);
    return [position, image, cell?.grid, cell?.row, cell?.col, box?.left, box?.top, box?.width, box?.height];
  });
  const rows = answerTokens(description).flatMap(({ text }, token) =>
    places.map((place, i) => [
      selection.method,
      layer,
      head,
      token,
      text,
      ...place,
      maps.data[token * places.length + i],
    ]),
  );
  return {
    columns: [
      ...["method", "layer", "head", "token", "text", "position"],
      ...["image", "grid", "row", "col", "left", "top", "width", "height", "value"],
    ],
    rows,
  };
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
  return { columns: ["token", "text", "layer", "head", "image_attention"], rows };
}

/** One row per token of prompt and answer. `token` counts the answer tokens. */
export function tokenTable({ tokens, answer, answerTokens: probabilities }: RunDescription): Table {
  const rows = tokens.map(({ id, text, role, turn, image, row, col }, position) => {
    const token = position >= answer.start ? position - answer.start : undefined;
    const said = token === undefined ? undefined : probabilities[token];
    return [position, id, text, role, turn, image, row, col, token, said?.probability, said?.logit];
  });
  return {
    columns: ["position", "id", "text", "role", "turn", "image", "row", "col", "token", "probability", "logit"],
    rows,
  };
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
  return { columns: ["token", "text", "layer", "rank", "id", "candidate", "logit", "probability"], rows };
}
