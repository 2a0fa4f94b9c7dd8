/** @file Tests of drawing in turn: each owner's last request is drawn once, over as many frames as it takes. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { queuedPainting } from "./painting-queue.ts";

/** Callbacks that wait for the next frame, and a clock that drawing moves on. */
let frames: (() => void)[] = [];
let now = 0;

beforeEach(() => {
  frames = [];
  now = 0;
  vi.stubGlobal("requestAnimationFrame", (callback: () => void) => frames.push(callback));
  vi.spyOn(performance, "now").mockImplementation(() => now);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function nextFrame(): void {
  for (const callback of frames.splice(0)) callback();
}

it("draws the last request of each owner, some in each frame", () => {
  const drawn: string[] = [];
  const draw = (name: string) => () => {
    drawn.push(name);
    now += 4;
  };
  const queues = ["a", "b", "c"].map((name) => ({ name, queue: queuedPainting() }));
  for (const { name, queue } of queues) queue.request(draw(`${name}, old`));
  for (const { name, queue } of queues) queue.request(draw(name));
  nextFrame();
  expect(drawn).toEqual(["a", "b"]);
  nextFrame();
  expect(drawn).toEqual(["a", "b", "c"]);
  expect(frames).toEqual([]);
});

it("draws nothing that was cancelled", () => {
  const drawn: string[] = [];
  const queue = queuedPainting();
  queue.request(() => drawn.push("a"));
  queue.cancel();
  nextFrame();
  expect(drawn).toEqual([]);
});
