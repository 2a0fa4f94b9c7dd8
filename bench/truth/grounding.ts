/** @file The parts of the grounding score of every question, and whether the expected place is what matters. */
import { imageTokens } from "../../src/run/positions.ts";
import type { PlaceVerdict, TokenGrounding } from "../../src/run/measures.ts";
import type { RunDescription } from "../../src/run/types.ts";
import type { Parts } from "../../src/methods/grounding/parts.ts";
import { grounding } from "../../src/measure/grounding.ts";
import type { MeasureContext } from "../../src/measure/measure-types.ts";
import { place } from "../../src/measure/place.ts";
import type { Asked, Explainable } from "./asking.ts";
import { tagMaskOf } from "./findings.ts";
import { coverage, type Mask } from "../../src/run/masks.ts";
import { readMask } from "../../src/workbench/mask-file.ts";
import { isGrounded } from "./questions.ts";
import { hitShare } from "../../src/methods/map-scores.ts";

/** What the answer comes from, if it is known: `grounded` from looking, `prior` and `door` not, `tag` from another place. */
export type Origin = "grounded" | "prior" | "door" | "tag";

/** Probabilities and judgment of a place; undefined if no patch has a quarter of its pixels in it. */
export interface PlaceFinding {
  readonly original: number;
  readonly withoutPlace: number;
  readonly onlyPlace: number;
  readonly withoutImage: number;
  readonly verdict: PlaceVerdict;
}

export interface GroundingFinding {
  readonly name: string;
  readonly scene: string;
  readonly form: "lettered" | "open";
  readonly restated: boolean;
  /** `wrong` for a wrong answer of a grounded family, which may have any reason. */
  readonly origin: Origin | "wrong";
  /** True if the answer is right, whatever it comes from. */
  readonly right: boolean;
  readonly parts: Parts;
  readonly agrees: NonNullable<TokenGrounding["agrees"]> | null;
  /** With the things that the right answer is about as the place, and with the tag. */
  readonly places: { readonly evidence?: PlaceFinding; readonly tag?: PlaceFinding };
}

/** Undefined if it is not known: answers of grounded families that are wrong, and left and right of something. */
export function originOf({ question, right }: Asked): Origin | undefined {
  const { shortcut } = question;
  if (shortcut === "prior" || shortcut === "tag") return shortcut;
  if (shortcut === "first" || shortcut === "leading") return "door";
  return right && isGrounded(question) ? "grounded" : undefined;
}

/** Positions of the patches that lie in a mask with a quarter of their pixels or more. */
function maskPositions(description: RunDescription, mask: Mask): number[] {
  const covered = coverage(description, [mask]);
  return imageTokens(description).flatMap(({ position }, index) => (covered[index]! >= hitShare ? [position] : []));
}

async function placeOf(
  mask: Mask | undefined,
  { token, context }: { token: number; context: MeasureContext },
): Promise<PlaceFinding | undefined> {
  const positions = mask === undefined ? [] : maskPositions(context.run.description, mask);
  if (positions.length === 0) return undefined;
  const { original, withoutPlace, onlyPlace, withoutImage, verdict } = await place(
    { kind: "place", token, positions, fill: "mean", seed: 0 },
    context,
  );
  return { original, withoutPlace, onlyPlace, withoutImage, verdict };
}

/** The parts of a result that was measured now, which has them all. */
function measuredParts({ blank, others, logits = NaN, odds = NaN, necessity = null }: TokenGrounding["parts"]): Parts {
  return { blank, others, logits, odds, necessity };
}

/** Parts of the explained token, and the places of its question as the benchmark and the examples put it. */
export async function measureGrounding(
  { question, right, token: { index } }: Explainable,
  { origin = "wrong", context }: { origin: GroundingFinding["origin"] | undefined; context: MeasureContext },
): Promise<GroundingFinding> {
  const { tokens } = await grounding({ kind: "grounding", seed: 0 }, context);
  const { evidence, restated, name, scene, form } = question;
  const isPlaced = origin === "tag" || (origin === "grounded" && restated === undefined);
  const given = { token: index, context };
  const thing = isPlaced && evidence !== undefined ? await readMask(evidence) : undefined;
  const tag = isPlaced ? await tagMaskOf(question, context.run.description.images[0]!) : undefined;
  return {
    name,
    scene,
    form,
    restated: restated === true,
    origin,
    right,
    parts: measuredParts(tokens[index]!.parts),
    agrees: tokens[index]!.agrees ?? null,
    places: { evidence: await placeOf(thing, given), tag: await placeOf(tag, given) },
  };
}
