/** @file The map and the row of every method for one answer token of a run, and the maps that know nothing. */
import { centerMap } from "../../src/findings/ground-truth.ts";
import { headMean } from "../../src/methods/attention.ts";
import { imageTokens, positionsOfRole, predictingPosition } from "../../src/run/positions.ts";
import { mapNames, type MapName, type MapRow } from "../../src/run/map-catalogue.ts";
import { isGradientMethod, mapRow, otherMethods } from "../../src/run/maps.ts";
import type { RunDescription } from "../../src/run/types.ts";
import type { RecordedRun } from "../../src/explain/explain.ts";
import { floatTensor, type FloatTensor } from "../../src/tensor/tensor.ts";

/** A map as the tables call it: "relevancy exact, language". */
function tableName(map: MapName): string {
  const { method, variant, part } = mapRow(map);
  const words = method === "gradient-rollout" ? "gradient rollout" : method;
  return `${words}${variant === undefined ? "" : ` ${variant}`}${part === undefined ? "" : `, ${part}`}`;
}

/** The tensors of maps along this axis, [answer tokens, entries], by what the tables call them. */
function tensorsOf(axis: MapRow["axis"]): Record<string, string> {
  return Object.fromEntries(
    mapNames.flatMap((map) => {
      const row = mapRow(map);
      return row.axis === axis && row.reading.from === "rows" ? [[tableName(map), row.reading.tensor]] : [];
    }),
  );
}

const rowTensors = tensorsOf("sequence");
const mapTensors = tensorsOf("image tokens");

/** Maps of methods that go back through the model, in the order of the table. */
export const gradientMethodNames: readonly string[] = mapNames
  .filter((map) => isGradientMethod(mapRow(map).method))
  .map(tableName);

/** Maps of every method that is recorded when it is asked for, relevancy among them, in the order of the table. */
export const recordedMethodNames: readonly string[] = mapNames
  .filter((map) => [...otherMethods, "relevancy"].some((method) => method === mapRow(map).method))
  .map(tableName);

/** The methods that also explain why one letter and not the other. */
export const contrastedMethodNames: readonly string[] = gradientMethodNames.filter(
  (method) => !method.startsWith("relevancy reference"),
);

/** The name of a method if it explains the difference of two logits. */
export function contrastName(method: string): string {
  return `${method}; contrast`;
}

/** Maps that know nothing of the question. */
export const baselineNames = ["uniform", "center"] as const;

/** What attention is called, layer by layer. */
export function attentionName(layer: number): string {
  return `attention, layer ${layer}`;
}

/** By method: one row of its tensor [rows, width], for the tensors that the run has. */
function tensorRows(
  { tensors }: RecordedRun,
  names: Readonly<Record<string, string>>,
  row: number,
): [method: string, values: Float32Array][] {
  return Object.entries(names).flatMap(([method, name]) => {
    const tensor = tensors.get(name) as FloatTensor | undefined;
    if (tensor === undefined) return [];
    const width = tensor.dims.at(-1)!;
    return [[method, tensor.data.slice(row * width, (row + 1) * width)]];
  });
}

/** The mean over the heads of one attention row, [N]. */
function meanAttention(run: RecordedRun, layer: number, query: number): Float32Array {
  const attention = run.tensors.get(`language.attention.${layer}`) as FloatTensor;
  const row = run.tensors.get(`language.attention.${layer}.queries`)!.data.indexOf(query);
  const [heads, rows, keys] = attention.dims as [number, number, number];
  const picked = floatTensor([heads, keys]);
  for (let head = 0; head < heads; head++) {
    const start = (head * rows + row) * keys;
    picked.data.set(attention.data.subarray(start, start + keys), head * keys);
  }
  return headMean(picked).data;
}

/** By method that the run recorded: how much each position matters for an answer token, [N]; the token's own position, at which relevancy keeps the identity, is 0. */
export function positionRows(run: RecordedRun, token: number): Map<string, Float32Array> {
  const { description } = run;
  const query = predictingPosition(description, token);
  const layers = Array.from({ length: description.model.languageLayers }, (_, layer) => layer).filter((layer) =>
    run.tensors.has(`language.attention.${layer}`),
  );
  const rows = new Map([
    ...layers.map((layer) => [attentionName(layer), meanAttention(run, layer, query)] as const),
    ...tensorRows(run, rowTensors, token),
  ]);
  for (const row of rows.values()) row[query] = 0;
  return rows;
}

/** By method that the run recorded: how much each image token matters for an answer token, [image tokens]. */
export function imageMaps(run: RecordedRun, token: number): Map<string, Float32Array> {
  const positions = imageTokens(run.description).map(({ position }) => position);
  return new Map([
    ...[...positionRows(run, token)].map(
      ([method, row]) => [method, Float32Array.from(positions, (position) => row[position]!)] as const,
    ),
    ...tensorRows(run, mapTensors, token),
  ]);
}

/** The same everywhere; and a bell around the middle of the picture. */
export function baselineMaps(description: RunDescription): Map<string, Float32Array> {
  return new Map<string, Float32Array>([
    ["uniform", new Float32Array(imageTokens(description).length).fill(1)],
    ["center", centerMap(description)],
  ]);
}

/** Sum of the positive entries of a row [N] at the question and at earlier answer tokens. */
export function textSum(description: RunDescription, row: ArrayLike<number>, token: number): number {
  const { start } = description.answer;
  const words = [
    ...positionsOfRole(description, "question"),
    ...Array.from({ length: token }, (_, earlier) => start + earlier),
  ];
  return positiveSum(row, words);
}

function positiveSum(row: ArrayLike<number>, positions: readonly number[]): number {
  return positions.reduce((all, position) => all + Math.max(0, row[position]!), 0);
}

/**
 * Image part I / (I + Q) of an answer token: I sums the positive entries of a row [N] at the image tokens, Q those at the question and at
 * earlier answer tokens. NaN if both are 0.
 */
export function imagePart(description: RunDescription, row: ArrayLike<number>, token: number): number {
  const image = positiveSum(row, positionsOfRole(description, "image"));
  return image / (image + textSum(description, row, token));
}
