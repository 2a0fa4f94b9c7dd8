/**
 * @file Deletion and insertion curves of maps (Petsiuk, Das, Saenko: "RISE", BMVC 2018): the token's probability as the members that a map
 * ranks highest are masked first, or restored first, against random orders and against the patches nearest to the center.
 */
import {
  centerFirst,
  curveSteps,
  orderByMap,
  randomBand,
  randomOrders,
  trapezoidArea,
} from "../methods/perturbation/curves.ts";
import { cellBox } from "../image/geometry.ts";
import { textMaps } from "../run/maps.ts";
import type { Curve, CurvesRequest, CurvesResult } from "../run/measures.ts";
import { imageTokens, predictingPosition } from "../run/positions.ts";
import type { RunDescription } from "../run/types.ts";
import { tokenClasses } from "../run/token-classes.ts";
import { ProblemError } from "../problem/problem.ts";
import { evaluationCount, kindOfFill, kindOfText, type Evaluations } from "./evaluations.ts";
import { maskingOf, nothingMasked } from "./masking.ts";
import type { MeasureContext } from "./measure-types.ts";
import { explainedTarget, runMap } from "./run-maps.ts";

/** Random orders behind the band. */
const orderCount = 10;

/** Distance of each member's center from the center of its picture, in shares of the picture's diagonal. */
function distances(description: RunDescription, members: readonly number[]): Float64Array {
  const tokens = new Map(imageTokens(description).map((token) => [token.position, token]));
  return Float64Array.from(members, (position) => {
    const { image, cell } = tokens.get(position)!;
    const { width, height, grids } = description.images[image]!;
    const box = cellBox(grids[cell!.grid]!, cell!);
    const [dx, dy] = [box.left + box.width / 2 - width / 2, box.top + box.height / 2 - height / 2];
    return Math.hypot(dx, dy) / Math.hypot(width, height);
  });
}

/** What curves are made over: patches with picture under them, or the question and other text before the token. */
function curveMembers(description: RunDescription, { over, token }: Pick<CurvesRequest, "over" | "token">): number[] {
  const classes = tokenClasses(description, predictingPosition(description, token));
  return over === "patches" ? [...classes.image] : [...classes.question, ...classes.text].sort((a, b) => a - b);
}

/** Times that the model is asked. */
export function curveEvaluations(request: CurvesRequest, description: RunDescription): Evaluations {
  const members = curveMembers(description, request);
  const steps = curveSteps(members.length).length - 1;
  const orders = request.methods.length + orderCount + (request.over === "patches" ? 1 : 0);
  const kind = request.over === "patches" ? kindOfFill(request.fill) : kindOfText(members, description.tokens.length);
  return { [kind]: 2 + 2 * orders * (steps - 1) };
}

/** Throws `bad-request` if there is nothing to mask, or a map says nothing of text. */
export async function curves(request: CurvesRequest, context: MeasureContext): Promise<CurvesResult> {
  const { run, probe, pool } = context;
  const { token, over, methods, fill, seed } = request;
  const { description } = probe;
  const members = curveMembers(description, request);
  if (members.length === 0) {
    throw new ProblemError("bad-request", `The question has no ${over === "patches" ? "patches" : "text"} to mask.`);
  }
  const silent = over === "text" ? methods.find((method) => !textMaps.includes(method)) : undefined;
  if (silent !== undefined) {
    throw new ProblemError("bad-request", `The map "${silent}" gives text tokens no number; leave it out over text.`);
  }
  const maps = await Promise.all(
    methods.map(async (method) => ({ method, map: await runMap(run, { token, method, pool }) })),
  );
  const steps = curveSteps(members.length);
  context.expect(evaluationCount(curveEvaluations(request, description)));

  /** Members that are masked, for each time that the model is asked; curves share the first two. */
  const taken: (readonly number[])[] = [[], members];
  const [full, empty] = [0, 1];
  const shares = steps.map((count) => count / members.length);
  /** Plans a curve, which is had from the probabilities. */
  function curveOf(
    order: readonly number[],
    form: "deletion" | "insertion",
  ): (probabilities: readonly number[]) => Curve {
    const asked = steps.map((count) => {
      if (count === 0) return form === "deletion" ? full : empty;
      if (count === members.length) return form === "deletion" ? empty : full;
      const masked = form === "deletion" ? order.slice(0, count) : order.slice(count);
      return taken.push(masked.map((index) => members[index]!)) - 1;
    });
    return (probabilities) => {
      const values = asked.map((index) => probabilities[index]!);
      return { values, area: trapezoidArea(shares, values) };
    };
  }
  const bothOf = (order: readonly number[]) => {
    const [deletion, insertion] = [curveOf(order, "deletion"), curveOf(order, "insertion")];
    return (probabilities: readonly number[]) => ({
      deletion: deletion(probabilities),
      insertion: insertion(probabilities),
    });
  };

  const ofMaps = maps.map(({ method, map }) => {
    const order = orderByMap(Float64Array.from(members, (position) => map[position]!));
    return { method, curves: bothOf(order) };
  });
  const ofRandom = randomOrders({ size: members.length, count: orderCount, seed }).map(bothOf);
  const ofCenter = over === "patches" ? bothOf(centerFirst(distances(description, members))) : undefined;
  const probabilities = await probe.probabilities(
    token,
    taken.map((positions) =>
      positions.length === 0 ? nothingMasked : maskingOf(description, { kind: "tokens", positions }, fill),
    ),
    context.tick,
  );
  const random = ofRandom.map((both) => both(probabilities));
  return {
    request,
    shares,
    methods: ofMaps.map(({ method, curves }) => ({
      method,
      ...explainedTarget(description, method),
      ...curves(probabilities),
    })),
    random: {
      orders: orderCount,
      deletion: randomBand(random.map(({ deletion }) => deletion)),
      insertion: randomBand(random.map(({ insertion }) => insertion)),
    },
    ...(ofCenter === undefined ? {} : { center: ofCenter(probabilities) }),
  };
}
