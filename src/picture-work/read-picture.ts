/** @file Reads pictures and does one task with each, outside of this process unless they are small. */
import { pixelValuesOf } from "../image/prepare.ts";
import { doPictureTask } from "./do-task.ts";
import { withBytes } from "./long-answers.ts";
import { endProcess, inTurn, pictureProblem, sendFile, type Send } from "./picture-process.ts";
import { isSmallPicture } from "./small-picture.ts";
import {
  partBytes,
  type PictureAnswer,
  type PictureReading,
  type PictureTask,
  type ProcessAnswer,
  type WorkAnswer,
} from "./work-types.ts";

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
    const answer = isSmallPicture(bytes)
      ? await doPictureTask(bytes, task, reading)
      : await inTurn(signal, async (send) => workOutside(bytes, { task, reading }, send));
    return withPixelValues(answer, task) as PictureAnswer<Task["kind"]>;
  } catch (error) {
    signal?.throwIfAborted();
    throw pictureProblem(error, reading.name);
  }
}

interface OutsideWork {
  readonly task: PictureTask;
  readonly reading: PictureReading;
}

async function workOutside(bytes: Uint8Array, { task, reading }: OutsideWork, send: Send): Promise<ProcessAnswer> {
  await sendFile(bytes, send);
  const answer = await send({ step: "work", task, reading });
  const whole = await wholeAnswer(answer, send);
  // What a large picture leaves behind would count against the next one.
  if ((answer.memory ?? 0) > keptMemoryBytes) endProcess();
  return whole as ProcessAnswer;
}

/** An answer with the bytes that it came without. */
export async function wholeAnswer({ answer, rest }: WorkAnswer, send: Send): Promise<unknown> {
  if (rest === undefined) return answer;
  const bytes = new Uint8Array(rest);
  for (let offset = 0; offset < rest; offset += partBytes) {
    bytes.set((await send({ step: "rest", offset })).bytes!, offset);
  }
  return withBytes(answer, bytes);
}

function withPixelValues(answer: ProcessAnswer, task: PictureTask): unknown {
  if (task.kind !== "prepared" || !("prepared" in answer) || "size" in answer.prepared) return answer;
  const { prepared } = answer;
  return { ...answer, prepared: { pixelValues: pixelValuesOf(prepared.levels, task.settings), ...prepared } };
}
