/** @file From what the page asks to a question for the model, with everything that it needs held in memory. */
import { quote } from "../../json/quote.ts";
import { questionFault } from "../../run/question.ts";
import { editSteps } from "../../run/schema.ts";
import { checkPictureCount } from "../../explain/conversation.ts";
import type { PictureStore } from "../picture-store.ts";
import type { GivenPicture } from "../../explain/pictures.ts";
import { ProblemError } from "../../problem/problem.ts";
import type { Question } from "../../explain/question.ts";
import type { FitMode } from "../../image/types.ts";
import type { AskedSampling, EditStep, RunMessage } from "../../run/types.ts";

/** A picture of a question: as it came, and as it was edited. */
export interface AskPicture {
  /** Id of a stored picture. */
  readonly original: string;
  readonly edited?: { readonly picture: string; readonly steps: readonly EditStep[] };
}

export interface AskRequest {
  readonly model: string;
  /** The conversation, the last message from the user; `image` parts take the pictures in order. */
  readonly messages: readonly RunMessage[];
  readonly pictures: readonly AskPicture[];
  readonly fit: FitMode;
  readonly sampling: AskedSampling;
  /** `full` keeps every row of attention. */
  readonly record?: "default" | "full";
}

/** Throws `bad-request` if the messages do not end with a question, or do not take the pictures. */
function checkConversation({ messages, pictures }: AskRequest): void {
  checkPictureCount(pictures.length);
  const fault = questionFault(messages, pictures.length);
  if (fault?.kind === "role") {
    throw new ProblemError("bad-request", "The last message must be the user's question; write one.");
  }
  if (fault?.kind === "pictures") {
    throw new ProblemError(
      "bad-request",
      `The messages have ${fault.places} places for pictures, but ${pictures.length} were given; give one picture for each place.`,
    );
  }
  if (!messages.at(-1)!.content.some((part) => part.type === "text" && part.text.trim() !== "")) {
    throw new ProblemError("bad-request", "The question is empty; write what you want to know.");
  }
}

function givenPicture(store: PictureStore, { original, edited }: AskPicture): GivenPicture {
  const { stored, bytes } = store.get(original);
  if (edited === undefined) return { name: stored.name, bytes };
  const steps = editSteps.safeParse(edited.steps);
  if (!steps.success) {
    const [issue] = steps.error.issues;
    throw new ProblemError(
      "bad-request",
      `The steps of an edit are wrong at ${quote(issue?.path.join("."))} (${issue?.message ?? "unknown"}).`,
    );
  }
  return { name: stored.name, bytes, edited: { bytes: store.get(edited.picture).bytes, steps: steps.data } };
}

/** The question of a request. Throws `bad-request`, or `not-found` for a picture that is not there. */
export function questionOfRequest(request: AskRequest, store: PictureStore): Question {
  checkConversation(request);
  const pictures = request.pictures.map((picture) => givenPicture(store, picture));
  return {
    conversation: { messages: request.messages, prompt: null, pictures },
    fit: request.fit,
    sampling: request.sampling,
  };
}
