/** @file Asks a question and records nothing but the answer. */
import { embedPrompt } from "../engine/embed.ts";
import type { TokenScores } from "../engine/generate.ts";
import { decisiveWord } from "../findings/decisive-word.ts";
import type { HostedModel } from "./host.ts";
import { rankTokens, type RankedToken } from "../methods/probability.ts";
import type { Alternative, DecisiveWord } from "../run/types.ts";
import { floatTensor } from "../tensor/tensor.ts";
import {
  alternatives,
  checkLimits,
  encodePictures,
  generateAnswer,
  prepareQuestion,
  sizeOf,
  timed,
  type Question,
  type TaskOptions,
  type Timings,
} from "./question.ts";
import { recordNothing } from "./recording-plan.ts";
import { answerTokens } from "./sequence.ts";
import { tokenText } from "./token-text.ts";

/** A generated token in the vocabulary's spelling ("" for an id that the tokenizer does not have), as the model saw it. */
interface AnsweredToken {
  readonly id: number;
  readonly text: string;
  /** Under the model: before the rules of the checkpoint, temperature and filters. */
  readonly probability: number;
  /** The most probable tokens at its position, itself included if it is among them. */
  readonly alternatives: readonly Alternative[];
}

export interface Answer {
  readonly text: string;
  /** The generated tokens, a stop token included. */
  readonly tokens: readonly AnsweredToken[];
  /** The word that carries what was asked, by the index of its first token; null without an answer. */
  readonly decisive: Pick<DecisiveWord, "index" | "text"> | null;
  /** True if the model ended by itself. */
  readonly stopped: boolean;
  readonly promptTokens: number;
  /** Milliseconds by stage. */
  readonly timings: Timings;
}

/** Answers a question. Throws an Error if the input is wrong, and a MemoryLimitError if it would not fit. */
export async function ask(model: HostedModel, question: Question, options: TaskOptions): Promise<Answer> {
  const { tokenizer } = model.checkpoint;
  const timings: Timings = {};
  const prepared = await timed(timings, "prepare", () => prepareQuestion(model, question, options));
  const { maxNewTokens } = question.sampling;
  checkLimits(model, { ...sizeOf(prepared), plan: recordNothing, maxNewTokens }, options.maxMemoryBytes);
  const encoded = await timed(timings, "vision", () =>
    encodePictures(model, prepared.pictures, { ...options, taps: [] }),
  );
  const promptIds = prepared.prompt.ids;
  // The model's vocabulary may be padded beyond the tokenizer's.
  const textOf = (id: number) => (id < tokenizer.vocabularySize ? tokenizer.tokenOf(id) : "");
  const tokens: AnsweredToken[] = [];
  function keep(id: number, { logits }: TokenScores): void {
    const row = floatTensor([1, logits.length], logits);
    const [{ probability, best }] = rankTokens(row, { ids: [id], alternatives }) as [RankedToken];
    const others = best.map((other) => ({ id: other.id, text: textOf(other.id), probability: other.probability }));
    tokens.push({ id, text: textOf(id), probability, alternatives: others });
  }
  function decisiveOf(): Answer["decisive"] {
    const said = answerTokens(
      model,
      prepared.prompt,
      tokens.map(({ id }) => id),
    );
    const start = promptIds.length;
    const found = decisiveWord({
      tokens: [...prepared.prompt.tokens, ...said],
      answer: { start, end: start + said.length },
      answerTokens: tokens.map((token) => ({
        alternatives: token.alternatives.map((other) => ({ ...other, text: tokenText(tokenizer, other.id) })),
      })),
    });
    return found && { index: found.index, text: found.text };
  }
  const { ids, stopped } = await timed(timings, "generate", async () =>
    generateAnswer(
      model,
      { promptIds, sequence: await embedPrompt(model, promptIds, encoded), sampling: prepared.sampling },
      { ...options, onAnswerToken: keep },
    ),
  );
  return {
    text: tokenizer.decode(ids, { skipSpecialTokens: true }).trim(),
    tokens,
    decisive: decisiveOf(),
    stopped,
    promptTokens: promptIds.length,
    timings,
  };
}
