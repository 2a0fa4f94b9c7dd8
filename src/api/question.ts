/** @file Questions as scripts ask them. */
import type { HostedModel } from "../explain/host.ts";
import { ask as askModel, type Answer } from "../explain/ask.ts";
import { singleTurn, type Conversation } from "../explain/conversation.ts";
import { explain as explainModel } from "../explain/explain.ts";
import type { PictureSource } from "../explain/pictures.ts";
import type { Question, TaskOptions } from "../explain/question.ts";
import { openRecorded } from "../explain/recorded-run.ts";
import { defaultGradientChoice, type GradientChoice, type Recording } from "../explain/recording.ts";
import type { FitMode } from "../image/types.ts";
import { availableMemoryBytes } from "../program/memory.ts";
import { defaultSampling } from "../run/question-limits.ts";
import type { AskedSampling, Run } from "../run/types.ts";

/** A question of one turn, or a whole conversation. */
export type AskedQuestion = (
  | { readonly question: string; readonly system?: string; readonly pictures?: readonly PictureSource[] }
  | { readonly conversation: Conversation<PictureSource> }
) & {
  /** How pictures are fitted to the input of the model. @default "default", which is what its processor says */
  readonly fit?: FitMode;
  /** Whether samples of pictures of more than 8 bits are spread over all levels. @default false */
  readonly stretch?: boolean;
  /** @default greedy, at most 64 tokens */
  readonly sampling?: Partial<AskedSampling>;
};

export type AskOptions = Partial<TaskOptions>;

export interface ExplainOptions extends AskOptions, Partial<GradientChoice> {
  /** @default ["attention", "rollout", "lens"] */
  readonly methods?: Recording["methods"];
  /** `full` keeps the attention of every token. @default "default" */
  readonly record?: Recording["record"];
}

function conversationOf(asked: AskedQuestion): Conversation<PictureSource> {
  if ("conversation" in asked) return asked.conversation;
  const { question, system, pictures = [] } = asked;
  const names = pictures.map((picture) => (typeof picture === "string" ? picture : picture.name));
  return { ...singleTurn({ question, system, pictures: names }), pictures };
}

function questionOf(asked: AskedQuestion): Question {
  const { fit = "default", stretch = false, sampling } = asked;
  return { conversation: conversationOf(asked), fit, stretch, sampling: { ...defaultSampling, ...sampling } };
}

const taskOf = (options: AskOptions): TaskOptions => ({ maxMemoryBytes: availableMemoryBytes(), ...options });

/** Answers a question. Throws an Error if a picture or the conversation cannot be used, or the memory would not do. */
export async function ask(model: HostedModel, asked: AskedQuestion, options: AskOptions = {}): Promise<Answer> {
  return askModel(model, questionOf(asked), taskOf(options));
}

/**
 * Answers a question and records why: the run, in memory. `saveRun` writes it. Throws as `ask`, and if a method cannot explain what is
 * asked.
 */
export async function explain(model: HostedModel, asked: AskedQuestion, options: ExplainOptions = {}): Promise<Run> {
  const {
    methods = ["attention", "rollout", "lens"],
    record = "default",
    variants,
    target,
    tokens,
    steps,
    ...task
  } = options;
  const given = Object.entries({ variants, target, tokens, steps }).filter(([, value]) => value !== undefined);
  const gradients = { ...defaultGradientChoice, ...Object.fromEntries(given) };
  return openRecorded(await explainModel(model, questionOf(asked), { ...taskOf(task), methods, record, gradients }));
}
