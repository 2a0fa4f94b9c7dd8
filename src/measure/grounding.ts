/** @file The grounding score of every answer token: how much the answer leans on what is in the picture. */
import { meanShares, meanVariation, totalVariation } from "../methods/grounding/parts.ts";
import { groundingScore } from "../methods/grounding/score.ts";
import { logitsOf } from "../methods/probability.ts";
import { attentionGroups, groupsOfPositions } from "../run/attention-groups.ts";
import { attentionShares } from "../run/attention-shares.ts";
import { NotRecordedError } from "../run/attention-block.ts";
import { exactRelevancyRows } from "../run/maps.ts";
import type { GroundingRequest, GroundingResult } from "../run/measures.ts";
import { answerLength } from "../run/positions.ts";
import type { Run } from "../run/types.ts";
import { prepareImage } from "../image/prepare.ts";
import type { FloatTensor } from "../tensor/tensor.ts";
import { evidenceOfTokens } from "../findings/evidence.ts";
import { ProblemError } from "../problem/problem.ts";
import { imageSinks } from "../findings/sinks.ts";
import { nothingMasked } from "./masking.ts";
import type { MeasureContext } from "./measure-types.ts";
import { inPlaceOf, otherPictureCount, otherPictures } from "./other-pictures.ts";

/** Share of attention on the image without sinks by answer token, mean of all layers and heads. */
async function imageShares(run: Run): Promise<number[]> {
  const sinks = (await imageSinks(run)).map(({ position }) => position);
  let shares: FloatTensor;
  try {
    shares = await attentionShares(run, groupsOfPositions(run.description, sinks));
  } catch (cause) {
    if (!(cause instanceof NotRecordedError)) throw cause;
    throw new ProblemError(
      "not-recorded",
      "The grounding score needs attention, which the run does not hold; compute it first.",
      { cause },
    );
  }
  return meanShares(shares, attentionGroups.indexOf("image"));
}

/** The run must have a picture. Throws `not-recorded` if the run lacks attention or exact relevancy. */
export async function grounding(request: GroundingRequest, context: MeasureContext): Promise<GroundingResult> {
  const { run, probe } = context;
  const { description } = run;
  if (!run.tensors.has(exactRelevancyRows)) {
    throw new ProblemError(
      "not-recorded",
      "The grounding score needs exact relevancy, which the run does not hold; compute it first.",
    );
  }
  const own = new Set<string>();
  for (const picture of probe.pictures) own.add(await picture.digest());
  const others = await otherPictures(own, { count: otherPictureCount, seed: request.seed });
  context.expect(2 + others.length);
  const ask = async (pixelValues: readonly FloatTensor[]): Promise<FloatTensor> => {
    const logits = await probe.logitsWithPictures(pixelValues);
    context.tick();
    return logits;
  };
  const shares = await imageShares(run);
  const seen = await probe.logits(nothingMasked);
  context.tick();
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
  const count = answerLength(description);
  const tokens: GroundingResult["tokens"][number][] = [];
  for (let token = 0; token < count; token++) {
    const asSeen = logitsOf(seen, token);
    const parts = {
      attention: shares[token]!,
      relevancy: (await evidenceOfTokens(run, [token])).imagePart,
      blank: totalVariation(asSeen, logitsOf(blank, token)),
      others: meanVariation(
        asSeen,
        changed.map((logits) => logitsOf(logits, token)),
      ),
    };
    tokens.push({ parts, score: groundingScore(parts) });
  }
  return { request, otherPictures: others.length, tokens };
}
