/** @file Two runs at the same answer token: both maps, on the same patches where they have them, and their difference. */
import { explainedBy } from "../../../src/run/explained.ts";
import type { CompareMethod, Selection } from "../../selection/selection.ts";
import type { MissingMap } from "../../map/picture-map.ts";
import { chosenTokens } from "../../run/chosen-tokens.ts";
import { meanOfRows } from "../../run/attention-row.ts";
import { missingRollout, rolloutOf } from "../../map/attention-map.ts";
import type { OpenRun } from "../../run/open-run.svelte.ts";
import { resampleMap, sameGrids } from "./resample.ts";

/** Resampled shares keep their sum; relevancy, which has no unit, keeps its height. */
const share = { isShare: true, unit: "share of attention per patch" } as const;
const relevancy = { isShare: false, unit: "relevancy, no unit" } as const;

/** What the two maps are. A table, so that a method without its words does not compile. */
export const compareMethods: {
  readonly [M in CompareMethod]: {
    readonly label: string;
    readonly subject: string;
    readonly isShare: boolean;
    readonly unit: string;
  };
} = {
  attention: { label: "mean attention", subject: "attention, mean of all heads and layers", ...share },
  rollout: { label: "rollout", subject: "attention rollout", ...share },
  language: { label: "relevancy, language model", subject: "relevancy of the language model", ...relevancy },
  vision: { label: "relevancy, vision tower", subject: "relevancy of the vision tower", ...relevancy },
  combined: { label: "relevancy, combined", subject: "combined relevancy", ...relevancy },
};

const missingRelevancy: MissingMap = {
  missing: "Relevancy was not computed.",
  request: { methods: ["relevancy"], variants: ["exact"] },
};

/** The map of some answer tokens by a method, mean over the tokens, one number per image token; undefined while it is on its way. */
export function methodMap(
  run: OpenRun,
  method: CompareMethod,
  tokens: readonly number[],
): Float32Array | MissingMap | undefined {
  const { layout } = run;
  if (method === "rollout") return run.has("rollout") ? rolloutOf(run, tokens) : missingRollout;
  if (method === "attention") {
    if (run.attentionLayers.length === 0) {
      return { missing: "Attention was not recorded.", request: { methods: ["attention"] } };
    }
    const rows = run.answerAttention(null, null);
    return rows && meanOfRows(rows, tokens, layout.imagePositions);
  }
  const name = `relevancy.exact.${method}`;
  if (!run.has(name)) return missingRelevancy;
  // Rows of tokens that were not explained are zero, which is no map of theirs.
  const explained = explainedBy(run.document.description, "relevancy").tokens;
  if (!tokens.every((token) => explained.includes(token))) {
    return { missing: "The selected tokens were not explained by relevancy." };
  }
  const rows = tokens.map((token) => run.row(name, token));
  if (rows.some((row) => row === undefined)) return undefined;
  const places = method === "language" ? layout.imagePositions : layout.imagePositions.map((_, i) => i);
  return Float32Array.from(
    places,
    (place) => rows.reduce((sum, row) => sum + row![place]!, 0) / Math.max(1, rows.length),
  );
}

export interface Comparison {
  readonly method: CompareMethod;
  /** Answer tokens that both runs have, by index. */
  readonly tokens: readonly number[];
  /** Maps of the first picture of each run, on its own patches. */
  readonly a: Float32Array;
  readonly b: Float32Array;
  /** The map of B on the patches of A. */
  readonly bOnA: Float32Array;
  /** B less A on the patches of A. */
  readonly difference: Float32Array;
  /** Whether the grids were the same, so that nothing was resampled. */
  readonly sameGrids: boolean;
}

export type ComparisonState = Comparison | MissingMap | undefined;

export function isComparison(state: ComparisonState): state is Comparison {
  return state !== undefined && !("missing" in state);
}

function firstPicture(run: OpenRun, values: Float32Array): Float32Array {
  const { first, end } = run.layout.pictures[0]!;
  return values.subarray(first, end);
}

/** Compares the open run A with another run B at the chosen answer tokens. Undefined while something is on its way. */
export function compareRuns(
  a: OpenRun,
  b: OpenRun,
  { compareBy: method, ...selection }: Pick<Selection, "compareBy" | "tokens">,
): ComparisonState {
  const pictures = [a, b].map((run) => run.document.description.images[0]);
  if (pictures.some((picture) => picture === undefined)) return { missing: "Both runs need a picture." };
  const chosen = chosenTokens(a, selection);
  if (chosen.length === 0) return undefined;
  const tokens = chosen.filter((token) => token < b.layout.answerLength);
  if (tokens.length === 0) {
    return { missing: `The answer of B has only ${b.layout.answerLength} tokens; select an earlier one.` };
  }
  const [mapA, mapB] = [methodMap(a, method, tokens), methodMap(b, method, tokens)];
  if (mapA === undefined || mapB === undefined) return undefined;
  if ("missing" in mapA) return { ...mapA, missing: `Run A: ${mapA.missing}` };
  if ("missing" in mapB) return { missing: `Run B: ${mapB.missing} Open it to compute it.` };
  const [valuesA, valuesB] = [firstPicture(a, mapA), firstPicture(b, mapB)];
  const [pictureA, pictureB] = [pictures[0]!, pictures[1]!];
  const isSame = sameGrids(pictureA, pictureB);
  const bOnA = isSame
    ? valuesB
    : resampleMap(valuesB, { from: pictureB, to: pictureA, scale: compareMethods[method].isShare });
  return {
    method,
    tokens,
    a: valuesA,
    b: valuesB,
    bOnA,
    difference: valuesA.map((value, patch) => bOnA[patch]! - value),
    sameGrids: isSame,
  };
}
