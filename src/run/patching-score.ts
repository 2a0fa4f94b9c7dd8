/** @file What is measured when two runs are patched into each other, if nothing else is said. */
import type { PatchingRequest } from "./measures.ts";
import type { RunDescription } from "./types.ts";

type Answered = Pick<RunDescription, "tokens" | "answer">;

/**
 * The contrast of an answer token to what the other run says in its place after the same beginning; its log-probability if that is the same
 * token, or the answers part before.
 */
export function patchingScore(own: Answered, other: Answered, token: number): PatchingRequest["score"] {
  const said = ({ tokens, answer }: Answered, index: number): number | undefined =>
    answer.start + index < answer.end ? tokens[answer.start + index]!.id : undefined;
  const isSameBefore = Array.from({ length: token }, (_, index) => said(own, index) === said(other, index));
  const rival = said(other, token);
  if (rival === undefined || rival === said(own, token) || isSameBefore.includes(false)) return "log-probability";
  return { contrast: rival };
}
