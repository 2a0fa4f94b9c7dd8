/** @file A selection of a run as one JSON document. */
import { lastQuestion } from "../run/question.ts";
import { explainedBy } from "../run/explained.ts";
import { imageTokens } from "../run/positions.ts";
import type { Run, RunDescription } from "../run/types.ts";
import { decisiveReasons } from "../run/decisive-reasons.ts";
import { decisiveWordOf } from "../findings/decisive-word.ts";
import { evidenceDocument, textAgainstImage } from "../findings/evidence.ts";
import { isGradientMethod } from "../run/maps.ts";
import { imageSinks, recordsSinks } from "../findings/sinks.ts";
import { imageAttentionMatrix, lensOfAnswer, selectionMap } from "./maps.ts";
import { hasPatchMap, methodsOf, type Selection } from "./selection.ts";
import { vocabularyTexts } from "../run/vocabulary.ts";

/** Numbers as 32-bit tensors hold them, in their shortest writing. */
function shortNumbers(values: Iterable<number>): number[] {
  return Array.from(values, (value) => Number(value.toPrecision(9)));
}

function picturesWithMap({ images, ...description }: RunDescription, map: Float32Array | null) {
  const tokens = imageTokens({ images, ...description });
  return images.map(({ name, width, height, fit, grids }, image) => ({
    name,
    width,
    height,
    fit,
    grids: grids.map(({ rows, cols, box }, grid) => ({
      rows,
      cols,
      box,
      values: map && shortNumbers(map.filter((_, i) => tokens[i]!.image === image && tokens[i]!.cell?.grid === grid)),
    })),
  }));
}

async function lensOf(run: Run, tokens: readonly number[]) {
  const texts = vocabularyTexts(run.description);
  const readings = await lensOfAnswer(run);
  return tokens.map((token) => ({
    token,
    layers: readings[token]!.map((best, row) => ({
      layer: row === 0 ? "input" : row - 1,
      best: best.map(({ id, logit, probability }) => ({ id, text: texts(id), logit, probability })),
    })),
  }));
}

/** What of a token was explained, of a method that says so. */
function targetOf(description: RunDescription, { method }: Selection): string | undefined {
  return isGradientMethod(method) ? explainedBy(description, method).target : undefined;
}

/** What every document of a run begins with: the program, the model, question and answer, and the decisive word. */
export function runDocument(description: RunDescription): Readonly<Record<string, unknown>> {
  const { tokens, answer } = description;
  const decisive = decisiveWordOf(description);
  return {
    program: `lvlm-interpret ${description.program}`,
    created: description.created,
    model: description.model,
    sampling: description.sampling,
    generation: description.generation,
    question: lastQuestion(description),
    answer: description.answerText,
    answerTokens: description.answerTokens.map((said, token) => {
      const { id, text, role } = tokens[answer.start + token]!;
      return { token, id, text, role, ...said };
    }),
    decisive: decisive && { ...decisive, why: decisiveReasons[decisive.reason] },
  };
}

/**
 * Question, answer, decisive word, selection; the selection's map, mean over its tokens, as `pictures[].grids[].values` ([rows, cols] row-major);
 * the matrix of attention on the image ([layers, heads] row-major), attention sinks, text against image of every explained token and word,
 * and the lens of the selection's tokens, if the run has them.
 */
export async function jsonDocument(run: Run, selection: Selection): Promise<Readonly<Record<string, unknown>>> {
  const { description } = run;
  const held = methodsOf(run);
  const map =
    description.images.length > 0 && hasPatchMap(selection, description) ? await selectionMap(run, selection) : null;
  const matrix = held.includes("attention") ? await imageAttentionMatrix(run, selection.group.tokens) : null;
  const { group, ...place } = selection;
  const against = await textAgainstImage(run);
  return {
    ...runDocument(description),
    selection: { ...place, target: targetOf(description, selection), tokens: group.tokens, text: group.text },
    pictures: picturesWithMap(description, map),
    imageAttention: matrix && { ...matrix, values: shortNumbers(matrix.values) },
    sinks: recordsSinks(run) ? await imageSinks(run) : null,
    textAgainstImage: against && evidenceDocument(against),
    lens: held.includes("lens") ? await lensOf(run, group.tokens) : null,
  };
}
