/**
 * @file The decisive word: the word of an answer that carries what was asked, found from the question, the answer and the alternatives that a
 * run records. It is what every command, measurement and view explains if no other token is named.
 */
import type { DecisiveReason } from "../run/decisive-reasons.ts";
import type { Alternative, DecisiveWord, RunDescription } from "../run/types.ts";
import { singleToken, type TokenGroup } from "./answer-words.ts";
import { wordTokens } from "./attentive.ts";
import { optionMention } from "./option-marks.ts";
import { saidText, saidWords, type SaidText, type SaidWord } from "./said-text.ts";
import { wordClassesOf, type WordClasses } from "./word-classes.ts";

/** The part of a run's description that the decisive word is read from. */
export interface AnsweredQuestion extends Pick<RunDescription, "tokens" | "answer"> {
  /** One entry per answer token. */
  readonly answerTokens: readonly { readonly alternatives: readonly Alternative[] }[];
}

/** What the rules look at. */
interface Reading {
  /** Words of the answer that may be taken. */
  readonly words: readonly SaidWord[];
  readonly question: readonly SaidWord[];
  readonly questionText: string;
  readonly classes: WordClasses;
  /** The alternatives of an answer token. */
  readonly alternativesAt: (token: number) => readonly Alternative[];
}

const scriptWithoutSpaces = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}]/u;

/** True if one is a form of the other: "point" and "points", "city" and "cities". */
function isForm(a: string, b: string): boolean {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  if (short === long) return true;
  if (short.length < 3) return false;
  if (long === `${short}s` || long === `${short}es`) return true;
  const stem = short.length > 4 ? short.slice(0, -1) : short;
  return stem.length >= 4 && long.startsWith(stem) && long.length - stem.length <= 3;
}

/** True if the question has the word already. */
function isEcho({ bare }: SaidWord, { question, questionText }: Pick<Reading, "question" | "questionText">): boolean {
  if (scriptWithoutSpaces.test(bare)) return questionText.includes(bare);
  return question.some((word) => isForm(word.bare, bare));
}

function hasContent({ bare }: Pick<SaidWord, "bare">, { classes }: Pick<Reading, "classes">): boolean {
  return !classes.isFunctionWord(bare) && !classes.isIntroduction(bare);
}

const bareOf = (text: string): string => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");

/** The alternatives to a word that say something else with content, and are not the beginning of the same word. */
function rivals(word: SaidWord, reading: Reading): Alternative[] {
  const own = bareOf(word.bare);
  return reading.alternativesAt(word.token).filter(({ text }) => {
    const bare = bareOf(text);
    if (bare === "" || own.startsWith(bare) || bare.startsWith(own)) return false;
    return hasContent({ bare }, reading);
  });
}

/** The probability that something else is said in the place of a word. */
function openness(word: SaidWord, reading: Reading): number {
  return rivals(word, reading).reduce((sum, { probability }) => sum + probability, 0);
}

/** The word with the largest number, the first of equals; undefined if none is above 0. */
function largest(words: readonly SaidWord[], value: (word: SaidWord) => number): SaidWord | undefined {
  let best: SaidWord | undefined;
  let most = 0;
  for (const word of words) {
    const own = value(word);
    if (own <= most) continue;
    best = word;
    most = own;
  }
  return best;
}

/** Probability of an alternative that ends a phrase, from which on it might have ended there. */
const phraseEnd = 0.05;

/** True if the phrase might have ended before a word: its alternatives are words of a closed class, or punctuation. */
function mightEndBefore(word: SaidWord, { alternativesAt, classes }: Reading): boolean {
  return alternativesAt(word.token).some(({ text, probability }) => {
    const bare = bareOf(text);
    const isSaid = bare !== "" && bareOf(word.bare).startsWith(bare);
    return !isSaid && probability >= phraseEnd && (bare === "" || classes.isFunctionWord(bare));
  });
}

/**
 * The word that a run of new words is about: its noun behind a determiner or in a script without spaces, else its first word. If the noun is in
 * the question already ("a RED apple"), the first word of the run is what was asked for.
 */
function headOf(run: readonly SaidWord[], sentence: readonly SaidWord[], reading: Reading): SaidWord {
  const { classes } = reading;
  const [first] = run as [SaidWord];
  const before = sentence[sentence.indexOf(first) - 1];
  const after = sentence[sentence.indexOf(run.at(-1)!) + 1];
  const followsEcho = after?.clause === first.clause && hasContent(after, reading) && isEcho(after, reading);
  if (followsEcho || classes.noun === "first") return first;
  const isPhrase = before?.clause === first.clause && classes.isDeterminer(before.bare);
  if (!isPhrase && !scriptWithoutSpaces.test(first.bare)) return first;
  const next = run.findIndex((word, i) => i > 0 && mightEndBefore(word, reading));
  return next > 0 ? run[next - 1]! : run.at(-1)!;
}

/** The first stretch of new words with content in a sentence; what joins a description to its noun does not end it. */
function newWords(sentence: readonly SaidWord[], reading: Reading): SaidWord[] {
  const isNew = (word: SaidWord): boolean => hasContent(word, reading) && !isEcho(word, reading);
  const start = sentence.findIndex(isNew);
  if (start < 0) return [];
  const rest = sentence.slice(start);
  const end = rest.findIndex((word, i) => {
    if (word.clause !== rest[0]!.clause) return true;
    const next = rest[i + 1];
    const joins = reading.classes.joinsDescription(word.bare) && next !== undefined && isNew(next);
    return !isNew(word) && !joins;
  });
  return end < 0 ? rest : rest.slice(0, end);
}

function sentencesOf(words: readonly SaidWord[]): SaidWord[][] {
  return [...new Set(words.map(({ sentence }) => sentence))].map((each) =>
    words.filter(({ sentence }) => sentence === each),
  );
}

/**
 * What was asked for: the head of the first new words. A sentence that only introduces the picture ("The image shows a street.") gives way to a
 * later one that takes up the question. Undefined if the question has every word already.
 */
function askedFor(reading: Reading): SaidWord | undefined {
  const sentences = sentencesOf(reading.words).filter((sentence) => newWords(sentence, reading).length > 0);
  const takesUp = (sentence: readonly SaidWord[]): boolean =>
    sentence.some((word) => hasContent(word, reading) && isEcho(word, reading));
  const introduces = (sentence: readonly SaidWord[]): boolean =>
    !takesUp(sentence) && sentence.some(({ bare }) => reading.classes.isIntroduction(bare));
  const [first] = sentences;
  if (first === undefined) return undefined;
  const sentence = (introduces(first) ? sentences.find(takesUp) : undefined) ?? first;
  if (reading.classes.known) return headOf(newWords(sentence, reading), sentence, reading);
  const isNew = sentence.filter((word) => !isEcho(word, reading));
  return largest(isNew, (word) => openness(word, reading)) ?? isNew[0];
}

/** The words of the question on the two sides of "or" that are not on both, as choices. */
function namedChoices({ question, classes }: Reading): ReadonlySet<string> {
  const joint = question.findIndex(({ bare }, i) => i > 0 && classes.joinsChoices(bare));
  if (joint < 0) return new Set();
  const content = ({ bare, sentence }: SaidWord): boolean =>
    sentence === question[joint]!.sentence && !classes.isFunctionWord(bare);
  const before = question.slice(0, joint).findLast(content);
  const after = question.slice(joint + 1).find(content);
  return new Set([before, after].flatMap((word) => word?.bare ?? []));
}

/** Of words that the question has already, the one that it offers as a choice. */
function choiceOf(reading: Reading): SaidWord | undefined {
  const choices = namedChoices(reading);
  const named = reading.words.filter(({ bare }) => [...choices].some((choice) => isForm(choice, bare)));
  if (named.length > 0) return largest(named, (word) => openness(word, reading)) ?? named.at(-1);
  const inQuestion = (word: SaidWord): number =>
    rivals(word, reading)
      .filter(({ text }) => reading.question.some(({ bare }) => isForm(bare, bareOf(text))))
      .reduce((sum, { probability }) => sum + probability, 0);
  return largest(
    reading.words.filter((word) => hasContent(word, reading)),
    inQuestion,
  );
}

/** A yes or no that the answer begins with. If the question has the word, as Chinese questions do, it must stand alone. */
function affirmation(reading: Reading): SaidWord | undefined {
  const [first, second] = reading.words;
  if (first === undefined || !reading.classes.isYesOrNo(first.bare)) return undefined;
  const isAlone = second?.clause !== first.clause;
  return isAlone || !isEcho(first, reading) ? first : undefined;
}

/** The rules in order; the first that finds a word decides. */
const rules: readonly (readonly [DecisiveReason, (reading: Reading) => SaidWord | undefined])[] = [
  ["yes or no", affirmation],
  ["only word", ({ words }) => (words.length === 1 ? words[0] : undefined)],
  ["asked for", askedFor],
  ["choice", choiceOf],
  ["alternatives", (reading) => largest(reading.words, (word) => openness(word, reading))],
  ["first", (reading) => reading.words.find((word) => hasContent(word, reading)) ?? reading.words[0]],
];

/** Text of the question that was answered last. */
function questionTextOf({ tokens, answer }: AnsweredQuestion): string {
  const turn = tokens[answer.start]?.turn;
  return saidText(tokens.slice(0, answer.start).filter((token) => token.role === "question" && token.turn === turn))
    .text;
}

/** Text of the answer, without its special tokens. */
function spokenTextOf({ tokens, answer }: AnsweredQuestion): SaidText {
  const said = tokens.slice(answer.start, answer.end);
  return saidText(said.map((token) => (token.role === "special" ? { text: "" } : token)));
}

/**
 * The decisive word of an answer, or of some of its tokens: an option that the question lists, yes or no, the first word with content that the
 * question does not have, or of words that it has the one with the most probable alternatives. Null if there is no token. No model is asked.
 */
export function decisiveWord(asked: AnsweredQuestion, among?: readonly number[]): DecisiveWord | null {
  const { answerTokens } = asked;
  const candidates = wordTokens(asked, among);
  if (candidates.length === 0) return null;
  const allowed = new Set(candidates);
  const spoken = spokenTextOf(asked);
  const words = saidWords(spoken).filter(({ token }) => allowed.has(token));
  const questionText = questionTextOf(asked);
  const option = optionMention(questionText, spoken);
  if (option !== undefined && allowed.has(option.index)) return { ...option, reason: "option" };
  const question = saidWords(saidText([{ text: questionText }]));
  const reading: Reading = {
    words,
    question,
    questionText: questionText.toLowerCase(),
    classes: wordClassesOf([...question, ...words].map(({ bare }) => bare)),
    alternativesAt: (token) => answerTokens[token]?.alternatives ?? [],
  };
  for (const [reason, rule] of rules) {
    const word = rule(reading);
    if (word !== undefined) return { index: word.token, text: word.text, reason };
  }
  const index = candidates[0]!;
  return { index, text: singleToken(asked, index).text, reason: "first" };
}

/**
 * The decisive word of each sentence of an answer, in their order, as if the sentence were the whole answer. A sentence of which the question has
 * every word already has one too, by its alternatives.
 */
export function decisiveWordsOfSentences(asked: AnsweredQuestion): DecisiveWord[] {
  return sentencesOf(saidWords(spokenTextOf(asked))).flatMap((sentence) => {
    const inside = sentence.flatMap(({ token, lastToken }) =>
      Array.from({ length: lastToken - token + 1 }, (_, i) => token + i),
    );
    return decisiveWord(asked, inside) ?? [];
  });
}

/** The decisive word that a run keeps; that of an older run is found now. */
export function decisiveWordOf(description: AnsweredQuestion & Pick<RunDescription, "decisive">): DecisiveWord | null {
  return description.decisive ?? decisiveWord(description);
}

/**
 * The answer token that is explained if none is named: the decisive word's first token, if it is among those that may be taken, else the decisive
 * one of those.
 */
export function defaultToken(
  { description }: { readonly description: AnsweredQuestion & Pick<RunDescription, "decisive"> },
  among?: readonly number[],
): TokenGroup {
  const kept = decisiveWordOf(description);
  const chosen = kept !== null && among?.includes(kept.index) !== false ? kept : decisiveWord(description, among);
  return singleToken(description, chosen?.index ?? 0);
}
