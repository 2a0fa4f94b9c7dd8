/** @file What every edge of attention does to an answer token, to first order, by one pass forward and one backward. */
import { edgeScores, type EdgeScores } from "../scoring/edge-scores.ts";
import { blockInputTaps } from "../engine/language-backward.ts";
import type { TargetKind } from "../engine/target.ts";
import { recordNothing, type RecordingPlan } from "../explain/recording-plan.ts";
import type { ScoreKind } from "../methods/probability.ts";
import { ranksByEdges } from "../run/cause-requests.ts";
import type { MeasureRequest } from "../run/measures.ts";
import { keyCount, predictingPosition } from "../run/positions.ts";
import type { MeasureContext } from "./measure-types.ts";

/** Passes forward that the estimates cost: one, and one backward, which takes about two. */
export const estimateCalls = 3;

/** Hidden states that the pass backward holds beside the inputs of the layers: a derivative, and those of query, key and value. */
const derivativeStates = 4;

/** What the estimates keep while they go forward and backward, for the forecast of memory. */
export function estimatesPlan(layers: number): RecordingPlan {
  return { ...recordNothing, languageTaps: blockInputTaps(layers), keptStates: derivativeStates };
}

/** Whether a request estimates edges before it asks. */
export function estimatesEdges(request: MeasureRequest): boolean {
  if (request.kind === "flow") return true;
  return request.kind === "minimal" && ranksByEdges(request.order);
}

function targetOf(score: ScoreKind): TargetKind {
  return score === "log-probability" ? { kind: "logprob" } : { kind: "contrast", rivalId: score.contrast };
}

export interface EdgeEstimates {
  readonly token: number;
  readonly score: ScoreKind;
  /** Positions of each group on the key axis; no groups if node sums alone are wanted. */
  readonly groups?: readonly { readonly positions: readonly number[] }[];
}

/** Falls of the token's score by edges: of groups by layer, and of single tokens as `nodes`, by place on the key axis. */
export async function edgeEstimates(
  { model, probe, signal }: Pick<MeasureContext, "model" | "probe" | "signal">,
  { token, score, groups = [] }: EdgeEstimates,
): Promise<EdgeScores> {
  const { description, sequence } = probe;
  const groupOf = new Int32Array(keyCount(description)).fill(-1);
  for (const [group, { positions }] of groups.entries()) for (const position of positions) groupOf[position] = group;
  return edgeScores(
    model,
    sequence,
    {
      position: predictingPosition(description, token),
      id: description.tokens[description.answer.start + token]!.id,
      target: targetOf(score),
      groups: groupOf,
      groupCount: groups.length,
    },
    { signal },
  );
}
