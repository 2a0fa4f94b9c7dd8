/** @file The error of a command that is written wrongly: exit code 2. */

/** The caller shows the message and ends with the exit code for bad usage. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
