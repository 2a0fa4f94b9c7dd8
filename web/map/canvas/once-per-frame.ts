/** @file Drawing at most once per frame: of several requests before a frame, the last one is drawn. */

export interface FrameSchedule {
  request(draw: () => void): void;
  cancel(): void;
}

export function oncePerFrame(): FrameSchedule {
  let pending = 0;
  let latest: () => void = () => undefined;
  return {
    request(draw) {
      latest = draw;
      if (pending !== 0) return;
      pending = requestAnimationFrame(() => {
        pending = 0;
        latest();
      });
    },
    cancel() {
      cancelAnimationFrame(pending);
      pending = 0;
    },
  };
}
