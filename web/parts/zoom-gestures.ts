/** @file The wheel and two fingers as zoom, over an element that is zoomed. */
import { wheelFactor, type Place } from "./zoom.ts";

export interface ZoomGestures {
  /** Zooms by a factor about a point of the window, and moves what lies there. */
  readonly onzoom: (by: number, at: Place, move: Place) => void;
  /** Whether a turn of the wheel without Ctrl zooms; else it scrolls. */
  readonly takesWheel: (by: number) => boolean;
  /** Two fingers came down. */
  readonly onpinch?: () => void;
}

const still: Place = { x: 0, y: 0 };

/** Listens on an element; the function that comes back ends it. Ctrl and the wheel, which is also what a pinch on a touchpad is, always zoom. */
export function listenForZoom(element: HTMLElement, { onzoom, takesWheel, onpinch }: ZoomGestures): () => void {
  let before: { readonly distance: number; readonly middle: Place } | undefined;

  function turned(event: WheelEvent): void {
    const by = wheelFactor(event);
    if (!event.ctrlKey && !event.metaKey && !takesWheel(by)) return;
    event.preventDefault();
    onzoom(by, { x: event.clientX, y: event.clientY }, still);
  }

  function touched(event: TouchEvent): void {
    const [one, other] = event.touches;
    if (!one || !other) {
      before = undefined;
      return;
    }
    event.preventDefault();
    const now = {
      distance: Math.max(1, Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY)),
      middle: { x: (one.clientX + other.clientX) / 2, y: (one.clientY + other.clientY) / 2 },
    };
    if (before) {
      const move = { x: now.middle.x - before.middle.x, y: now.middle.y - before.middle.y };
      onzoom(now.distance / before.distance, now.middle, move);
    } else onpinch?.();
    before = now;
  }

  const touches = ["touchstart", "touchmove", "touchend", "touchcancel"] as const;
  element.addEventListener("wheel", turned, { passive: false });
  for (const name of touches) element.addEventListener(name, touched, { passive: false });
  return () => {
    element.removeEventListener("wheel", turned);
    for (const name of touches) element.removeEventListener(name, touched);
  };
}

/** What a key does to a zoom: a factor, `whole`, or undefined for any other key. */
export function zoomOfKey(key: string, step: number): number | "whole" | undefined {
  if (key === "+" || key === "=") return step;
  if (key === "-") return 1 / step;
  return key === "0" ? "whole" : undefined;
}
