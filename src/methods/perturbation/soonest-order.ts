/** @file Which of several orders of the same units reaches the whole fall soonest, so that a search begins where least has to be left out again. */
import { sufficientFall } from "./sufficient-fall.ts";

export interface SoonestOrderOptions<Unit> {
  /** Shares of the whole fall without each of several sets, asked together. */
  readonly necessities: (sets: readonly (readonly Unit[])[]) => Promise<readonly number[]>;
  /** @default 0.9 */
  readonly threshold?: number;
}

/** First units of an order that are asked about: each size up to 4, then sizes that grow by half, up to half of the units. */
function sizesOf(units: number): number[] {
  const sizes: number[] = [];
  for (let size = 1; size <= Math.ceil(units / 2); size = Math.max(size + 1, Math.floor(size * 1.5))) sizes.push(size);
  return sizes;
}

/**
 * Index of the order of which the fewest first units reach the threshold; of equal ones the one that falls most there. If none does with up to
 * half of the units, the one that falls most at any size. A single order asks nothing.
 */
export async function soonestOrder<Unit>(
  orders: readonly (readonly Unit[])[],
  { necessities, threshold = sufficientFall }: SoonestOrderOptions<Unit>,
): Promise<number> {
  const [first] = orders;
  if (first === undefined || orders.length === 1) return 0;
  let best = { order: 0, necessity: -Infinity };
  for (const size of sizesOf(first.length)) {
    const found = await necessities(orders.map((order) => order.slice(0, size)));
    const most = Math.max(...found);
    if (most > best.necessity) best = { order: found.indexOf(most), necessity: most };
    if (most >= threshold) break;
  }
  return best.order;
}
