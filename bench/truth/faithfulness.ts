/**
 * @file Whether the patches that a map ranks high are those that the answer hangs on: areas under deletion and insertion curves (Petsiuk et
 * al., "RISE", BMVC 2018), with patches filled with the mean color of the picture.
 */
import { orderByMap, randomOrders, trapezoidArea } from "../../src/methods/perturbation/curves.ts";
import { imageTokens, predictingPosition } from "../../src/run/positions.ts";
import type { RecordedRun } from "../../src/explain/explain.ts";
import { tokenClasses } from "../../src/run/token-classes.ts";
import { maskingOf, nothingMasked } from "../../src/measure/masking.ts";
import type { MeasureContext } from "../../src/measure/measure-types.ts";
import { runMap } from "../../src/measure/run-maps.ts";
import type { MapMethod } from "../../src/run/map-catalogue.ts";
import { isExplainable, type Asked, type Explainable } from "./asking.ts";
import { baselineMaps, imageMaps } from "./maps.ts";
import { isGrounded, spread } from "./questions.ts";

/** Areas under both curves of one order, 0 to 1. Deletion: lower is better. Insertion: higher is better. */
export interface Areas {
  readonly deletion: number;
  readonly insertion: number;
}

export interface FaithfulnessFinding {
  readonly name: string;
  readonly scene: string;
  /** Probability of the explained token with the picture, and with every patch filled. */
  readonly full: number;
  readonly empty: number;
  readonly areas: Readonly<Record<string, Areas>>;
}

/** Maps of the product, by what they are called in the table. */
const runMaps: Readonly<Record<string, MapMethod>> = {
  "attention, mean of all layers": "attention",
  rollout: "rollout",
  "token activation map": "tam",
  "relevancy exact, language": "relevancy.language",
  "relevancy exact, vision": "relevancy.vision",
  "relevancy exact, combined": "relevancy.combined",
  "integrated gradients": "integrated-gradients",
  causes: "causes",
};
const lrpName = "lrp, language";

export const randomName = "random";
export const faithfulnessNames: readonly string[] = [...Object.keys(runMaps), lrpName];

/** Random orders of each question, whose areas are averaged. */
const randomOrderCount = 2;

/**
 * Shares of the patches masked or restored: evidence is a few patches, so that curves differ most at their beginning, and the steps are
 * finer there.
 */
export const stepShares = [0, 0.025, 0.05, 0.1, 0.2, 0.4, 0.7, 1] as const;

/** At most this many questions, since each asks the model about 120 times. */
const mostQuestions = 30;

/**
 * The questions that are measured: the first of each scene that is grounded, put as the benchmark or the examples put it, and answered
 * right; of more than 30 scenes 30 that are evenly spread over the list.
 */
export function faithfulnessQuestions(asked: readonly Asked[]): Explainable[] {
  const scenes = new Map<string, Explainable>();
  for (const each of asked) {
    const { question, right } = each;
    const counts = right && isGrounded(question) && question.restated === undefined && question.evidence !== undefined;
    if (counts && isExplainable(each) && !scenes.has(question.scene)) scenes.set(question.scene, each);
  }
  return spread([...scenes.values()], mostQuestions);
}

/** Orders of the members [image tokens] by name, the random ones apart. */
async function ordersOf(
  { token }: Explainable,
  { recorded, members, context }: { recorded: RecordedRun; members: readonly number[]; context: MeasureContext },
): Promise<[string, number[]][]> {
  const { run, pool } = context;
  const orders: [string, number[]][] = [];
  for (const [name, method] of Object.entries(runMaps)) {
    const map = await runMap(run, { token: token.index, method, pool });
    orders.push([name, orderByMap(Float64Array.from(members, (position) => map[position]!))]);
  }
  // Maps over image tokens, of which every one is a member here.
  const place = new Map(imageTokens(run.description).map(({ position }, index) => [position, index]));
  const byPlace = (map: ArrayLike<number>) =>
    orderByMap(Float64Array.from(members, (position) => map[place.get(position)!]!));
  orders.push([lrpName, byPlace(imageMaps(recorded, token.index).get(lrpName)!)]);
  orders.push(["center", byPlace(baselineMaps(run.description).get("center")!)]);
  return orders;
}

/** Takes patches away and puts them back in the order of each map, and in random ones. */
export async function measureFaithfulness(
  asked: Explainable,
  { recorded, context, seed }: { recorded: RecordedRun; context: MeasureContext; seed: number },
): Promise<FaithfulnessFinding> {
  const { probe } = context;
  const { description } = probe;
  const { index: token } = asked.token;
  const members = tokenClasses(description, predictingPosition(description, token)).image;
  const steps = stepShares.map((share) => Math.round(share * members.length));
  const shares = steps.map((count) => count / members.length);
  const without = (taken: readonly number[]) =>
    probe.probability(
      token,
      taken.length === 0
        ? nothingMasked
        : maskingOf(description, { kind: "tokens", positions: taken.map((member) => members[member]!) }, "mean"),
    );
  const full = await without([]);
  const empty = await without([...members.keys()]);

  async function areaOf(order: readonly number[], form: keyof Areas): Promise<number> {
    const values: number[] = [];
    for (const count of steps) {
      const taken = form === "deletion" ? order.slice(0, count) : order.slice(count);
      if (taken.length === 0) values.push(full);
      else if (taken.length === members.length) values.push(empty);
      else values.push(await without(taken));
    }
    return trapezoidArea(shares, values);
  }
  const areasOf = async (order: readonly number[]): Promise<Areas> => ({
    deletion: await areaOf(order, "deletion"),
    insertion: await areaOf(order, "insertion"),
  });

  const areas: Record<string, Areas> = {};
  for (const [name, order] of await ordersOf(asked, { recorded, members, context })) areas[name] = await areasOf(order);
  const random: Areas[] = [];
  for (const order of randomOrders({ size: members.length, count: randomOrderCount, seed })) {
    random.push(await areasOf(order));
  }
  const meanOf = (form: keyof Areas) => random.reduce((sum, each) => sum + each[form], 0) / random.length;
  areas[randomName] = { deletion: meanOf("deletion"), insertion: meanOf("insertion") };
  const { name, scene } = asked.question;
  return { name, scene, full, empty, areas };
}
