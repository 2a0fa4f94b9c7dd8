/** @file A picture that stays decoded over many requests: in this process when it is small, else in the one that reads pictures. */
import { randomUUID } from "node:crypto";
import { decodeImage } from "../image/decode.ts";
import { pixelValuesOf, type FitOptions } from "../image/prepare.ts";
import type { RgbImage } from "../image/types.ts";
import type { FloatTensor } from "../tensor/tensor.ts";
import { SandboxLimitError } from "../sandbox/sandbox.ts";
import { answerKept, changeablePicture, type KeptQuestion, type PictureChange } from "./changeable-picture.ts";
import { inTurn, pictureProblem, sendFile, type Send } from "./picture-process.ts";
import { wholeAnswer } from "./read-picture.ts";
import { isSmallPicture } from "./small-picture.ts";
import type { PictureFacts, WorkAnswer } from "./work-types.ts";

export interface OpenPicture {
  readonly facts: PictureFacts;
  /** Of the changed picture, as `PreparedImage` has them. Throws as `openPicture`. */
  pixelValues(change: PictureChange): Promise<FloatTensor>;
  /** The same for pictures with the same pixels, as `digestOf` gives it. */
  digest(): Promise<string>;
  /** Frees the picture's memory. */
  close(): void;
}

export interface OpenPictureOptions extends FitOptions {
  /** For messages. */
  readonly name: string;
  readonly signal?: AbortSignal | undefined;
}

/** Throws as `readPicture`. */
export async function openPicture(bytes: Uint8Array, options: OpenPictureOptions): Promise<OpenPicture> {
  const { name, settings, signal } = options;
  async function said<T>(work: () => Promise<T>): Promise<T> {
    signal?.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      throw pictureProblem(error, name);
    }
  }
  const open = isSmallPicture(bytes) ? openInPlace : openOutside;
  const { facts, ask, close } = await said(async () => open(bytes, options));
  return {
    facts,
    async pixelValues(change) {
      const levels = await said(async () => ask({ kind: "levels", change }));
      return pixelValuesOf(levels as readonly RgbImage[], settings);
    },
    digest: async () => said(async () => ask({ kind: "digest" })) as Promise<string>,
    close,
  };
}

interface Opened {
  readonly facts: PictureFacts;
  readonly ask: (question: KeptQuestion) => Promise<unknown>;
  readonly close: () => void;
}

async function openInPlace(bytes: Uint8Array, { name, settings, fit }: OpenPictureOptions): Promise<Opened> {
  const { image, ...facts } = await decodeImage(bytes, { name });
  const picture = changeablePicture(image, { name, settings, fit });
  return {
    facts,
    ask: (question) => Promise.resolve(answerKept(picture, question)),
    close: () => undefined,
  };
}

async function openOutside(bytes: Uint8Array, options: OpenPictureOptions): Promise<Opened> {
  const { name, settings, fit, signal } = options;
  const id = randomUUID();
  let isThere = false;

  async function keep(send: Send): Promise<WorkAnswer> {
    await sendFile(bytes, send);
    const answer = await send({ step: "keep", id, reading: { name }, fitting: { name, settings, fit } });
    isThere = true;
    return answer;
  }
  async function ask(question: KeptQuestion): Promise<unknown> {
    return inTurn(signal, async (send) => {
      const message = { step: "kept", id, question } as const;
      try {
        const answer = await send(message);
        if (answer.missing !== true) return await wholeAnswer(answer, send);
        // The process was ended meanwhile, or another picture needed its memory.
        await keep(send);
        return await wholeAnswer(await send(message), send);
      } catch (error) {
        // The process was ended, and its memory with it.
        if (signal?.aborted === true || error instanceof SandboxLimitError) isThere = false;
        throw error;
      }
    });
  }
  function close(): void {
    if (!isThere) return;
    isThere = false;
    inTurn(undefined, async (send) => send({ step: "drop", id })).catch(() => undefined);
  }
  const { answer } = await inTurn(signal, keep);
  return { facts: answer as PictureFacts, ask, close };
}
