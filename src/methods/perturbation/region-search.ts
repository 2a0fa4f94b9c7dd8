/**
 * @file Which regions of a picture a token rests on, by a greedy search in the manner of EAGLE (Chen et al., "Where MLLMs Attend and What They
 * Rely On", CVPR 2026, arXiv 2509.22496): a set of regions is good if the token is likely with these regions alone (insight), and unlikely
 * without them (necessity). Each step tries the few regions that gained most when they were last seen, so that a budget of evaluations goes to
 * those that may still be best.
 */

/** What the token says of a set of regions. */
export interface SetScore {
  /** Probability of the token with nothing but the set. */
  readonly insight: number;
  /** 1 less its probability without the set. */
  readonly necessity: number;
}

/** A region that was chosen: by how much it raised insight + necessity, and both with it. */
interface ChosenRegion extends SetScore {
  readonly region: number;
  readonly gain: number;
}

export interface RegionOrder {
  /** In the order of the search. */
  readonly chosen: readonly ChosenRegion[];
  /** Regions that the budget left no choice about, by the gain that was last seen of them, largest first. */
  readonly rest: readonly { readonly region: number; readonly gain: number }[];
}

export interface RegionSearch {
  readonly regions: number;
  /** Of no region at all. */
  readonly nothing: SetScore;
  /** Sets of regions that may be scored; at least as many as there are regions. */
  readonly budget: number;
  /** Scores of sets of regions, by index. */
  readonly score: (sets: readonly (readonly number[])[]) => Promise<readonly SetScore[]>;
}

/** Regions that a step tries. */
const scope = 8;

const byGain = (a: { gain: number; region: number }, b: { gain: number; region: number }): number =>
  b.gain - a.gain || a.region - b.region;

const total = ({ insight, necessity }: SetScore): number => insight + necessity;

/** Sets that are scored if the budget lets every region be chosen. */
export function mostEvaluations(regions: number): number {
  const steps = Array.from({ length: Math.max(0, regions - 1) }, (_, left) => Math.min(scope, left + 1));
  return steps.reduce((sum, tried) => sum + tried, regions);
}

/** Scores every region alone first. Throws a RangeError if the budget does not reach that far. */
export async function searchRegions({ regions, nothing, budget, score }: RegionSearch): Promise<RegionOrder> {
  if (budget < regions) {
    throw new RangeError(`region search: ${regions} regions need as many evaluations, got a budget of ${budget}.`);
  }
  const alone = await score(Array.from({ length: regions }, (_, region) => [region]));
  let left = budget - regions;
  let current = total(nothing);
  /** The regions left, by the gain that was last seen of them. */
  let open: { readonly region: number; readonly gain: number; readonly scores: SetScore }[] = alone.map(
    (scores, region) => ({ region, scores, gain: total(scores) - current }),
  );
  const chosen: ChosenRegion[] = [];
  const choose = (): void => {
    const { region, gain, scores } = open.sort(byGain).shift()!;
    chosen.push({ region, gain, ...scores });
    current = total(scores);
  };
  choose();
  while (open.length > 0 && left >= Math.min(scope, open.length)) {
    const before = chosen.map(({ region }) => region);
    const tried = open.splice(0, scope);
    left -= tried.length;
    const found = await score(tried.map(({ region }) => [...before, region]));
    const again = tried.map(({ region }, index) => {
      const scores = found[index]!;
      return { region, scores, gain: total(scores) - current };
    });
    // What was not tried is no candidate: its gain was seen on top of fewer regions.
    const rest = open;
    open = again;
    choose();
    open = [...open, ...rest].sort(byGain);
  }
  return { chosen, rest: open.map(({ region, gain }) => ({ region, gain })) };
}

/**
 * A number for each region that falls along the order: the largest gain from its place on, so that a region that was chosen first never stands
 * below one that gained more after it.
 */
export function regionValues({ chosen, rest }: RegionOrder): Float64Array {
  const order = [...chosen, ...rest];
  const values = new Float64Array(order.length);
  let largest = -Infinity;
  for (const { region, gain } of order.toReversed()) {
    largest = Math.max(largest, gain);
    values[region] = largest;
  }
  return values;
}
