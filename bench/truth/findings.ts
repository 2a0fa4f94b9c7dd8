/** @file Asks every question, explains one token of each answer by every method, and scores the maps. */
import type { Model } from "../../src/engine/model.ts";
import { ask } from "../../src/tasks/ask.ts";
import { singleTurn } from "../../src/tasks/conversation.ts";
import { explain } from "../../src/tasks/explain.ts";
import type { RecordedRun } from "../../src/tasks/explain.ts";
import { methods } from "../../src/tasks/method-names.ts";
import { tokenText } from "../../src/tasks/token-text.ts";
import type { Question } from "../../src/tasks/question.ts";
import { coverPicture } from "./covering.ts";
import { baselineMaps, contrastName, imageMaps, imagePart, positionRows } from "./maps.ts";
import { boxMask, coverage, readMask } from "./masks.ts";
import type { Mask } from "./masks.ts";
import { chosen, explainedToken, isRight } from "./questions.ts";
import type { Corners, TruthQuestion } from "./questions.ts";
import { scoresOf } from "./scores.ts";
import type { Scores } from "./scores.ts";

/** The map of the covered shares themselves: what a perfect map of this resolution would score. */
export const ceilingName = "(the mask itself)";

type ByMethod<T> = Readonly<Record<string, T>>;

/** What was found about one question. */
export interface Finding {
  readonly question: TruthQuestion;
  readonly answer: string;
  readonly right: boolean;
  /** The answer token that was explained, and its text; undefined where the answer does not hold the key. */
  readonly token: { readonly index: number; readonly text: string } | undefined;
  /** Against the mask of the evidence, where there is one. */
  readonly evidence?: ByMethod<Scores>;
  /** Against the tag, where it is what the model looks at. */
  readonly tag?: ByMethod<Scores>;
  /** The answers where the tag is covered, and where the apples are. */
  readonly covered?: { readonly tag: string; readonly evidence: string };
  /** Image part of the explained token by each method that has an entry for every position. */
  readonly imagePart?: ByMethod<number>;
}

const maxMemoryBytes = 4e9;
const sampling = { maxNewTokens: 64, minNewTokens: 0, temperature: 0, topP: 1, topK: 0, seed: 0 };

/** Every method, and where the question has letters also those that can say why this letter and not the other. */
async function recordedRuns(
  model: Model,
  { question, index }: { question: TruthQuestion; index: number },
  { asked, answer }: { asked: Question; answer: string },
): Promise<{ run: RecordedRun; name: (method: string) => string }[]> {
  const request = { maxMemoryBytes, record: "default" } as const;
  const tokens = [String(index)];
  const run = await explain(model, asked, {
    ...request,
    methods: methods.filter((method) => method !== "lens"),
    gradients: { variants: ["exact", "reference"], target: { kind: "logit" }, tokens },
  });
  const plain = { run, name: (method: string) => method };
  if (question.form === "open") return [plain];
  const rival = question.choices.find((choice) => choice !== chosen(question, answer)?.choice)!;
  const contrast = await explain(model, asked, {
    ...request,
    methods: ["relevancy", "gradient-rollout", "grad-cam", "lrp"],
    gradients: { variants: ["exact"], target: { kind: "contrast", rival }, tokens },
  });
  return [plain, { run: contrast, name: contrastName }];
}

function askedOf({ text }: TruthQuestion, picture: string): Question {
  return { conversation: singleTurn({ question: text, pictures: [picture] }), fit: "default", sampling };
}

/** Asks again with one part of the picture covered, then the other; undefined where the two are not known. */
async function coveredAnswers(model: Model, question: TruthQuestion, folder: string): Promise<Finding["covered"]> {
  const { tag, evidenceBoxes, picture } = question;
  if (tag === undefined || typeof tag === "string" || evidenceBoxes === undefined) return undefined;
  const answer = async (boxes: readonly Corners[]) => {
    const covered = await coverPicture(picture, boxes, { folder, name: "covered" });
    return (await ask(model, askedOf(question, covered), { maxMemoryBytes })).text;
  };
  return { tag: await answer([tag]), evidence: await answer(evidenceBoxes) };
}

/** Asks once to learn which token to explain, then explains that token alone. Covered pictures are written to `folder`. */
export async function examine(model: Model, question: TruthQuestion, folder: string): Promise<Finding> {
  const asked = askedOf(question, question.picture);
  const { text: answer, tokens } = await ask(model, asked, { maxMemoryBytes });
  const right = isRight(question, answer);
  const texts = tokens.map(({ id }) => tokenText(model.checkpoint.tokenizer, id));
  const index = explainedToken(question, texts);
  if (index === undefined) return { question, answer, right, token: undefined };

  const runs = await recordedRuns(model, { question, index }, { asked, answer });
  const { description } = runs[0]!.run;
  const maps = runs.flatMap(({ run, name }) =>
    [...imageMaps(run, index)].map(([method, map]) => [name(method), map] as const),
  );
  const parts = runs.flatMap(({ run, name }) =>
    [...positionRows(run, index)].map(([method, row]) => [name(method), imagePart(description, row, index)] as const),
  );
  const scoresAgainst = (mask: Mask) => {
    const covered = coverage(description, mask);
    const all = [...baselineMaps(description), ...maps, [ceilingName, covered] as const];
    return Object.fromEntries(all.map(([method, map]) => [method, scoresOf(map, covered)]));
  };
  const { evidence, tag } = question;
  const tagMask = typeof tag === "string" ? await readMask(tag) : tag && boxMask(tag, description.images[0]!);
  return {
    question,
    answer,
    right,
    token: { index, text: texts[index]! },
    evidence: evidence === undefined ? undefined : scoresAgainst(await readMask(evidence)),
    tag: tagMask && scoresAgainst(tagMask),
    covered: await coveredAnswers(model, question, folder),
    imagePart: Object.fromEntries(parts),
  };
}
