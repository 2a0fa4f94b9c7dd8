/** @file Drawing of many small pictures in turn: as many in each frame as leave it short, so that the page answers while they are drawn. */
import type { FrameSchedule } from "./once-per-frame.ts";

/** Milliseconds of drawing in one frame. */
const frameMs = 6;

const waiting = new Map<object, () => void>();
let frame = 0;

function drawSome(): void {
  frame = 0;
  const start = performance.now();
  for (const [owner, draw] of waiting) {
    waiting.delete(owner);
    draw();
    if (performance.now() - start >= frameMs) break;
  }
  if (waiting.size > 0) frame = requestAnimationFrame(drawSome);
}

/** A place in the queue: of several requests before its turn, the last one is drawn. */
export function queuedPainting(): FrameSchedule {
  const owner = {};
  return {
    request(draw) {
      waiting.set(owner, draw);
      if (frame === 0) frame = requestAnimationFrame(drawSome);
    },
    cancel() {
      waiting.delete(owner);
    },
  };
}
