/** @file Tests of angles on a ring. */
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../tensor/random.ts";
import { angleBetween, ascendingFit, meanAngle, separateAngles } from "./ring-angles.ts";

const turn = 2 * Math.PI;

describe("a non-decreasing fit", () => {
  it("pools what is out of order into its mean", () => {
    expect(ascendingFit([1, 3, 2, 4])).toEqual([1, 2.5, 2.5, 4]);
    expect(ascendingFit([3, 2, 1])).toEqual([2, 2, 2]);
  });
});

describe("angles", () => {
  it("are near over the beginning of the turn", () => {
    expect(angleBetween(0.1, turn - 0.1)).toBeCloseTo(0.2);
    expect(meanAngle([0.1, turn - 0.1])).toBeCloseTo(0);
    expect(meanAngle([0, Math.PI])).toBeUndefined();
  });

  it("stay where they are if they are far enough apart", () => {
    const wanted = [0.2, 1.5, 4];
    separateAngles(wanted, () => 0.5).forEach((angle, i) => expect(angle).toBeCloseTo(wanted[i]!));
  });

  it("are moved apart as needed, whatever was wanted, and keep their order round the ring", () => {
    const random = seededRandom(3);
    for (let round = 0; round < 50; round++) {
      const count = 2 + Math.floor(random() * 12);
      const wanted = Array.from({ length: count }, () => random() * random() * turn);
      const sizes = wanted.map(() => (0.9 * turn * random()) / count);
      const found = separateAngles(wanted, (i, j) => (sizes[i]! + sizes[j]!) / 2);
      for (let i = 0; i < count; i++) {
        for (let j = i + 1; j < count; j++) {
          const between = angleBetween(found[i]!, found[j]!);
          const order = [...found].sort((a, b) => a - b);
          const areNeighbors = (order.indexOf(found[i]!) - order.indexOf(found[j]!) + count) % count === 1;
          if (areNeighbors) expect(between).toBeGreaterThan((sizes[i]! + sizes[j]!) / 2 - 1e-6);
        }
      }
    }
  });

  it("share the ring alike where they do not fit", () => {
    const found = separateAngles([1, 1, 1, 1], () => 2).sort((a, b) => a - b);
    for (let k = 0; k < 4; k++) expect(angleBetween(found[k]!, found[(k + 1) % 4]!)).toBeCloseTo(turn / 4);
  });
});
