/**
 * @file Times a control of the page inside the browser: the main-thread time from its event to the last draw call that follows.
 * That time is the task of the event with its microtasks, and the frame callbacks after it up to the last draw; waiting for the next
 * frame is not in it.
 */
import type { Page } from "playwright-core";

export interface ControlTimes {
  /** Milliseconds of the main thread, one entry an event. */
  readonly busy: readonly number[];
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
    const clock = { lastDraw: 0, draws: 0, frames: [] as [number, number][] };
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
    window.requestAnimationFrame = (callback) =>
      request((time) => {
        const start = performance.now();
        callback(time);
        clock.frames.push([start, performance.now()]);
      });
  }, drawCalls);
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
  return page.evaluate(
    async ([list, settle]) => {
      const clock = (
        window as unknown as { drawClock: { lastDraw: number; draws: number; frames: [number, number][] } }
      ).drawClock;
      const send = (event: (typeof list)[number]): void => {
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
      const busy: number[] = [];
      const wall: number[] = [];
      const draws: number[] = [];
      for (const event of list) {
        clock.frames.length = 0;
        clock.draws = 0;
        clock.lastDraw = 0;
        // The second message is handled right after the task of the event and its microtasks.
        const [start, end] = await new Promise<[number, number]>((resolve) => {
          const channel = new MessageChannel();
          let began = 0;
          channel.port1.onmessage = ({ data }) => {
            if (data === "end") {
              channel.port1.close();
              resolve([began, performance.now()]);
              return;
            }
            channel.port2.postMessage("end");
            began = performance.now();
            send(event);
          };
          channel.port2.postMessage("begin");
        });
        let last = performance.now();
        while (performance.now() - Math.max(last, clock.lastDraw) < settle) {
          await new Promise((resolve) => setTimeout(resolve, settle / 4));
          last = Math.max(last, clock.lastDraw);
        }
        const lastDraw = Math.max(clock.lastDraw, start);
        const task = Math.min(end, Math.max(lastDraw, start)) - start;
        const frames = clock.frames
          .filter(([from]) => from >= end && from <= lastDraw)
          .reduce((sum, [from, to]) => sum + Math.min(to, lastDraw) - from, 0);
        // A draw in a later frame means that the whole task came before it.
        busy.push((lastDraw > end ? end - start : task) + frames);
        wall.push(lastDraw - start);
        draws.push(clock.draws);
      }
      return { busy, wall, draws };
    },
    [events, settleMs] as const,
  );
}

/** The value below which `share` of the entries lie (nearest rank). */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? 0;
}
