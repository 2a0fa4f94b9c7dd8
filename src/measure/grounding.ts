/** @file The grounding score of every answer token: how far it depends on the picture, and, as another question, agrees with it. */
import { hiddenTap } from "../engine/taps.ts";
import { traceLanguage } from "../engine/trace.ts";
import { logitsMoved, meanVariation, oddsFallen, totalVariation } from "../methods/grounding/parts.ts";
import { agreementScore, groundingScore } from "../methods/grounding/score.ts";
import { similarityTo } from "../methods/grounding/similarity.ts";
import { logitsOf } from "../methods/probability.ts";
import { resultsOf, type GroundingRequest, type GroundingResult, type TokenGrounding } from "../run/measures.ts";
import { answerLength, imageTokenPositions, predictingPositions } from "../run/positions.ts";
import type { RunDescription } from "../run/types.ts";
import { prepareImage } from "../image/prepare.ts";
import { floatTensor, type FloatTensor } from "../tensor/tensor.ts";
import type { MeasureContext } from "./measure-types.ts";
import { inPlaceOf, otherPictureCount, otherPictures } from "./other-pictures.ts";

/** The largest necessity of a confirmed set of patches in the newest minimal causes of a token; null if none were searched. */
function confirmedNecessity({ measures }: RunDescription, token: number): number | null {
  const searched = resultsOf(measures, "minimal").findLast(
    ({ request, image }) => request.token === token && image !== undefined,
  );
  if (searched === undefined) return null;
  const confirmed = searched.image!.sets.filter((set) => set.confirmed).map(({ necessity }) => necessity);
  return Math.min(1, Math.max(0, ...confirmed));
}

/** The states that words and patches are compared by: those after the middle layer, of which docs/truth.md says how much they tell. */
function similarityLayers({ layers }: { readonly layers: number }): number {
  return Math.ceil(layers / 2);
}

/** What one pass over the question with its own pictures gives. */
interface Seen {
  /** [answer tokens, vocabulary] */
  readonly logits: FloatTensor;
  /** States of the answer tokens and of the image tokens; undefined if the latter stand behind the sequence, where they have none. */
  readonly states: { readonly words: FloatTensor; readonly patches: FloatTensor } | undefined;
}

async function see({ model, probe, signal }: MeasureContext): Promise<Seen> {
  const { description } = probe;
  const { start, end } = description.answer;
  const logits = { site: "logits", rows: predictingPositions(description) };
  const patches = imageTokenPositions(description);
  const hasStates = description.memory.length === 0;
  const words = Array.from({ length: end - start }, (_, token) => start + token);
  const rows = hasStates ? [...patches, ...words] : [];
  const hidden = hiddenTap(similarityLayers(model.definition.language.config), rows);
  const taps = hasStates ? [logits, hidden] : [logits];
  const captures = await traceLanguage(model, probe.sequence, { taps, signal });
  const found = captures.get(logits)!;
  if (!hasStates) return { logits: found, states: undefined };
  const { data, dims } = captures.get(hidden)!;
  const width = dims[1]!;
  const part = (first: number, count: number) =>
    floatTensor([count, width], data.subarray(first * width, (first + count) * width));
  return {
    logits: found,
    states: { patches: part(0, patches.length), words: part(patches.length, words.length) },
  };
}

/** How far a token agrees with the picture, by its own state. */
function agreementOf({ states }: Seen, token: number): TokenGrounding["agrees"] {
  if (states === undefined) return null;
  const { words, patches } = states;
  const width = words.dims[1]!;
  const similarity = similarityTo(words.data.subarray(token * width, (token + 1) * width), patches);
  return { ...similarity, score: agreementScore(similarity) };
}

/** The run must have a picture. */
export async function grounding(request: GroundingRequest, context: MeasureContext): Promise<GroundingResult> {
  const { probe } = context;
  const { description } = probe;
  const own = new Set<string>();
  for (const picture of probe.pictures) own.add(await picture.digest());
  const others = await otherPictures(own, { count: otherPictureCount, seed: request.seed });
  context.expect(2 + others.length);
  const ask = async (pixelValues: readonly FloatTensor[]): Promise<FloatTensor> => {
    const logits = await probe.logitsWithPictures(pixelValues);
    context.tick("pictures");
    return logits;
  };
  const seen = await see(context);
  context.tick("passes");
  const blanks: FloatTensor[] = [];
  for (const picture of probe.pictures) blanks.push(await picture.pixelValues({ kind: "blank" }));
  const blank = await ask(blanks);
  const changed: FloatTensor[] = [];
  for (const other of others) {
    const inPlace = probe.pictures.map(({ facts }) =>
      prepareImage(inPlaceOf(other, facts, probe.fitting), probe.fitting),
    );
    changed.push(await ask(inPlace.map(({ pixelValues }) => pixelValues)));
  }
  const tokens = Array.from({ length: answerLength(description) }, (_, token) => {
    const asSeen = logitsOf(seen.logits, token);
    const withOthers = changed.map((logits) => logitsOf(logits, token));
    const id = description.tokens[description.answer.start + token]!.id;
    const parts = {
      blank: totalVariation(asSeen, logitsOf(blank, token)),
      others: meanVariation(asSeen, withOthers),
      logits: logitsMoved(asSeen, withOthers),
      odds: oddsFallen(id, asSeen, withOthers),
      necessity: confirmedNecessity(description, token),
    };
    return { parts, score: groundingScore(parts), agrees: agreementOf(seen, token) };
  });
  return { request, otherPictures: others.length, tokens };
}
