/** @file Asks every question, explains one token of each answer by every method, and scores the maps. */
import type { Model } from "../../src/engine/model.ts";
import { ask } from "../../src/tasks/ask.ts";
import { singleTurn } from "../../src/tasks/conversation.ts";
import { explain } from "../../src/tasks/explain.ts";
import type { RecordedRun } from "../../src/tasks/explain.ts";
import { methods } from "../../src/tasks/recording.ts";
import { tokenText } from "../../src/tasks/token-text.ts";
import { baselineMaps, imageMaps, imagePart, positionRows } from "./maps.ts";
import { boxMask, coverage, readMask } from "./masks.ts";
import { explainedToken, isRight } from "./questions.ts";
import type { TruthQuestion } from "./questions.ts";
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
  /** Image part of the explained token by each method that has an entry for every position. */
  readonly imagePart?: ByMethod<number>;
}

const maxMemoryBytes = 4e9;
const sampling = { maxNewTokens: 64, minNewTokens: 0, temperature: 0, topP: 1, topK: 0, seed: 0 };

function scoresByMethod(
  { description }: RecordedRun,
  maps: ReadonlyMap<string, ArrayLike<number>>,
  covered: Float64Array,
): Record<string, Scores> {
  const all = new Map<string, ArrayLike<number>>([...baselineMaps(description), ...maps, [ceilingName, covered]]);
  return Object.fromEntries([...all].map(([method, map]) => [method, scoresOf(map, covered)]));
}

/** Asks once to learn which token to explain, then explains that token alone. */
export async function examine(model: Model, question: TruthQuestion): Promise<Finding> {
  const asked = {
    conversation: singleTurn({ question: question.text, pictures: [question.picture] }),
    fit: "default",
    sampling,
  } as const;
  const { text: answer, tokens } = await ask(model, asked, { maxMemoryBytes });
  const right = isRight(question, answer);
  const texts = tokens.map(({ id }) => tokenText(model.checkpoint.tokenizer, id));
  const index = explainedToken(question, texts);
  if (index === undefined) return { question, answer, right, token: undefined };

  const run = await explain(model, asked, {
    maxMemoryBytes,
    methods: methods.filter((method) => method !== "lens"),
    record: "default",
    gradients: { variants: ["exact", "reference"], target: { kind: "logit" }, tokens: [String(index)] },
  });
  const { description } = run;
  const maps = imageMaps(run, index);
  const { evidence, tag } = question;
  const rows = positionRows(run, index);
  const tagMask = typeof tag === "string" ? await readMask(tag) : tag && boxMask(tag, description.images[0]!);
  return {
    question,
    answer,
    right,
    token: { index, text: texts[index]! },
    evidence:
      evidence === undefined ? undefined : scoresByMethod(run, maps, coverage(description, await readMask(evidence))),
    tag: tagMask && scoresByMethod(run, maps, coverage(description, tagMask)),
    imagePart: Object.fromEntries([...rows].map(([method, row]) => [method, imagePart(description, row, index)])),
  };
}
