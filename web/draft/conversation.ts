/** @file A conversation as turns: what was asked and answered, what a follow-up adds, and which run holds which turn. */
import type { RunSummary } from "../../src/server/api.ts";
import type { RunDescription, RunMessage } from "../../src/run/types.ts";

type Said = Pick<RunDescription, "messages" | "answerText" | "prompt">;

/** A question with its answer. */
export interface Turn {
  readonly question: string;
  readonly answer: string;
  /** Pictures that the question brought, [first, end) among those of the conversation. */
  readonly pictures: { readonly first: number; readonly end: number };
}

export interface NewQuestion {
  readonly question: string;
  /** Number of pictures that the question brings. */
  readonly pictures: number;
  /** Used where the conversation is new; left out where it is blank. */
  readonly system?: string;
}

const textOf = ({ content }: RunMessage): string =>
  content
    .flatMap((part) => (part.type === "text" ? [part.text] : []))
    .join("\n")
    .trim();

const picturesOf = ({ content }: RunMessage): number => content.filter(({ type }) => type === "image").length;

/** The turns of a run, the last one with the run's answer. A raw prompt is one turn whose pictures are unknown to be anywhere. */
export function turnsOf({ messages, answerText, prompt }: Said): Turn[] {
  if (messages === null) return [{ question: prompt.trim(), answer: answerText, pictures: { first: 0, end: 0 } }];
  const turns: Turn[] = [];
  let pictures = 0;
  for (const message of messages) {
    if (message.role === "user") {
      const first = pictures;
      pictures += picturesOf(message);
      turns.push({ question: textOf(message), answer: "", pictures: { first, end: pictures } });
    } else if (message.role === "assistant" && turns.length > 0) {
      turns.push({ ...turns.pop()!, answer: textOf(message) });
    }
  }
  const last = turns.pop();
  return last ? [...turns, { ...last, answer: answerText }] : [];
}

/** The messages so far with the run's answer, to be followed up; none where there is no run, or one of a raw prompt. */
export function messagesSoFar(run: Said | undefined): RunMessage[] {
  if (!run?.messages) return [];
  return [...run.messages, { role: "assistant", content: [{ type: "text", text: run.answerText }] }];
}

/** The conversation with one more question; its pictures stand before its text. */
export function withQuestion(
  before: readonly RunMessage[],
  { question, pictures, system = "" }: NewQuestion,
): RunMessage[] {
  const images = Array.from({ length: pictures }, () => ({ type: "image" }) as const);
  const user: RunMessage = { role: "user", content: [...images, { type: "text", text: question }] };
  const isNew = before.length === 0 && system.trim() !== "";
  return isNew ? [{ role: "system", content: [{ type: "text", text: system.trim() }] }, user] : [...before, user];
}

/** The same messages as text alone. */
export function withoutPictures(messages: readonly RunMessage[]): RunMessage[] {
  return messages.map((message) => ({ ...message, content: message.content.filter(({ type }) => type !== "image") }));
}

/** The system prompt of a run; "" where it has none. */
export function systemPromptOf(run: Said | undefined): string {
  const first = run?.messages?.[0];
  return first?.role === "system" ? textOf(first) : "";
}

/** Words that carry little by themselves, in lower case. */
const smallWords = new Set(
  "a an the this that these those it its i you he she they we is are was were be been am do does did has have had of in on at to from by with and or not there here as for than then so very into onto next".split(
    " ",
  ),
);

const wordsOf = (text: string): string[] => text.match(/[\p{L}\p{N}][\p{L}\p{N}'’-]*/gu) ?? [];

/**
 * The word that says most of an answer, for a line of a list: yes or no where the answer begins so, else its last word that the question
 * does not have; the answer itself where it is a single word.
 */
export function keyWord(question: string, answer: string): string {
  const words = wordsOf(answer);
  const first = words[0];
  if (first === undefined) return "";
  if (/^(yes|no)$/i.test(first)) return first;
  const asked = new Set(wordsOf(question.toLowerCase()));
  const isSmall = (word: string): boolean => smallWords.has(word.toLowerCase());
  const isNew = (word: string): boolean => !asked.has(word.toLowerCase());
  return words.findLast((word) => !isSmall(word) && isNew(word)) ?? words.findLast((word) => !isSmall(word)) ?? first;
}

/** Where a turn of an open conversation is saved as the last one of a run. */
export interface TurnPlace {
  readonly model: string;
  /** ISO 8601 time of the open run; the turn's own run is not younger. */
  readonly before: string;
  readonly turn: Turn;
  /** Index of the turn. */
  readonly index: number;
}

/** The newest saved run that ends with this turn; undefined where none does. */
export function runOfTurn(
  runs: readonly RunSummary[],
  { model, before, turn, index }: TurnPlace,
): RunSummary | undefined {
  return runs
    .filter(
      (run) =>
        run.turns === index + 1 &&
        run.model === model &&
        run.question.trim() === turn.question &&
        run.answer.trim() === turn.answer.trim() &&
        run.created <= before,
    )
    .reduce<RunSummary | undefined>((best, run) => (best && best.created >= run.created ? best : run), undefined);
}
