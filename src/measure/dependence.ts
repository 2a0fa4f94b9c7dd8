/** @file Whether an answer token depends on the picture at all, by the cheapest test that decides it. */
import { tokenText } from "../explain/token-text.ts";
import { dependenceOf, type LeftWithoutPicture } from "../methods/perturbation/verdict.ts";
import { largestIndices, probabilityIn } from "../methods/probability.ts";
import { wholePictureFills } from "../run/measure-choices.ts";
import type { DependenceRequest, DependenceResult } from "../run/measures.ts";
import { askUntil } from "./ask-until.ts";
import { causeUnits, positionsOfUnits } from "./cause-units.ts";
import type { Evaluations } from "./evaluations.ts";
import { maskingOf, nothingMasked, type Masking } from "./masking.ts";
import type { MeasureContext } from "./measure-types.ts";
import { measuredToken } from "./token-effects.ts";

/** Times that the model is asked: the question as it is, and without its pictures in every way. */
export const dependenceEvaluations: Evaluations = { words: 1, pictures: wholePictureFills.length };
/** The same if the first way decides. */
export const leastDependenceEvaluations: Evaluations = { words: 1, pictures: 1 };

type Asked = DependenceResult["original"];

/** The run must have a picture. */
export async function dependence(request: DependenceRequest, context: MeasureContext): Promise<DependenceResult> {
  const { model, probe, expect, tick } = context;
  const { token, score } = request;
  const { description } = probe;
  const id = description.tokens[description.answer.start + token]!.id;
  expect(1 + wholePictureFills.length);
  const ask = async (masking: Masking): Promise<Asked> => {
    const logits = (await probe.tokenLogits(token, [masking], tick))[0]!;
    const most = largestIndices(logits, 1)[0]!;
    const said = {
      id: most,
      text: tokenText(model.checkpoint.tokenizer, most),
      probability: probabilityIn(logits, most),
    };
    return { ...measuredToken(logits, { id, score }), said };
  };
  const original = await ask(nothingMasked);
  const positions = positionsOfUnits(causeUnits(description, { kind: "image", token }));
  const leftOf = ({ score: left, said }: Asked): LeftWithoutPicture => ({
    fall: original.score - left,
    saysTheSame: said.id === original.said.id,
  });
  const without = await askUntil(wholePictureFills, {
    ask: async (intervention) => ({
      intervention,
      ...(await ask(maskingOf(description, { kind: "tokens", positions }, intervention))),
    }),
    isEnough: (found) => dependenceOf(found.map(leftOf)) === "depends",
  });
  return { request, verdict: dependenceOf(without.map(leftOf)), original, without };
}
