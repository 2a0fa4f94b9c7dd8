/** @file Colors of the theme for canvases, which cannot read custom properties by themselves. */
import { createSubscriber } from "svelte/reactivity";
import type { Rgb } from "../../src/figure/color-map.ts";

/** Anything drawn with these colors is drawn anew when the theme changes, by the user or by the system. */
const subscribe = createSubscriber((update) => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const observer = new MutationObserver(update);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  dark.addEventListener("change", update);
  return () => {
    observer.disconnect();
    dark.removeEventListener("change", update);
  };
});

/** The value of a custom property such as "--ink"; a view that reads it is run again when the theme changes. */
export function themeValue(name: `--${string}`): string {
  subscribe();
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** A color of the theme, written "#rrggbb" in tokens.css, as three 8-bit levels. */
export function themeColor(name: `--${string}`): Rgb {
  const digits = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(themeValue(name))?.slice(1) ?? ["00", "00", "00"];
  const [red = 0, green = 0, blue = 0] = digits.map((pair) => parseInt(pair, 16));
  return [red, green, blue];
}
