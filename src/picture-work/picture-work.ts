/**
 * @file The process that reads pictures: takes a file in parts, does one task with it or keeps it decoded for requests to come, and hands
 * long answers out in parts.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import sharp from "sharp";
import { PictureTooLargeError } from "../image/decode.ts";
import { answerKept } from "./changeable-picture.ts";
import { doPictureTask } from "./do-task.ts";
import { keptPictures } from "./kept-pictures.ts";
import { withoutBytes } from "./long-answers.ts";
import { partBytes, type WorkAnswer, type WorkMessage } from "./work-types.ts";

// One picture at a time: threads and kept results would only add memory.
sharp.cache(false);
sharp.concurrency(1);
// Rows from the decoder lie outside of V8's heap, so that it does not see when it has to collect them; see `stripReader`.
setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
Object.assign(globalThis, { gc: collect });

let file: Uint8Array = new Uint8Array(0);
let longAnswer: Uint8Array = new Uint8Array(0);
const kept = keptPictures(collect);

type Message<Step extends WorkMessage["step"]> = Extract<WorkMessage, { readonly step: Step }>;

/** Does one step of the work on a picture, in the sandbox: its file and long answers pass in parts. */
export async function handle(message: WorkMessage): Promise<WorkAnswer> {
  try {
    return await answerOf(message);
  } catch (error) {
    // An error loses its class on its way.
    if (error instanceof PictureTooLargeError) return { tooLarge: error.message };
    throw error;
  }
}

async function answerOf(message: WorkMessage): Promise<WorkAnswer> {
  switch (message.step) {
    case "part":
      if (message.offset === 0) file = new Uint8Array(message.total);
      file.set(message.bytes, message.offset);
      return {};
    case "rest":
      return { bytes: longAnswer.slice(message.offset, message.offset + partBytes) };
    case "work":
      return work(message);
    case "keep":
      return keep(message);
    case "kept": {
      const { id, question } = message;
      const picture = kept.get(id, question.kind === "levels" ? question.change : undefined);
      return picture === undefined ? { missing: true } : inParts(answerKept(picture, question));
    }
    case "drop":
      kept.drop(message.id);
      return {};
  }
}

/** The file that came in parts; it is not held any longer. */
function takeFile(): Uint8Array {
  const bytes = file;
  file = new Uint8Array(0);
  return bytes;
}

async function work({ task, reading }: Message<"work">): Promise<WorkAnswer> {
  const bytes = takeFile();
  const answer = await kept.beside(reading, async (least) => doPictureTask(bytes, task, least));
  const memory = process.memoryUsage.rss() - kept.heldBytes();
  return { ...inParts(answer), memory };
}

/** The answer; one with many bytes without them, and these are kept to be fetched. */
function inParts(answer: unknown): WorkAnswer {
  const { marked, bytes } = withoutBytes(answer);
  if (bytes.length <= partBytes) return { answer };
  longAnswer = bytes;
  return { answer: marked, rest: bytes.length };
}

async function keep({ id, reading, fitting }: Message<"keep">): Promise<WorkAnswer> {
  const answer = await kept.keep(id, takeFile(), { reading, fitting });
  // What decoding left behind would count against what is done with the picture.
  collect();
  return { answer };
}
