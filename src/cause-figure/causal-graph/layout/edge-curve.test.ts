/** @file Tests of the line of an edge and the marks at its ends. */
import { describe, expect, it } from "vitest";
import { boxesCrossed, curveAround, drawEdge, endShape, isInside, type NodeBox } from "./edge-curve.ts";

const box = (x: number, y: number, width = 20, height = 20): NodeBox => ({ x, y, width, height });
const numbers = (path: string): number[] => path.match(/-?[\d.]+/g)!.map(Number);

describe("the line of an edge", () => {
  it("is straight where nothing is in its way, and bends around what is", () => {
    expect(curveAround(box(0, 0), box(100, 0), []).bend).toEqual({ x: 50, y: 0 });
    const others = [box(50, 0)];
    const curve = curveAround(box(0, 0), box(100, 0), others);
    expect(curve.bend.y).not.toBe(0);
    expect(boxesCrossed(curve, others)).toBe(0);
  });

  it("goes from border to border, and ends where its marks begin", () => {
    const [a, b] = [box(0, 0), box(100, 0, 40, 20)];
    const drawn = drawEdge({ a, b, atA: "tail", atB: "arrow", others: [], scale: 1 });
    const [x1, , , , x2] = numbers(drawn.path);
    expect(drawn.atA.tip.x).toBeCloseTo(12.5, 3);
    expect(drawn.atB.tip.x).toBeCloseTo(77.5, 3);
    expect(x1!).toBeCloseTo(13.1, 1);
    expect(x2!).toBeCloseTo(69.5, 1);
  });

  it("has each mark at the end where it belongs, whichever way it runs", () => {
    for (const [a, b] of [
      [box(0, 0), box(80, 60)],
      [box(80, 60), box(0, 0)],
    ] as const) {
      const drawn = drawEdge({ a, b, atA: "circle", atB: "arrow", others: [], scale: 1 });
      expect([drawn.atA.mark, drawn.atB.mark]).toEqual(["circle", "arrow"]);
      expect(isInside(a, drawn.atA.tip, 4)).toBe(true);
      expect(isInside(b, drawn.atB.tip, 4)).toBe(true);
    }
  });

  it("has smaller marks where the nodes nearly touch", () => {
    const drawn = drawEdge({ a: box(0, 0), b: box(30, 0), atA: "circle", atB: "arrow", others: [], scale: 1 });
    const xs = numbers(drawn.atB.path).filter((_, i) => i % 2 === 0);
    expect(Math.max(...xs) - Math.min(...xs)).toBeLessThan(8);
    expect(Math.min(...xs)).toBeGreaterThanOrEqual(drawn.atA.tip.x);
  });
});

describe("marks", () => {
  const toward = { x: 1, y: 0 };
  it("are a closed triangle with its tip at the node, a bar across, and a closed circle that touches it", () => {
    const arrow = endShape("arrow", { x: 10, y: 5 }, { toward, scale: 1 });
    expect(arrow.path).toBe("M10 5L2 8.7L2 1.3Z");
    const tail = endShape("tail", { x: 10, y: 5 }, { toward, scale: 1 });
    expect(tail.path).toBe("M10 9.8L10 0.2");
    const circle = endShape("circle", { x: 10, y: 5 }, { toward, scale: 1 });
    expect(circle.path).toMatch(/^M10 5A3\.2 3\.2 .* 3\.6 5A/);
    expect(circle.path.endsWith("Z")).toBe(true);
  });
});
