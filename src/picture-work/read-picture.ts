/** @file Reads pictures and does one task with each, outside of this process unless they are small. */
import { doPictureTask } from "./do-task.ts";
import { endProcess, inTurn, pictureProblem, sendFile, type Send } from "./picture-process.ts";
import { isSmallPicture } from "./small-picture.ts";
import { partBytes, type PictureAnswer, type PictureReading, type PictureTask } from "./work-types.ts";

/** A process that holds more after its work is ended, and the next picture gets a new one. */
const keptMemoryBytes = 200_000_000;

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
    const answer = await inTurn(signal, async (send) => workOutside(bytes, { task, reading }, send));
    return answer as PictureAnswer<Task["kind"]>;
  } catch (error) {
    signal?.throwIfAborted();
    throw pictureProblem(error, reading.name);
  }
}

interface OutsideWork {
  readonly task: PictureTask;
  readonly reading: PictureReading;
}

async function workOutside(bytes: Uint8Array, { task, reading }: OutsideWork, send: Send): Promise<unknown> {
  await sendFile(bytes, send);
  const { answer, rest, memory = 0 } = await send({ step: "work", task, reading });
  const whole = rest === undefined ? answer : withLong(answer as object, await fetchLong(rest, send));
  // What a large picture leaves behind would count against the next one.
  if (memory > keptMemoryBytes) endProcess();
  return whole;
}

async function fetchLong(length: number, send: Send): Promise<Uint8Array> {
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
