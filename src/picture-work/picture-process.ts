/**
 * @file The process that pictures are read in, one at a time. A picture is untrusted and may be large: the process has a limit on its
 * memory and a deadline, and only small results come back.
 */
import { PictureTooLargeError } from "../image/decode.ts";
import { createSandbox, SandboxLimitError } from "../sandbox/sandbox.ts";
import { ProblemError } from "../problem/problem.ts";
import { partBytes, type WorkAnswer, type WorkMessage } from "./work-types.ts";

/** Node and libvips take about 80 MB of it. */
const memoryMegabytes = 500;
/** The largest picture within the limits takes about 5 s; on a busy machine several times as long. */
const deadlineMs = 120_000;

/** One for the whole program, so that two large pictures are never in memory together. It starts with the first picture. */
const sandbox = createSandbox<WorkMessage, WorkAnswer>({
  handler: new URL("./picture-work.ts", import.meta.url),
  deadlineMs,
  memoryMegabytes,
});

let last: Promise<unknown> = Promise.resolve();

/** Sends one message to the process. Throws a PictureTooLargeError beyond the limits, and as a sandbox does. */
export type Send = (message: WorkMessage) => Promise<WorkAnswer>;

/** Messages that belong together, after those that were given before. Aborting ends the process that works on them. */
export async function inTurn<T>(signal: AbortSignal | undefined, work: (send: Send) => Promise<T>): Promise<T> {
  const send: Send = async (message) => {
    const answer = await sandbox.run(message, signal ? { signal } : {});
    if (answer.tooLarge !== undefined) throw new PictureTooLargeError(answer.tooLarge);
    return answer;
  };
  const turn = last.then(async () => {
    signal?.throwIfAborted();
    return work(send);
  });
  last = turn.catch(() => undefined);
  return turn;
}

export async function sendFile(bytes: Uint8Array, send: Send): Promise<void> {
  for (let offset = 0; offset < bytes.length; offset += partBytes) {
    const part = bytes.subarray(offset, offset + partBytes);
    await send({ step: "part", total: bytes.length, offset, bytes: part });
  }
}

/** The next work gets a new process. */
export function endProcess(): void {
  sandbox.close();
}

/** What went wrong with a picture, for the user. */
export function pictureProblem(error: unknown, name: string): Error {
  if (error instanceof SandboxLimitError) {
    const { reason, message } = error;
    if (reason === "ended") return new Error(`The picture ${name} could not be read, since ${message}; try again.`);
    const sentence = `The picture ${name} cannot be read, since ${message}; make it smaller first.`;
    return new ProblemError("too-large", sentence, { cause: error });
  }
  const code = error instanceof PictureTooLargeError ? "too-large" : "bad-request";
  return new ProblemError(code, (error as Error).message, { cause: error });
}
