/** @file The option --score: what is measured of an answer token. */
import { namedScoreOf } from "../run/cause-requests.ts";
import type { ScoreName } from "../run/measure-choices.ts";
import type { FlowRequest } from "../run/measures.ts";
import type { RunDescription } from "../run/types.ts";

/** Reads the score of a token. Throws an Error if the run holds no rival that a contrast could be to. */
export function readScore(
  description: RunDescription,
  named: { readonly token: number; readonly name: ScoreName },
): FlowRequest["score"] {
  const score = namedScoreOf(description, named);
  if (score !== undefined) return score;
  throw new Error("The run names no other token that could stand there; leave --score out.");
}
