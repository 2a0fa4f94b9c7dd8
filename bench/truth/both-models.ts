/** @file The questions that maps are made of, with what the demo model and its twin answer. */
import { askQuestion, type Asked } from "./asking.ts";
import { pairKindOf, type ModelPair } from "./pair.ts";
import { isGrounded, showsRight, spread, type TruthQuestion } from "./questions.ts";
import { fileStem } from "./submission.ts";
import { hasMaskTruth, hasPairTruth, type AnsweredBoth } from "./submission-scores.ts";

/** A question that both models answered. */
export interface AskedBoth extends AnsweredBoth {
  readonly asked: { readonly demo: Asked; readonly twin: Asked };
}

/** True if the question may count, whatever the models answer. */
function mayCount(question: TruthQuestion): boolean {
  const { restated, evidence } = question;
  return (
    (isGrounded(question) && restated === undefined && evidence !== undefined) || pairKindOf(question) !== undefined
  );
}

/** Asks both models the questions that may count, and keeps those that do. */
export async function askBoth(
  { demo, twin }: ModelPair,
  questions: readonly TruthQuestion[],
  { limit, onProgress }: { readonly limit: number | undefined; readonly onProgress: (text: string) => void },
): Promise<AskedBoth[]> {
  const asking = spread(questions.filter(mayCount), limit);
  const found: AskedBoth[] = [];
  for (const [index, question] of asking.entries()) {
    onProgress(`${index} of ${asking.length} questions asked`);
    const asked = { demo: await askQuestion(demo, question), twin: await askQuestion(twin, question) };
    const right = { demo: asked.demo.right, twin: showsRight(question, asked.twin.answer) };
    found.push({ question, right, asked });
  }
  return found.filter((each) => hasMaskTruth(each) || hasPairTruth(each));
}

/** What someone needs who makes maps: the picture, the question, and the answer token of each model that the map explains. */
export function questionDocument(each: AskedBoth): object {
  const { question, asked } = each;
  const answerOf = ({ answer, token }: Asked) => ({ answer, token: token?.index ?? null, text: token?.text ?? null });
  return {
    map: fileStem(question),
    picture: question.picture,
    question: question.text,
    models: {
      demo: answerOf(asked.demo),
      ...(hasPairTruth(each) ? { "demo-twin": answerOf(asked.twin) } : {}),
    },
    counts: [...(hasMaskTruth(each) ? ["masks"] : []), ...(hasPairTruth(each) ? ["pair"] : [])],
    mask: question.evidence ?? null,
    tag: question.tag ?? null,
  };
}
