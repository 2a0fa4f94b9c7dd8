/**
 * @file Times a control of the page inside the browser: the main-thread time of its event up to the last draw call that follows.
 * That time is the task of the event with its microtasks, and the frame callbacks after it up to the last draw; waiting for the next
 * frame is not in it. Beside it: the longest of these pieces with style, layout and paint of its frame, and the processor time of all
 * that the main thread did.
 */
import type { CDPSession, Page } from "playwright-core";

export interface ControlTimes {
  /** Milliseconds of the main thread, one entry an event. */
  readonly busy: readonly number[];
  /** Milliseconds of the longest one: the event with its microtasks, or a whole frame with its style, layout and paint. */
  readonly longest: readonly number[];
  /** Milliseconds of processor time of the main thread for everything until the event is over, also what the measurement itself takes. */
  readonly processor: readonly number[];
  /** Milliseconds on the clock from the event to the last draw call. */
  readonly wall: readonly number[];
  /** Draw calls after each event. */
  readonly draws: readonly number[];
}

/** What an event does, in the page: a key on the document, or a click at a share of an element's box. */
export type ControlEvent =
  | { readonly kind: "key"; readonly key: string }
  | {
      readonly kind: "click";
      readonly selector: string;
      readonly index?: number;
      readonly x?: number;
      readonly y?: number;
    };

/** Draw calls of a canvas that are counted. */
const drawCalls = ["putImageData", "drawImage", "fillRect", "clearRect", "stroke", "fill", "fillText"] as const;

/** Prepares a page before it is loaded: its draw calls and frame callbacks are timed from then on. */
export async function timeDrawCalls(page: Page): Promise<void> {
  // The program that runs the benchmark wraps named functions in a call of this name, also those that are sent to the page.
  await page.addInitScript("globalThis.__name = (value) => value;");
  await page.addInitScript((calls) => {
    const clock = { lastDraw: 0, draws: 0, frames: [] as [number, number][], ends: [] as number[] };
    Object.assign(window, { drawClock: clock });
    const prototype = CanvasRenderingContext2D.prototype as unknown as Record<string, (...given: unknown[]) => unknown>;
    for (const name of calls) {
      const original = prototype[name]!;
      prototype[name] = function (this: unknown, ...given: unknown[]) {
        const result = original.apply(this, given);
        clock.lastDraw = performance.now();
        clock.draws++;
        return result;
      };
    }
    const request = window.requestAnimationFrame.bind(window);
    // A message that is sent in a frame is handled right after that frame.
    const after = new MessageChannel();
    after.port1.onmessage = () => clock.ends.push(performance.now());
    let lastTime = -1;
    window.requestAnimationFrame = (callback) =>
      request((time) => {
        const start = performance.now();
        if (time !== lastTime) after.port2.postMessage("");
        lastTime = time;
        callback(time);
        clock.frames.push([start, performance.now()]);
      });
  }, drawCalls);
}

interface DrawClock {
  lastDraw: number;
  draws: number;
  /** Start and end of each frame callback. */
  readonly frames: [number, number][];
  /** Ends of the frames that had a callback, after their paint. */
  readonly ends: number[];
}

interface EventTime {
  readonly busy: number;
  readonly longest: number;
  readonly wall: number;
  readonly draws: number;
}

/** Sends one event in the page and times it; runs there. */
async function timeEvent([event, settle]: readonly [ControlEvent, number]): Promise<EventTime> {
  const clock = (window as unknown as { drawClock: DrawClock }).drawClock;
  const send = (): void => {
    if (event.kind === "key") {
      const target = document.activeElement ?? document.body;
      target.dispatchEvent(new KeyboardEvent("keydown", { key: event.key, bubbles: true, cancelable: true }));
      target.dispatchEvent(new KeyboardEvent("keyup", { key: event.key, bubbles: true, cancelable: true }));
      return;
    }
    const element = document.querySelectorAll<HTMLElement>(event.selector)[event.index ?? 0];
    if (!element) throw new Error(`The page has no ${event.selector} number ${event.index ?? 0}.`);
    const box = element.getBoundingClientRect();
    const place = {
      clientX: box.left + box.width * (event.x ?? 0.5),
      clientY: box.top + box.height * (event.y ?? 0.5),
      bubbles: true,
      cancelable: true,
      pointerId: 1,
      isPrimary: true,
      button: 0,
      view: window,
    };
    for (const type of ["pointerdown", "pointerup"]) element.dispatchEvent(new PointerEvent(type, place));
    element.dispatchEvent(new MouseEvent("click", place));
  };
  /** More rounds of microtasks than any change of the page makes. */
  const rounds = 50;
  // A task of its own, so that nothing of the measurement is in it.
  await new Promise((resolve) => setTimeout(resolve));
  clock.frames.length = 0;
  clock.ends.length = 0;
  clock.draws = 0;
  clock.lastDraw = 0;
  const start = performance.now();
  send();
  // Not by a message: between two of them the browser may draw a whole frame.
  for (let round = 0; round < rounds; round++) await Promise.resolve();
  const end = performance.now();
  let last = end;
  while (performance.now() - last < settle) {
    await new Promise((resolve) => setTimeout(resolve, settle / 4));
    last = Math.max(last, clock.lastDraw);
  }
  const lastDraw = Math.max(clock.lastDraw, start);
  const frames = clock.frames
    .filter(([from]) => from <= lastDraw)
    .reduce((sum, [from, to]) => sum + Math.min(to, lastDraw) - from, 0);
  // A frame lasts from its first callback to the message that follows it.
  const whole = clock.ends.map((to, index) => {
    const [from] = clock.frames.find(([at]) => at >= (clock.ends[index - 1] ?? end) && at < to) ?? [to];
    return to - from;
  });
  return {
    // The whole task, also if it changes only elements and draws nothing.
    busy: end - start + frames,
    longest: Math.max(end - start, ...whole),
    wall: lastDraw - start,
    draws: clock.draws,
  };
}

/** Processor time of the main thread since the page was opened, milliseconds. */
async function processorTime(session: CDPSession): Promise<number> {
  const { metrics } = await session.send("Performance.getMetrics");
  return metrics.find(({ name }) => name === "TaskDuration")!.value * 1000;
}

/**
 * Sends the events one after the other and times each. An event is over when `settleMs` pass without a draw call.
 *
 * @param events the page must have been prepared by `timeDrawCalls`
 */
export async function timeControls(
  page: Page,
  events: readonly ControlEvent[],
  { settleMs }: { readonly settleMs: number },
): Promise<ControlTimes> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const times: (EventTime & { readonly processor: number })[] = [];
  try {
    for (const event of events) {
      const before = await processorTime(session);
      const time = await page.evaluate(timeEvent, [event, settleMs] as const);
      times.push({ ...time, processor: (await processorTime(session)) - before });
    }
  } finally {
    await session.detach();
  }
  return {
    busy: times.map(({ busy }) => busy),
    longest: times.map(({ longest }) => longest),
    processor: times.map(({ processor }) => processor),
    wall: times.map(({ wall }) => wall),
    draws: times.map(({ draws }) => draws),
  };
}

/** The value below which `share` of the entries lie (nearest rank). */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? 0;
}
