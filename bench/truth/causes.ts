/**
 * @file Verified minimal causes of every question whose reason is known: whether sets exist, are confirmed by an intervention that did not choose
 * them, are small and lie on the thing; what they say of the planted shortcuts; and how often a set that was found for another question passes.
 */
import { causeUnits, type CauseUnit } from "../../src/measure/cause-units.ts";
import { choosingIntervention, confirmSet } from "../../src/measure/confirm-set.ts";
import type { MeasureContext } from "../../src/measure/measure-types.ts";
import { minimal } from "../../src/measure/minimal.ts";
import { tokenEffects } from "../../src/measure/token-effects.ts";
import type { CauseKind } from "../../src/run/measure-choices.ts";
import { minimalRequestOf } from "../../src/run/cause-requests.ts";
import type { KindCauses, MinimalRequest } from "../../src/run/measures.ts";
import { imageTokens } from "../../src/run/positions.ts";
import type { Explainable } from "./asking.ts";
import { tagMaskOf } from "./findings.ts";
import type { Origin } from "./grounding.ts";
import { coverage, type Mask } from "../../src/run/masks.ts";
import { readMask } from "../../src/workbench/mask-file.ts";

/** The things whose place is known: what the right answer is about, and the tag. */
const placeNames = ["evidence", "tag"] as const;
export type PlaceName = (typeof placeNames)[number];

/** By place that the question has: a share of something that lies in it. */
type OfPlaces = Readonly<Partial<Record<PlaceName, number>>>;

/** One set of minimal causes of the picture. */
export interface FoundSet {
  readonly positions: readonly number[];
  readonly necessity: number;
  readonly sufficiency: number;
  readonly confirmed: boolean;
  /** Share of the set that lies in each place. */
  readonly inside: OfPlaces;
}

/** What was found of one kind, the sets of words without places. */
interface KindFinding extends Pick<KindCauses, "verdict" | "chosenBy" | "wholeFall" | "units" | "calls"> {
  readonly sets: readonly FoundSet[];
}

/** A set of another question, tested as if it had been found for this one. */
interface ShuffledTest {
  readonly from: string;
  readonly confirmed: boolean;
}

export interface CausesFinding {
  readonly name: string;
  readonly scene: string;
  readonly origin: Origin;
  readonly image: KindFinding;
  readonly text: KindFinding;
  /** Share of the picture's patches that lie in each place. */
  readonly area: OfPlaces;
  readonly shuffled: ShuffledTest | null;
  /** Time of all processors together, which does not depend on what else the machine does. */
  readonly processorSeconds: number;
}

type Places = Readonly<Partial<Record<PlaceName, Float64Array>>>;

/** By place: its share of each image token. */
async function placesOf({ question }: Explainable, { run }: MeasureContext): Promise<Places> {
  const { description } = run;
  const shares = (mask: Mask | undefined) => mask && coverage(description, [mask]);
  const { evidence } = question;
  const thing = shares(evidence === undefined ? undefined : await readMask(evidence));
  const tag = shares(await tagMaskOf(question, description.images[0]!));
  return { ...(thing && { evidence: thing }), ...(tag && { tag }) };
}

/** By place: the mean share of some image tokens that lies in it. */
function meanShares(places: Places, tokens: readonly number[]): OfPlaces {
  return Object.fromEntries(
    placeNames.flatMap((name) => {
      const shares = places[name];
      return shares === undefined
        ? []
        : [[name, tokens.reduce((sum, token) => sum + shares[token]!, 0) / tokens.length]];
    }),
  );
}

export interface CausesOptions {
  readonly origin: Origin;
  readonly context: MeasureContext;
  readonly seed: number;
  /** What was found before; a set of another scene serves as a shuffled target. */
  readonly before: readonly CausesFinding[];
}

/** True if sets of patches were searched: the picture matters when it becomes an empty one. */
export const isSearched = ({ verdict, chosenBy }: Pick<KindCauses, "verdict" | "chosenBy">): boolean =>
  verdict !== "nothing to test" && chosenBy === choosingIntervention.image;

/** Tests the last set that was found for a question of another scene, if this answer depends on the picture at all. */
async function shuffledTest(
  { question }: Explainable,
  { context, before, request, image }: CausesOptions & { request: MinimalRequest; image: KindCauses | undefined },
): Promise<ShuffledTest | null> {
  const other = before.findLast(({ scene, image: { sets } }) => scene !== question.scene && sets.length > 0);
  if (other === undefined || image === undefined || !isSearched(image)) return null;
  const { description } = context.run;
  const units = causeUnits(description, { kind: "image", token: request.token });
  const taken = new Set(other.image.sets[0]!.positions);
  const members = units.filter((unit: CauseUnit) => unit.some((position) => taken.has(position)));
  if (members.length === 0) return null;
  const effects = tokenEffects(request, context);
  const { confirmed } = await confirmSet(members, {
    kind: "image",
    wholeFall: image.wholeFall,
    units,
    description,
    request,
    effects,
  });
  return { from: other.name, confirmed };
}

/** Searches and tests the minimal causes of the explained token, of the picture and of the question. */
export async function measureCauses(asked: Explainable, options: CausesOptions): Promise<CausesFinding> {
  const { origin, context, seed } = options;
  const { name, scene } = asked.question;
  const { index: token } = asked.token;
  const request: MinimalRequest = { ...minimalRequestOf(context.run.description, token), seed };
  const start = process.cpuUsage();
  const found = await minimal(request, context);
  const { user, system } = process.cpuUsage(start);
  const places = await placesOf(asked, context);
  const all = imageTokens(context.run.description);
  const indexOf = new Map(all.map(({ position }, index) => [position, index]));
  const finding = (kind: CauseKind): KindFinding => {
    const { verdict, chosenBy, wholeFall, units, calls, sets } = found[kind]!;
    return {
      ...{ verdict, chosenBy, wholeFall, units, calls },
      sets: sets.map(({ positions, necessity, sufficiency, confirmed }) => {
        const tokens = positions.flatMap((position) => indexOf.get(position) ?? []);
        return { positions, necessity, sufficiency, confirmed, inside: meanShares(places, tokens) };
      }),
    };
  };
  return {
    ...{ name, scene, origin },
    processorSeconds: (user + system) / 1e6,
    image: finding("image"),
    text: finding("text"),
    area: meanShares(places, [...all.keys()]),
    shuffled: await shuffledTest(asked, { ...options, request, image: found.image }),
  };
}
