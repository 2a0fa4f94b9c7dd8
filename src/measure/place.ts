/** @file Whether the expected place of the picture is what matters: without it, and with nothing but it. */
import { judgePlace } from "../methods/grounding/place.ts";
import type { PlaceRequest, PlaceResult } from "../run/measures.ts";
import { predictingPosition } from "../run/positions.ts";
import { tokenClasses } from "../run/token-classes.ts";
import { ProblemError } from "../problem/problem.ts";
import { maskingOf, nothingMasked } from "./masking.ts";
import type { MeasureContext } from "./measure-types.ts";

export async function place(request: PlaceRequest, context: MeasureContext): Promise<PlaceResult> {
  const { probe } = context;
  const { token, positions, fill } = request;
  const { description } = probe;
  const image = tokenClasses(description, predictingPosition(description, token)).image;
  const chosen = new Set(positions);
  const inside = image.filter((position) => chosen.has(position));
  if (inside.length === 0) {
    throw new ProblemError(
      "bad-request",
      "The place has no patches of the picture; choose the patches where the evidence should be.",
    );
  }
  context.expect(4);
  const without = async (taken: readonly number[]): Promise<number> => {
    const masking =
      taken.length === 0 ? nothingMasked : maskingOf(description, { kind: "tokens", positions: taken }, fill);
    return (await probe.probabilities(token, [masking], context.tick))[0]!;
  };
  const original = await without([]);
  const withoutPlace = await without(inside);
  const onlyPlace = await without(image.filter((position) => !chosen.has(position)));
  const withoutImage = await without(image);
  return {
    request,
    original,
    withoutPlace,
    onlyPlace,
    withoutImage,
    verdict: judgePlace({ original, withoutPlace, onlyPlace, withoutImage }),
  };
}
