/** @file The process that reads pictures: takes a file in parts, does one task with it, and hands long answers out in parts. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import sharp from "sharp";
import { PictureTooLargeError } from "../../image/decode.ts";
import { doPictureTask } from "./do-task.ts";
import { partBytes, type WorkAnswer, type WorkMessage } from "./work-types.ts";

// One picture at a time: threads and kept results would only add memory.
sharp.cache(false);
sharp.concurrency(1);
// Rows from the decoder lie outside of V8's heap, so that it does not see when it has to collect them; see `stripReader`.
setFlagsFromString("--expose-gc");
Object.assign(globalThis, { gc: runInNewContext("gc") as () => void });

let file: Uint8Array = new Uint8Array(0);
let longAnswer: Uint8Array = new Uint8Array(0);

/** Does one step of the work on a picture, in the sandbox: its file and long answers pass in parts. */
export async function handle(message: WorkMessage): Promise<WorkAnswer> {
  switch (message.step) {
    case "part":
      if (message.offset === 0) file = new Uint8Array(message.total);
      file.set(message.bytes, message.offset);
      return {};
    case "rest":
      return { bytes: longAnswer.slice(message.offset, message.offset + partBytes) };
    case "work":
      return work(message);
  }
}

async function work({ task, reading }: Extract<WorkMessage, { readonly step: "work" }>): Promise<WorkAnswer> {
  const bytes = file;
  file = new Uint8Array(0);
  try {
    const answer = await doPictureTask(bytes, task, reading);
    const memory = process.memoryUsage.rss();
    const long = "bytes" in answer ? answer.bytes : "image" in answer ? answer.image.data : undefined;
    if (long === undefined || long.length <= partBytes) return { answer, memory };
    longAnswer = long;
    const none = new Uint8Array(0);
    const short =
      "image" in answer ? { ...answer, image: { ...answer.image, data: none } } : { ...answer, bytes: none };
    return { answer: short, rest: long.length, memory };
  } catch (error) {
    // An error loses its class on its way.
    if (error instanceof PictureTooLargeError) return { tooLarge: error.message };
    throw error;
  }
}
