/**
 * @file Orientation of the edges of a partial ancestral graph: R0 to R4 and R8 to R10 of Zhang (Artificial Intelligence 172, 2008); R5 to R7
 * are for selection bias, which is taken not to be there. Loops go over nodes in ascending order; a rule fires at a circle, and
 * writes over what is there.
 */
import { hasOutside, nextIn } from "./bit-set.ts";
import { isAdjacent, mark, separates, setMark, writeMark, type MarkedGraph } from "./graph.ts";
import { rule1, rule2, rule3 } from "./arrow-rules.ts";
import { rule4 } from "./discriminating-paths.ts";
import { rule10Exact, rule10Reference, rule8, rule9 } from "./tail-rules.ts";

/** A pass of one rule over the graph; true if it changed something. */
type Rule = (g: MarkedGraph) => boolean;

/** R1 to R4, and what follows once these are settled, in the order of a round. */
const rules: Readonly<Record<"arrows" | "tailsReference" | "tailsExact", readonly Rule[]>> = {
  arrows: [rule1, rule2, rule3, rule4],
  tailsReference: [rule8, rule9, rule10Reference],
  tailsExact: [rule8, rule9, rule10Exact],
};

/** R0: x *-> z <-* y if x and y are separated by a set without z. It reads the skeleton and the separators alone. */
function orientColliders(g: MarkedGraph): void {
  const { adjacent } = g;
  for (let z = 0; z < g.size; z++) {
    for (let x = nextIn(adjacent, z, 0); x >= 0; x = nextIn(adjacent, z, x + 1)) {
      if (!hasOutside(adjacent, z, [adjacent, x])) continue;
      for (let y = nextIn(adjacent, z, x + 1); y >= 0; y = nextIn(adjacent, z, y + 1)) {
        if (isAdjacent(g, x, y) || separates(g, z, [x, y])) continue;
        setMark(g, x, z, mark.arrowhead);
        setMark(g, y, z, mark.arrowhead);
      }
    }
  }
}

/** Runs the rules one after the other until a whole round changes nothing. */
function toFixpoint(g: MarkedGraph, round: readonly Rule[]): void {
  let changed = true;
  while (changed) {
    changed = false;
    for (const rule of round) if (rule(g)) changed = true;
  }
}

/** Circles at every end, then R0 and R1 to R4: no order is known. */
export function orientFromCircles(g: MarkedGraph): void {
  orientFrom(g, () => mark.circle);
}

/** An arrowhead at the later token of each edge and a circle at the earlier one, then R0 and R1 to R4. `rank` is the place in causal order. */
export function orientByOrder(g: MarkedGraph, rank: ArrayLike<number>): void {
  orientFrom(g, (a, b) => (rank[b]! > rank[a]! ? mark.arrowhead : mark.circle));
}

function orientFrom(g: MarkedGraph, markOf: (a: number, b: number) => number): void {
  const { size, adjacent } = g;
  g.conflicts = 0;
  for (let a = 0; a < size; a++) {
    for (let b = nextIn(adjacent, a, 0); b >= 0; b = nextIn(adjacent, a, b + 1)) writeMark(g, a, b, markOf(a, b));
  }
  orientColliders(g);
  toFixpoint(g, rules.arrows);
}

/** R8 to R10, once everything else is settled. */
export function orientTails(g: MarkedGraph, variant: "reference" | "exact"): void {
  toFixpoint(g, variant === "exact" ? rules.tailsExact : rules.tailsReference);
}
