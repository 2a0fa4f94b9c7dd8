/** @file Masks each patch alone: how much the token's probability drops without it (Zeiler & Fergus, ECCV 2014). */
import { tokenTensor } from "../run/maps.ts";
import type { OcclusionRequest, OcclusionResult } from "../run/measures.ts";
import { imageTokenPositions, predictingPosition } from "../run/positions.ts";
import { tokenClasses } from "../run/token-classes.ts";
import { floatTensor } from "../tensor/tensor.ts";
import { maskingOf, nothingMasked } from "./masking.ts";
import type { MeasureContext } from "./measure-types.ts";

/** Falls of the probability by image token; 0 for those that only see padding or come after the token. */
export async function occlusion(request: OcclusionRequest, context: MeasureContext): Promise<OcclusionResult> {
  const { probe } = context;
  const { token, fill } = request;
  const { description } = probe;
  const positions = imageTokenPositions(description);
  const masked = new Set(tokenClasses(description, predictingPosition(description, token)).image);
  context.expect(masked.size + 1);
  const asked = [...positions.entries()].filter(([, position]) => masked.has(position));
  const maskings = asked.map(([, position]) => maskingOf(description, { kind: "tokens", positions: [position] }, fill));
  const [original, ...without] = await probe.probabilities(token, [nothingMasked, ...maskings], context.tick);
  const falls = floatTensor([positions.length]);
  for (const [at, [index]] of asked.entries()) falls.data[index] = original! - without[at]!;
  context.keep(tokenTensor("occlusion", token), falls);
  return { request, original: original! };
}
