/** @file How much of each pixel a round stroke covers. */

/** Coverage of the pixels of a box, 0 to 1, row-major. */
export interface Coverage {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Squared distance from (x, y) to the segment from (x0, y0) that goes (dx, dy). */
function squaredDistance(x: number, y: number, segment: readonly [number, number, number, number]): number {
  const [x0, y0, dx, dy] = segment;
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.max(0, Math.min(1, ((x - x0) * dx + (y - y0) * dy) / length));
  const restX = x - x0 - along * dx;
  const restY = y - y0 - along * dy;
  return restX * restX + restY * restY;
}

/**
 * Coverage of a stroke through `points` (x, y, x, y, ... in pixels; pixel (0, 0) has its center at 0.5, 0.5) of the diameter `size`. The
 * edge is a ramp of one pixel around the exact distance; where the stroke crosses itself it covers no more than once.
 */
export function strokeCoverage(points: readonly number[], size: number, { width, height }: Size): Coverage {
  const radius = size / 2;
  const xs = points.filter((_, at) => at % 2 === 0);
  const ys = points.filter((_, at) => at % 2 === 1);
  const reach = radius + 1;
  const within = (value: number, most: number): number => Math.max(0, Math.min(most, value));
  const least = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b), Infinity);
  const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), -Infinity);
  const left = within(Math.floor(least(xs) - reach), width);
  const top = within(Math.floor(least(ys) - reach), height);
  const right = within(Math.ceil(most(xs) + reach), width);
  const bottom = within(Math.ceil(most(ys) + reach), height);
  const box = { left, top, width: Math.max(0, right - left), height: Math.max(0, bottom - top) };
  const data = new Float32Array(box.width * box.height);

  for (let i = 0; i < ys.length; i++) {
    const next = Math.min(i + 1, ys.length - 1);
    // A single point is a dot; the last point of others ends the segment before.
    if (i === next && ys.length > 1) break;
    const [x0, y0, x1, y1] = [xs[i]!, ys[i]!, xs[next]!, ys[next]!];
    const segment = [x0, y0, x1 - x0, y1 - y0] as const;
    const firstX = within(Math.floor(Math.min(x0, x1) - reach), width);
    const lastX = within(Math.ceil(Math.max(x0, x1) + reach), width);
    const firstY = within(Math.floor(Math.min(y0, y1) - reach), height);
    const lastY = within(Math.ceil(Math.max(y0, y1) + reach), height);
    for (let y = firstY; y < lastY; y++) {
      for (let x = firstX; x < lastX; x++) {
        const distance = Math.sqrt(squaredDistance(x + 0.5, y + 0.5, segment));
        const covered = Math.max(0, Math.min(1, radius + 0.5 - distance));
        const at = (y - top) * box.width + x - left;
        if (covered > data[at]!) data[at] = covered;
      }
    }
  }
  return { ...box, data };
}
