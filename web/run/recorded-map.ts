/** @file A recorded map of some answer tokens, read by the catalogue: what is missing of it, or its numbers as they arrive. */
import { meanRow, wordRow } from "../../src/methods/word-relevancy.ts";
import { explainedBy } from "../../src/run/explained.ts";
import type { MapMethod, MapName } from "../../src/run/map-catalogue.ts";
import { hasTensors, mapRow, methodRow, recordingOf, tokenTensor, type HeldTensors } from "../../src/run/maps.ts";
import { regionLimits, type Fill } from "../../src/run/measure-choices.ts";
import type { ComputeRequest } from "../../src/server/api.ts";
import { floatTensor, type FloatTensor } from "../../src/tensor/tensor.ts";
import { meanOfRows } from "./attention-row.ts";
import { atImageTokens } from "./layout.ts";
import type { OpenRun } from "./open-run.svelte.ts";

/** A map that the run does not hold: what is missing, and what would compute it. */
export interface MissingMap {
  readonly missing: string;
  readonly request?: ComputeRequest;
}

const noPicture: MissingMap = { missing: "The question has no picture." };

type RunTensors = Pick<OpenRun, "dims" | "document">;

/** What of the run decides whether it holds a map. */
export function heldTensors(run: RunTensors): HeldTensors {
  return { dims: (tensor) => run.dims(tensor), description: run.document.description };
}

/** Whether the run holds what the map of an answer token is read from. */
export function hasMap(run: RunTensors, map: MapName, token: number): boolean {
  return hasTensors(map, heldTensors(run), token);
}

/** What would compute a map of an answer token; `fill` takes the place of masked patches. */
export function requestFor(map: MapName, { token, fill }: { token: number; fill: Fill }): ComputeRequest {
  const recording = recordingOf(map);
  if (recording !== undefined) return recording;
  const asked = { token, fill, seed: 0 };
  if (map !== "regions") return { methods: [], measure: { kind: "occlusion", ...asked } };
  const { regions, budget } = regionLimits;
  return { methods: [], measure: { kind: "regions", ...asked, regions: regions.default, budget: budget.default } };
}

function missingText(map: MapName): string {
  const { method, variant } = mapRow(map);
  const { name, computation } = methodRow(method);
  if (computation === "graphs") return `${name} need the attention of the last layer, which was not recorded.`;
  if (computation === "masking") {
    return map === "regions"
      ? "The regions of this token were not searched."
      : `${name} each patch of this token was not measured.`;
  }
  return `${name}${variant === "reference" ? `, ${variant},` : ""} was not computed.`;
}

interface MissingChoice {
  /** Answer tokens; none stands for any. */
  readonly tokens: readonly number[];
  /** What takes the place of masked patches. */
  readonly fill?: Fill;
}

/** What is missing of a map on the picture, and what would compute it; undefined if the run holds it. */
export function missingMap(run: OpenRun, map: MapName, choice: MissingChoice): MissingMap | undefined {
  return run.layout.imagePositions.length === 0 ? noPicture : missingRows(run, map, choice);
}

/** The same of the rows of a map, which need no picture. */
export function missingRows(
  run: OpenRun,
  map: MapName,
  { tokens, fill = "mean" }: MissingChoice,
): MissingMap | undefined {
  const lacking = (tokens.length === 0 ? [0] : tokens).find((token) => !hasMap(run, map, token));
  if (lacking !== undefined) {
    return { missing: missingText(map), request: requestFor(map, { token: lacking, fill }) };
  }
  const { method } = mapRow(map);
  const explained = explainedBy(run.document.description, method).tokens;
  // Rows of tokens that were not explained are zero, which is no map of theirs.
  return tokens.every((token) => explained.includes(token))
    ? undefined
    : { missing: `The selected tokens were not explained by ${method}.` };
}

/** Rows of some answer tokens over the map's own axis, [tokens, sequence] or [tokens, image tokens]; undefined while they are on their way. */
export function rowsOfTokens(run: OpenRun, map: MapName, tokens: readonly number[]): FloatTensor | undefined {
  const { reading } = mapRow(map);
  if (reading.from !== "rows" || tokens.length === 0) return undefined;
  // Rows that are asked for one by one are put together, so that a large tensor is never fetched whole.
  const rows = tokens.map((token) => run.row(reading.tensor, token));
  if (rows.some((row) => row === undefined)) return undefined;
  const width = rows[0]!.length;
  const together = floatTensor([rows.length, width]);
  for (const [i, row] of rows.entries()) together.data.set(row!, i * width);
  return together;
}

/**
 * The mean row of some answer tokens over the map's own axis, [sequence] or [image tokens]; the identity of each token is left out. Undefined
 * while it is on its way.
 */
export function rowOfTokens(run: OpenRun, map: MapName, tokens: readonly number[]): Float32Array | undefined {
  const { reading, keepsIdentity } = mapRow(map);
  if (reading.from === "attention") {
    const rows = run.answerAttention(null, null);
    return (
      rows &&
      meanOfRows(
        rows,
        tokens,
        Array.from({ length: rows.dims[1]! }, (_, position) => position),
      )
    );
  }
  if (reading.from === "tensor-of-token") {
    const [token] = tokens;
    return token === undefined ? undefined : (run.tensor(tokenTensor(map, token))?.data as Float32Array | undefined);
  }
  const rows = rowsOfTokens(run, map, tokens);
  const owned = tokens.map((token, i) => ({ token: i, own: run.layout.predicting[token]! }));
  return rows && (keepsIdentity ? wordRow(rows, owned) : meanRow(rows, [...tokens.keys()]));
}

/** A row over the map's own axis at the image tokens, [image tokens]. */
export function rowAtImageTokens(row: Float32Array, map: MapName, { layout }: Pick<OpenRun, "layout">): Float32Array {
  return mapRow(map).axis === "sequence" ? atImageTokens(row, layout) : row;
}

/** The map of some answer tokens, mean over them, one number per image token; undefined while it is on its way. */
export function mapOfTokens(
  run: OpenRun,
  map: Exclude<MapMethod, "causes">,
  tokens: readonly number[],
): Float32Array | MissingMap | undefined {
  const missing = missingMap(run, map, { tokens });
  if (missing) return missing;
  const row = rowOfTokens(run, map, tokens);
  return row && rowAtImageTokens(row, map, run);
}
