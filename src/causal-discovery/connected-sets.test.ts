import { describe, expect, it } from "vitest";
import { TooManySetsError, visitConnectedSets } from "./connected-sets.ts";

/** Nodes at the distances, of which any set hangs together. */
function visit(distance: readonly number[], size: number, limit: number): { sets: number; looked: number } {
  const counted = { sets: 0, looked: 0 };
  const look = (): void => {
    counted.looked += 1;
    if (counted.looked > limit) throw new TooManySetsError("too many");
  };
  visitConnectedSets({ distance: Int32Array.from(distance), hangsTogether: () => true }, { size, look }, () => {
    counted.sets += 1;
    return false;
  });
  return counted;
}

describe("visitConnectedSets", () => {
  it("looks at each set once", () => {
    expect(visit([1, 1, 1, 1, 1], 2, 100)).toEqual({ sets: 10, looked: 10 });
  });

  it("counts the beginnings that no set has, so that a search without sets ends at its limit as well", () => {
    // The sum of 12 odd distances is even: half of the sums have no set, but a great many beginnings.
    const distances = Array.from({ length: 60 }, (_, i) => (i % 2 === 0 ? 1 : 3));
    expect(() => visit(distances, 12, 1e5)).toThrow(TooManySetsError);
  });
});
