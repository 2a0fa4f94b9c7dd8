/** @file Colors of the theme for canvases, which cannot read custom properties by themselves. */
import { createSubscriber } from "svelte/reactivity";
import type { Rgb } from "../../src/figure/color-map.ts";
import { parseHex } from "./hex-color.ts";

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

/** A color of the theme, as three 8-bit levels. */
export function themeColor(name: `--${string}`): Rgb {
  return parseHex(themeValue(name));
}
