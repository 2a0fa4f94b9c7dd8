import { describe, expect, it } from "vitest";
import { exampleDescription } from "../../test/support/example-run.ts";
import type { Alternative, RunDescription, RunToken, TokenRole } from "../run/types.ts";
import { decisiveWord, decisiveWordOf, decisiveWordsOfSentences, defaultToken } from "./decisive-word.ts";

/** What else might be said at a token: its text and its probability. */
type Others = Readonly<Record<string, number>>;

/** Tokens of a sentence as many tokenizers cut it: at spaces, with punctuation alone. */
function cut(text: string): string[] {
  return text.match(/\s*[\p{L}\p{N}'\u2019]+|\s*[^\p{L}\p{N}\s]/gu) ?? [];
}

function run({
  question,
  answer,
  others = {},
}: {
  readonly question: string;
  /** Cut into words, or the tokens themselves. */
  readonly answer: string | readonly string[];
  /** By answer token. */
  readonly others?: Readonly<Record<number, Others>>;
}): RunDescription {
  const said = typeof answer === "string" ? cut(answer) : answer;
  const token = (role: TokenRole) => (text: string, id: number) => ({ id, text, role, turn: 1 }) satisfies RunToken;
  const prompt: RunToken[] = [
    { id: 0, text: "<s>", role: "bos", turn: 0 },
    { id: 0, text: " An earlier question about a zebra?", role: "question", turn: 0 },
    ...cut(question).map(token("question")),
    { id: 0, text: "ASSISTANT:", role: "template", turn: 1 },
  ];
  const stop: RunToken = { id: 2, text: "</s>", role: "special", turn: 1 };
  const tokens = [...prompt, ...said.map(token("answer")), stop];
  const answerTokens = [...said, stop.text].map((text, index) => ({
    probability: 0.9,
    logit: 1,
    alternatives: Object.entries({ [text]: 0.9, ...others[index] }).map(([other, probability], id): Alternative => ({
      id,
      text: other,
      probability,
    })),
  }));
  const range = { start: prompt.length, end: tokens.length };
  return { ...exampleDescription(), tokens, answer: range, answerTokens };
}

/** Questions and answers of no model, in other forms and about other things than those that it was tried on. */
const cases: readonly (readonly [
  question: string,
  answer: string | readonly string[],
  word: string,
  reason: string,
])[] = [
  ["Is there a dog?", "No, there is no dog.", "No", "yes or no"],
  ["Do you see any people?", "Yes.", "Yes", "yes or no"],
  ["Gibt es einen Hund?", "Nein, es gibt keinen Hund.", "Nein", "yes or no"],
  ["¿Hay un perro?", "Sí, hay un perro negro.", "Sí", "yes or no"],
  ["Is the window open?", "It isn't open.", "isn't", "asked for"],
  ["How many boats are on the lake?", "Two.", "Two", "only word"],
  ["How many boats are on the lake?", "There are 12 boats on the lake.", "12", "asked for"],
  ["How many boats are on the lake?", "I can see three red boats.", "three", "asked for"],
  ["Is the shop open or closed? (a) Open (b) Closed", "(b)", "(b)", "option"],
  ["Is the shop open or closed? (a) Open (b) Closed", [" ", "(", "b", ")", "."], "(b)", "option"],
  ["Which is it?\nA. A cat\nB. A dog\nC. A fox", "C", "C", "option"],
  ["Which is it?\nA. A cat\nB. A dog\nC. A fox", "A dog is not there. The answer is C.", "C", "option"],
  ["Which is it? 1) red 2) green", "2) green", "2)", "option"],
  ["What is the man holding?", "The man is holding an umbrella.", "umbrella", "asked for"],
  ["What is the man doing?", "He is riding a bicycle.", "riding", "asked for"],
  ["What animal is this?", "This is a small brown dog on a couch.", "dog", "asked for"],
  ["What color is the car?", "The car is dark blue.", "dark", "asked for"],
  ["What color is the car?", "It is a green car.", "green", "asked for"],
  ["Where is the kettle?", "The kettle is on the stove.", "stove", "asked for"],
  ["Who is the painting by?", "Vermeer.", "Vermeer", "only word"],
  ["What is the total on the receipt?", "The total is $42.50.", "42.50", "asked for"],
  ["What does the sign say?", 'The sign says "STOP".', "STOP", "asked for"],
  ["What is the capital of this country?", "Paris", "Paris", "only word"],
  [
    "Describe the picture.",
    "The image shows a quiet street with two parked cars. A man walks by.",
    "street",
    "asked for",
  ],
  ["What color is the bus?", "The image shows a busy street. The bus is yellow and new.", "yellow", "asked for"],
  ["What color is the bus?", "Sure! Let me look. The bus is yellow.", "yellow", "asked for"],
  ["Welche Farbe hat das Auto?", "Das Auto ist rot.", "rot", "asked for"],
  ["De quelle couleur est la voiture ?", "La voiture est rouge.", "rouge", "asked for"],
  ["Qu'est-ce que c'est ?", "C'est un chat noir.", "chat", "asked for"],
  ["¿De qué color es el coche?", "El coche es azul.", "azul", "asked for"],
  ["图中有几只狗？", ["图中", "有", "两", "只", "狗", "。"], "两", "asked for"],
  ["这是什么动物？", ["这是", "一只", "黑色", "的", "猫", "。"], "猫", "asked for"],
  ["图中有狗吗？", ["没有", "，", "图中", "没有", "狗", "。"], "没有", "yes or no"],
  ["これは何ですか？", ["これ", "は", "猫", "です", "。"], "猫", "asked for"],
  ["Сколько собак на картинке?", "На картинке три собаки.", "три", "asked for"],
];

describe("decisiveWord", () => {
  it.each(cases)("of %j answered %j is %s", (question, answer, text, reason) => {
    expect(decisiveWord(run({ question, answer }))).toMatchObject({ text, reason });
  });

  it("counts tokens of the answer, and takes the one that begins the word", () => {
    const answer = ["\u2581It".replace("\u2581", " "), " is", " pur", "ple", "."];
    expect(decisiveWord(run({ question: "What color is it?", answer }))).toEqual({
      index: 2,
      text: "purple",
      reason: "asked for",
    });
    const bracketed = decisiveWord(run({ question: "Which? (a) One (b) Two", answer: [" ", "(", "b", ")"] }));
    expect(bracketed?.index).toBe(2);
  });

  it("finds a character that is split over tokens", () => {
    const answer = ["这是", "\\xE7", "\\x8C", "\\xAB", "。"];
    expect(decisiveWord(run({ question: "这是什么？", answer }))).toMatchObject({ index: 1, text: "猫" });
  });

  it("takes of words that the question has the one that it offers as a choice", () => {
    const closed = run({ question: "Is the gate open or closed?", answer: "The gate is closed." });
    expect(decisiveWord(closed)).toEqual({ index: 3, text: "closed", reason: "choice" });
    // Without an "or" the alternatives say which word of the question might have stood there.
    const bigger = run({
      question: "Name the bigger one, cat and mouse!",
      answer: "The bigger one is the cat.",
      others: { 5: { " mouse": 0.08 } },
    });
    expect(decisiveWord(bigger)).toMatchObject({ index: 5, reason: "choice" });
  });

  it("takes the place that was most open if the question has every word and offers no choice", () => {
    const asked = { question: "Is there a tall tree?", answer: "There is a tall tree." };
    const found = decisiveWord(run({ ...asked, others: { 2: { " no": 0.2, " the": 0.3 }, 4: { " house": 0.01 } } }));
    expect(found).toEqual({ index: 2, text: "a", reason: "alternatives" });
    expect(decisiveWord(run(asked))).toEqual({ index: 3, text: "tall", reason: "first" });
  });

  it("reads a language that it does not know by question and alternatives", () => {
    const asked = { question: "Rangi ya gari ni gani?", answer: "Gari hilo lina rangi nyekundu." };
    expect(decisiveWord(run({ ...asked, others: { 4: { " nyeusi": 0.3 }, 2: { " ni": 0.1 } } }))).toMatchObject({
      text: "nyekundu",
    });
  });

  it("ends a phrase if it might have ended there", () => {
    const asked = { question: "What is on the table?", answer: "There is a lamp shining brightly." };
    expect(decisiveWord(run({ ...asked, others: { 4: { " on": 0.3 } } }))).toMatchObject({ text: "lamp" });
  });

  it("is of some tokens alone if only those may be taken", () => {
    const sky = run({ question: "What color is the sky?", answer: "The sky is blue today." });
    expect(decisiveWord(sky)).toMatchObject({ index: 3, text: "blue" });
    expect(decisiveWord(sky, [0, 4])).toMatchObject({ index: 4, text: "today" });
  });

  it("is punctuation or a stop token only if there is nothing else, and nothing without an answer", () => {
    expect(decisiveWord(run({ question: "What?", answer: ["?"] }))).toEqual({ index: 0, text: "?", reason: "first" });
    expect(decisiveWord(run({ question: "What?", answer: [] }))).toEqual({ index: 0, text: "</s>", reason: "first" });
    const { tokens, answer, ...rest } = run({ question: "What?", answer: [] });
    const empty = {
      ...rest,
      tokens: tokens.slice(0, answer.start),
      answer: { start: answer.start, end: answer.start },
    };
    expect(decisiveWord({ ...empty, answerTokens: [] })).toBeNull();
  });
});

describe("the default token", () => {
  const sky = run({ question: "What color is the sky?", answer: "The sky is blue." });

  it("is the decisive word that the run keeps, or that of an older run as it is found", () => {
    const kept = { index: 1, text: "sky", reason: "first" } as const;
    expect(decisiveWordOf({ ...sky, decisive: kept })).toBe(kept);
    expect(defaultToken({ description: { ...sky, decisive: kept } })).toEqual({ tokens: [1], text: "sky" });
    expect(defaultToken({ description: sky })).toEqual({ tokens: [3], text: "blue" });
  });

  it("is found among those that were explained", () => {
    expect(defaultToken({ description: sky }, [0, 2]).tokens).toEqual([0]);
  });
});

describe("decisiveWordsOfSentences()", () => {
  const wordsOf = (question: string, answer: string): string[] =>
    decisiveWordsOfSentences(run({ question, answer })).map(({ text }) => text);

  it("has one word for each sentence of a long answer", () => {
    const answer = "The picture shows a street. A man rides a bicycle. The weather is sunny.";
    expect(wordsOf("What is the man doing?", answer)).toEqual(["street", "rides", "weather"]);
  });

  it("is the decisive word alone, if the answer is one sentence", () => {
    const asked = run({ question: "What color is the bus?", answer: "The bus is red." });
    expect(decisiveWordsOfSentences(asked)).toEqual([decisiveWord(asked)]);
  });

  it("is in the sentence that it is of", () => {
    const asked = run({ question: "Is there a dog?", answer: "No. There is a cat. It sleeps." });
    const found = decisiveWordsOfSentences(asked);
    expect(found.map(({ text }) => text)).toEqual(["No", "cat", "sleeps"]);
    const starts = found.map(({ index }) => index);
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
  });
});
