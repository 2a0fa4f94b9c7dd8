/** @file Errors as the page gets them: a status, a stable code and a sentence. */
import { oneLine } from "../json/quote.ts";
import type { ProblemBody } from "./api.ts";

/** The codes of problems with the status of each. */
export const problemStatus = {
  "bad-request": 400,
  unauthorized: 401,
  forbidden: 403,
  "not-found": 404,
  "not-recorded": 404,
  conflict: 409,
  "too-large": 413,
  failed: 500,
  unavailable: 503,
} as const;

export type ProblemCode = keyof typeof problemStatus;

/** Statuses that say more than the one of their code. */
type OtherStatus = 405 | 414 | 415 | 416 | 429 | 503 | 504;

/** What a handler throws to answer with a `ProblemBody`. The message is one sentence. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly code: ProblemCode;
  readonly status: (typeof problemStatus)[ProblemCode] | OtherStatus;

  /** Seconds after which a client may try again. */
  readonly retryAfter: number | undefined;

  constructor(
    code: ProblemCode,
    message: string,
    options: { readonly status?: OtherStatus; readonly retryAfter?: number } = {},
  ) {
    super(message);
    this.retryAfter = options.retryAfter;
    this.code = code;
    this.status = options.status ?? problemStatus[code];
  }
}

/** What of a problem is answered. */
export type AnsweredProblem = Pick<Problem, "code" | "message" | "status" | "retryAfter">;

/** Names of files and addresses in a message are the client's. */
const longestMessage = 1000;

/** The answer to a problem. Never cached: the next try may go well. */
export function problemResponse(problem: AnsweredProblem): Response {
  const { code, message, status, retryAfter } = problem;
  const body: ProblemBody = { error: { code, message: oneLine(message, longestMessage) } };
  const headers = new Headers({ "cache-control": "no-store" });
  if (retryAfter !== undefined) headers.set("retry-after", String(retryAfter));
  return Response.json(body, { status, headers });
}
