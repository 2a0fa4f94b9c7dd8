/** @file Learns the graph of a matrix from elsewhere in a process that can be stopped. */
import { createSandbox, SandboxLimitError } from "../sandbox/sandbox.ts";
import type { MatrixCauses } from "./matrix-causes.ts";
import type { MatrixRequest } from "./matrix-work.ts";

export interface MatrixLimits {
  /** Longest time that it may take, in milliseconds. */
  readonly deadlineMs: number;
  /** Most memory that it may take, in megabytes. */
  readonly memoryMegabytes: number;
  readonly signal?: AbortSignal;
}

const advice = {
  time: "name fewer tokens with --nodes, lower --alpha, or give it more with --time-limit",
  memory: "name fewer tokens with --nodes, or give it more with --max-memory",
  ended: "try again",
} as const;

/** Learns the graph of the matrix in a file. Throws an Error if a limit is passed, and as the work itself does. */
export async function matrixFileCauses(
  request: MatrixRequest,
  { deadlineMs, memoryMegabytes, signal }: MatrixLimits,
): Promise<MatrixCauses> {
  const handler = new URL("./matrix-work.ts", import.meta.url);
  const sandbox = createSandbox<MatrixRequest, MatrixCauses>({ handler, deadlineMs, memoryMegabytes });
  try {
    return await sandbox.run(request, { signal });
  } catch (cause) {
    if (!(cause instanceof SandboxLimitError)) throw cause;
    throw new Error(`The graph of ${request.file} was not learned: ${cause.message}; ${advice[cause.reason]}.`, {
      cause,
    });
  } finally {
    sandbox.close();
  }
}
