/** @file The question that a run answers, to be asked again. */
import { editedPicture, originalPicture } from "../run/pictures.ts";
import type { Run } from "../run/types.ts";
import type { GivenPicture } from "./pictures.ts";
import type { Question } from "./question.ts";

/** The question that a run answers, with the values of its sampling as they were then. */
export async function questionOfRun(run: Run): Promise<Question> {
  const { messages, prompt, images, sampling: recorded } = run.description;
  const sampling = { ...recorded, source: undefined };
  const pictures: GivenPicture[] = [];
  for (const [image, { name, edits }] of images.entries()) {
    const { bytes } = await originalPicture(run, image);
    const edited = await editedPicture(run, image);
    const edit = edited === undefined ? {} : { edited: { bytes: edited.bytes, steps: edits ?? [] } };
    pictures.push({ name, bytes, ...edit });
  }
  return {
    conversation: { messages, prompt: messages === null ? prompt : null, pictures },
    fit: images[0]?.fit ?? "default",
    sampling,
  };
}

/** The text of the last message. */
export function questionText({ conversation: { messages, prompt } }: Question): string {
  const parts = messages?.at(-1)?.content ?? [];
  const text = parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join(" ");
  return (messages === null ? (prompt ?? "") : text).trim();
}
