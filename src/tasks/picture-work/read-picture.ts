/**
 * @file Reads pictures outside of this process, one at a time. A picture is untrusted and may be large: the process has a limit on its
 * memory and a deadline, and only small results come back.
 */
import { PictureTooLargeError } from "../../image/decode.ts";
import { createSandbox, SandboxLimitError } from "../../sandbox/sandbox.ts";
import { ProblemError } from "../problem.ts";
import { doPictureTask } from "./do-task.ts";
import { isSmallPicture } from "./small-picture.ts";
import {
  partBytes,
  type PictureAnswer,
  type PictureReading,
  type PictureTask,
  type WorkAnswer,
  type WorkMessage,
} from "./work-types.ts";

/** Node and libvips take about 80 MB of it. */
const memoryMegabytes = 500;
/** A process that holds more after its work is ended, and the next picture gets a new one. */
const keptMemoryBytes = 200_000_000;
/** The largest picture within the limits takes about 5 s; on a busy machine several times as long. */
const deadlineMs = 120_000;

/** One for the whole program, so that two large pictures are never in memory together. It starts with the first picture. */
const sandbox = createSandbox<WorkMessage, WorkAnswer>({
  handler: new URL("./picture-work.ts", import.meta.url),
  deadlineMs,
  memoryMegabytes,
});

let last: Promise<unknown> = Promise.resolve();

export interface ReadPictureOptions<Task extends PictureTask> extends PictureReading {
  readonly task: Task;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Does a task with a picture file. Throws the problem `bad-request` with the sentence of `decodeImage` for what cannot be read, `too-large`
 * beyond the limits or when reading it took more time or memory than it may, and the signal's reason when it is aborted.
 */
export async function readPicture<Task extends PictureTask>(
  bytes: Uint8Array,
  { task, signal, ...reading }: ReadPictureOptions<Task>,
): Promise<PictureAnswer<Task["kind"]>> {
  signal?.throwIfAborted();
  try {
    // Starting a process takes longer than a small picture does; see `isSmallPicture` for what bounds it.
    if (isSmallPicture(bytes)) return (await doPictureTask(bytes, task, reading)) as PictureAnswer<Task["kind"]>;
    const work = last.then(async () => workOutside(bytes, { task, reading, signal }));
    last = work.catch(() => undefined);
    return (await work) as PictureAnswer<Task["kind"]>;
  } catch (error) {
    signal?.throwIfAborted();
    throw problemOf(error, reading.name);
  }
}

function problemOf(error: unknown, name: string): Error {
  if (error instanceof SandboxLimitError) {
    const { reason, message } = error;
    if (reason === "ended") return new Error(`The picture ${name} could not be read, since ${message}; try again.`);
    const sentence = `The picture ${name} cannot be read, since ${message}; make it smaller first.`;
    return new ProblemError("too-large", sentence, { cause: error });
  }
  const code = error instanceof PictureTooLargeError ? "too-large" : "bad-request";
  return new ProblemError(code, (error as Error).message, { cause: error });
}

interface OutsideWork {
  readonly task: PictureTask;
  readonly reading: PictureReading;
  readonly signal: AbortSignal | undefined;
}

async function workOutside(bytes: Uint8Array, { task, reading, signal }: OutsideWork): Promise<unknown> {
  const send = async (message: WorkMessage): Promise<WorkAnswer> => sandbox.run(message, signal ? { signal } : {});
  for (let offset = 0; offset < bytes.length; offset += partBytes) {
    const part = bytes.subarray(offset, offset + partBytes);
    await send({ step: "part", total: bytes.length, offset, bytes: part });
  }
  const { answer, rest, tooLarge, memory = 0 } = await send({ step: "work", task, reading });
  if (tooLarge !== undefined) throw new PictureTooLargeError(tooLarge);
  const whole = rest === undefined ? answer : withLong(answer as object, await fetchLong(rest, send));
  // What a large picture leaves behind would count against the next one.
  if (memory > keptMemoryBytes) sandbox.close();
  return whole;
}

async function fetchLong(length: number, send: (message: WorkMessage) => Promise<WorkAnswer>): Promise<Uint8Array> {
  const long = new Uint8Array(length);
  for (let offset = 0; offset < length; offset += partBytes) {
    long.set((await send({ step: "rest", offset })).bytes!, offset);
  }
  return long;
}

/** Puts the long part of an answer back where it belongs. */
function withLong(answer: object, long: Uint8Array): unknown {
  if (!("image" in answer)) return { ...answer, bytes: long };
  return { ...answer, image: { ...(answer.image as object), data: long } };
}
