/** @file Errors that a caller acts on, told apart by a code. */

/**
 * Stable codes, as the server answers them. `not-recorded`: the run does not hold what is asked, and can be made to. `unavailable`: the
 * disk does not do what is needed now.
 */
export type ProblemCode = "not-found" | "not-recorded" | "bad-request" | "too-large" | "conflict" | "unavailable";

/** An error of a request, not of the program: its message is one sentence for the user. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly code: ProblemCode;

  constructor(code: ProblemCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
