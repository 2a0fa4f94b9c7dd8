/** @file How far a view is zoomed in, and which part of it is seen: plain arithmetic of the picture's and the matrix's zoom. */

/** A size, a place or a move in CSS pixels. */
interface Extent {
  readonly width: number;
  readonly height: number;
}
export interface Place {
  readonly x: number;
  readonly y: number;
}

export interface Zoom {
  /** How many times as large as it fits its frame; 1 at least. */
  readonly factor: number;
  /** Where the upper left corner lies in the frame, in CSS pixels; 0 or less. */
  readonly x: number;
  readonly y: number;
}

export const wholeView: Zoom = { factor: 1, x: 0, y: 0 };
export const mostZoom = 16;
/** What a button or a key does. */
export const zoomStep = 1.5;

/** The frame always shows the view and nothing beside it. */
function within(zoom: Zoom, { width, height }: Extent): Zoom {
  const { factor } = zoom;
  const inside = (at: number, length: number): number => Math.min(0, Math.max(length * (1 - factor), at));
  return { factor, x: inside(zoom.x, width), y: inside(zoom.y, height) };
}

/** A factor of the zoom, no smaller than the whole and no larger than useful. */
export function boundedFactor(factor: number, most = mostZoom): number {
  const next = Math.min(most, Math.max(1, factor));
  return next < 1.001 ? 1 : next;
}

/** Zooms by a factor; the point `at` of the frame stays where it is. */
export function zoomedAt(zoom: Zoom, by: number, { at, frame }: { readonly at: Place; readonly frame: Extent }): Zoom {
  const factor = boundedFactor(zoom.factor * by);
  const grown = factor / zoom.factor;
  return within({ factor, x: at.x - (at.x - zoom.x) * grown, y: at.y - (at.y - zoom.y) * grown }, frame);
}

/** Moves the view under the frame. */
export function panned(zoom: Zoom, { x, y }: Place, frame: Extent): Zoom {
  return within({ ...zoom, x: zoom.x + x, y: zoom.y + y }, frame);
}

/** Moves the view just so far that a box of it, in CSS pixels of the whole view, is seen. */
export function withBoxSeen(
  zoom: Zoom,
  box: Extent & { readonly left: number; readonly top: number },
  frame: Extent,
): Zoom {
  const { factor } = zoom;
  const seen = (at: number, start: number, [length, room]: readonly [number, number]): number =>
    Math.max(-start * factor, Math.min(room - (start + length) * factor, at));
  return within(
    {
      factor,
      x: seen(zoom.x, box.left, [box.width, frame.width]),
      y: seen(zoom.y, box.top, [box.height, frame.height]),
    },
    frame,
  );
}

/** How much one turn of the wheel zooms. */
export function wheelFactor({ deltaY, deltaMode }: Pick<WheelEvent, "deltaY" | "deltaMode">): number {
  const pixels = deltaMode === 0 ? deltaY : deltaY * 24;
  return Math.exp(-Math.max(-200, Math.min(200, pixels)) * 0.0025);
}
