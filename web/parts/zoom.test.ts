/** @file Tests of zooming: which point stays, and that nothing beside the view is ever seen. */
import { describe, expect, it } from "vitest";
import { boundedFactor, mostZoom, panned, wheelFactor, wholeView, withBoxSeen, zoomedAt, type Zoom } from "./zoom.ts";

const frame = { width: 400, height: 300 };
/** The point of the whole view, in its pixels, that lies at a point of the frame. */
const under = ({ factor, x, y }: Zoom, at: { x: number; y: number }) => ({
  x: (at.x - x) / factor,
  y: (at.y - y) / factor,
});

describe("zooming", () => {
  it("keeps the point under the pointer", () => {
    const at = { x: 130, y: 250 };
    const once = zoomedAt(wholeView, 2, { at, frame });
    const twice = zoomedAt(once, 1.7, { at, frame });
    expect(under(twice, at).x).toBeCloseTo(130, 9);
    expect(under(twice, at).y).toBeCloseTo(250, 9);
    expect(twice.factor).toBeCloseTo(3.4, 9);
  });

  it("comes back to the whole view, and stays there", () => {
    const at = { x: 10, y: 290 };
    expect(zoomedAt(zoomedAt(wholeView, 3, { at, frame }), 1 / 3, { at, frame })).toEqual({ factor: 1, x: 0, y: 0 });
    expect(zoomedAt(wholeView, 0.5, { at, frame }).factor).toBe(1);
    expect(zoomedAt(wholeView, 1000, { at, frame }).factor).toBe(mostZoom);
    expect(boundedFactor(9, 4)).toBe(4);
  });

  it("never shows what is beside the view", () => {
    let zoom = zoomedAt(wholeView, 2.5, { at: { x: 399, y: 1 }, frame });
    for (const move of [
      { x: 900, y: 900 },
      { x: -5000, y: 3 },
      { x: 0, y: -5000 },
    ]) {
      zoom = panned(zoom, move, frame);
      expect(zoom.x).toBeLessThanOrEqual(0);
      expect(zoom.y).toBeLessThanOrEqual(0);
      expect(zoom.x + frame.width * zoom.factor).toBeGreaterThanOrEqual(frame.width);
      expect(zoom.y + frame.height * zoom.factor).toBeGreaterThanOrEqual(frame.height);
    }
    expect(panned(wholeView, { x: 40, y: -3 }, frame)).toEqual(wholeView);
  });

  it("follows a patch just so far that it is seen", () => {
    const zoom: Zoom = { factor: 4, x: 0, y: 0 };
    const patch = { left: 200, top: 30, width: 20, height: 20 };
    expect(withBoxSeen(zoom, patch, frame)).toEqual({ factor: 4, x: 400 - 220 * 4, y: 0 });
    const seen = withBoxSeen(zoom, patch, frame);
    expect(withBoxSeen(seen, patch, frame)).toEqual(seen);
  });

  it("turns the wheel in and out alike, a line as some pixels, and no jump at once", () => {
    expect(wheelFactor({ deltaY: -100, deltaMode: 0 })).toBeGreaterThan(1);
    expect(wheelFactor({ deltaY: 100, deltaMode: 0 }) * wheelFactor({ deltaY: -100, deltaMode: 0 })).toBeCloseTo(1, 9);
    expect(wheelFactor({ deltaY: 3, deltaMode: 1 })).toBe(wheelFactor({ deltaY: 72, deltaMode: 0 }));
    expect(wheelFactor({ deltaY: -1e5, deltaMode: 0 })).toBeLessThan(2);
  });
});
