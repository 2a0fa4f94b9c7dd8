/** @file From what the page asks to a question for the model, with everything that it needs held in memory. */
import { quote } from "../../json/quote.ts";
import { editSteps } from "../../run/schema.ts";
import { checkPictureCount } from "../../explain/conversation.ts";
import type { PictureStore } from "../picture-store.ts";
import type { GivenPicture } from "../../explain/pictures.ts";
import { ProblemError } from "../../problem/problem.ts";
import type { Question } from "../../explain/question.ts";
import type { AskPicture, AskRequest } from "../workbench-types.ts";

/** Throws `bad-request` where the messages do not end with a question, or do not take the pictures. */
function checkConversation({ messages, pictures }: AskRequest): void {
  checkPictureCount(pictures.length);
  const last = messages.at(-1);
  if (last?.role !== "user") {
    throw new ProblemError("bad-request", "The last message must be the user's question; write one.");
  }
  if (!last.content.some((part) => part.type === "text" && part.text.trim() !== "")) {
    throw new ProblemError("bad-request", "The question is empty; write what you want to know.");
  }
  const places = messages.flatMap(({ content }) => content).filter(({ type }) => type === "image").length;
  if (places !== pictures.length) {
    throw new ProblemError(
      "bad-request",
      `The messages have ${places} places for pictures, but ${pictures.length} were given; give one picture for each place.`,
    );
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
