/** @file Asks the questions, finds the answer token that is explained, and records why. */
import type { HostedModel } from "../../src/explain/host.ts";
import { ask, type Answer } from "../../src/explain/ask.ts";
import { singleTurn } from "../../src/explain/conversation.ts";
import { explain, type RecordedRun } from "../../src/explain/explain.ts";
import type { Method, Variant } from "../../src/run/map-catalogue.ts";
import { gradientMethods } from "../../src/run/maps.ts";
import type { Question } from "../../src/explain/question.ts";
import { tokenText } from "../../src/explain/token-text.ts";
import { chosen, explainedToken, isRight, type TruthQuestion } from "./questions.ts";

/** A question with the answer that the model gave. */
export interface Asked {
  readonly question: TruthQuestion;
  readonly answer: string;
  readonly right: boolean;
  /** The answer token that is explained, and its text; undefined if the answer does not hold the key. */
  readonly token: { readonly index: number; readonly text: string } | undefined;
  /** The answer tokens' texts, which make the answer when they are joined. */
  readonly texts: readonly string[];
  readonly decisive: Answer["decisive"];
}

/** One whose answer has a token to explain. */
export type Explainable = Asked & { readonly token: NonNullable<Asked["token"]> };

export function isExplainable(asked: Asked): asked is Explainable {
  return asked.token !== undefined;
}

export const maxMemoryBytes = 4e9;
const sampling = { maxNewTokens: 64, minNewTokens: 0, temperature: 0, topP: 1, topK: 0, seed: 0 };

/** The question as the model takes it, with its own picture or another one. */
export function questionOf({ text, picture }: TruthQuestion, shown = picture): Question {
  return { conversation: singleTurn({ question: text, pictures: [shown] }), fit: "default", sampling };
}

export async function askQuestion(model: HostedModel, question: TruthQuestion): Promise<Asked> {
  const { text: answer, tokens, decisive } = await ask(model, questionOf(question), { maxMemoryBytes });
  const texts = tokens.map(({ id }) => tokenText(model.checkpoint.tokenizer, id));
  const index = explainedToken(question, texts);
  const token = index === undefined ? undefined : { index, text: texts[index]! };
  return { question, answer, right: isRight(question, answer), token, texts, decisive };
}

/** Records methods of the explained token alone, of its raw logit. */
export async function recordAnswer(
  model: HostedModel,
  { question, token }: Explainable,
  { methods, variants }: { readonly methods: readonly Method[]; readonly variants: readonly Variant[] },
): Promise<RecordedRun> {
  return explain(model, questionOf(question), {
    maxMemoryBytes,
    record: "default",
    methods,
    gradients: { variants, target: { kind: "logit" }, tokens: [String(token.index)] },
  });
}

/** Records why this letter and not the other one, by the methods that can say so. Throws an Error if the question has no letters. */
export async function recordContrast(
  model: HostedModel,
  { question, answer, token }: Explainable,
): Promise<RecordedRun> {
  const rival = question.choices.find((choice) => choice !== chosen(question, answer)?.choice);
  if (rival === undefined) throw new Error(`The question ${question.name} has no other choice to compare with.`);
  return explain(model, questionOf(question), {
    maxMemoryBytes,
    record: "default",
    methods: gradientMethods,
    gradients: { variants: ["exact"], target: { kind: "contrast", rival }, tokens: [String(token.index)] },
  });
}
