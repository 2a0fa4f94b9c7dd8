import { describe, expect, it } from "vitest";
import type { RunSummary } from "../../src/server/api.ts";
import type { RunMessage } from "../../src/run/types.ts";
import {
  keyWord,
  messagesSoFar,
  runOfTurn,
  systemPromptOf,
  turnsOf,
  withoutPictures,
  withQuestion,
} from "./conversation.ts";

const image = { type: "image" } as const;
const text = (said: string) => ({ type: "text", text: said }) as const;

const messages: RunMessage[] = [
  { role: "system", content: [text("Be brief.")] },
  { role: "user", content: [image, image, text("Which way?")] },
  { role: "assistant", content: [text("Right.")] },
  { role: "user", content: [image, text("And here?")] },
];
const run = { messages, answerText: "Left.", prompt: "" };

describe("a conversation", () => {
  it("is read as turns, each with its pictures", () => {
    expect(turnsOf(run)).toEqual([
      { question: "Which way?", answer: "Right.", pictures: { first: 0, end: 2 } },
      { question: "And here?", answer: "Left.", pictures: { first: 2, end: 3 } },
    ]);
    expect(systemPromptOf(run)).toBe("Be brief.");
  });

  it("is followed up with all that was said", () => {
    const next = withQuestion(messagesSoFar(run), { question: "Sure?", pictures: 0, system: "Be long." });
    expect(next.slice(0, 4)).toEqual(messages);
    expect(next.slice(4)).toEqual([
      { role: "assistant", content: [text("Left.")] },
      { role: "user", content: [text("Sure?")] },
    ]);
  });

  it("is asked without its pictures in the same words", () => {
    expect(withoutPictures(messages).map(({ content }) => content)).toEqual([
      [text("Be brief.")],
      [text("Which way?")],
      [text("Right.")],
      [text("And here?")],
    ]);
  });

  it("begins with a system prompt only where there is one", () => {
    expect(withQuestion([], { question: "What?", pictures: 1, system: "  " })).toEqual([
      { role: "user", content: [image, text("What?")] },
    ]);
    expect(withQuestion([], { question: "What?", pictures: 0, system: " Be brief. " })[0]).toEqual({
      role: "system",
      content: [text("Be brief.")],
    });
  });

  it("begins anew after a raw prompt, which has no messages", () => {
    const raw = { messages: null, answerText: "Left.", prompt: "USER: <image>\nWhere?" };
    expect(messagesSoFar(raw)).toEqual([]);
    expect(turnsOf(raw)).toMatchObject([{ question: "USER: <image>\nWhere?", answer: "Left." }]);
    expect(messagesSoFar(undefined)).toEqual([]);
  });
});

describe("the key word of an answer", () => {
  it.each([
    ["Which way does the arrow point?", "The arrow points right.", "right"],
    ["Is the cup full?", "No, the cup is empty.", "No"],
    ["What color is the banana?", "Blue", "Blue"],
    ["Is it the arrow?", "It is the arrow.", "arrow"],
    ["What?", "…", ""],
    ["¿Qué es?", "Es una cuchara.", "cuchara"],
  ])("of %j, answered by %j, is %j", (question, answer, expected) => {
    expect(keyWord(question, answer)).toBe(expected);
  });
});

describe("the run of an earlier turn", () => {
  const summary = (id: string, change: Partial<RunSummary> = {}): RunSummary => ({
    id,
    name: "",
    question: "Which way?",
    answer: "Right.",
    turns: 1,
    pictures: 2,
    edits: 0,
    probability: 0.9,
    model: "demo",
    created: "2026-01-02T00:00:00Z",
    durationMs: 400,
    fileBytes: 1000,
    ...change,
  });
  const turn = turnsOf(run)[0]!;
  const place = { model: "demo", before: "2026-01-03T00:00:00Z", turn, index: 0 };

  it("is the newest that ends with it and is not younger than the open one", () => {
    const runs = [
      summary("younger", { created: "2026-01-04T00:00:00Z" }),
      summary("found"),
      summary("older", { created: "2026-01-01T00:00:00Z" }),
      summary("longer", { turns: 2 }),
      summary("elsewhere", { model: "other" }),
      summary("said otherwise", { answer: "Left." }),
    ];
    expect(runOfTurn(runs, place)?.id).toBe("found");
    expect(runOfTurn(runs.toReversed(), place)?.id).toBe("found");
    expect(runOfTurn(runs.slice(3), place)).toBeUndefined();
  });
});
