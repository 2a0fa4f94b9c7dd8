/** @file What the browser keeps of the page beside the address: theme, single-letter keys, width of the left column. */
import { getContext, setContext } from "svelte";

export type Theme = "light" | "dark";

const keys = { theme: "lvlm.theme", letterKeys: "lvlm.letter-keys", leftWidth: "lvlm.left-width" } as const;

/** Browsers refuse storage in some private windows; the page then works without it. */
function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // Nothing is kept then.
  }
}

export function createPreferences() {
  const systemIsDark = matchMedia("(prefers-color-scheme: dark)");
  const stored = read(keys.theme);
  let chosen = $state.raw<Theme | null>(stored === "light" || stored === "dark" ? stored : null);
  let system = $state.raw<Theme>(systemIsDark.matches ? "dark" : "light");
  let letterKeys = $state.raw(read(keys.letterKeys) !== "off");
  const storedWidth = Number(read(keys.leftWidth));
  let leftWidth = $state.raw<number | null>(storedWidth > 0 ? storedWidth : null);

  /** Canvases read their colors from the root when this attribute changes. */
  function show(): void {
    document.documentElement.dataset.theme = chosen ?? system;
  }
  show();
  systemIsDark.addEventListener("change", ({ matches }) => {
    system = matches ? "dark" : "light";
    show();
  });

  return {
    get theme(): Theme {
      return chosen ?? system;
    },
    switchTheme() {
      chosen = (chosen ?? system) === "dark" ? "light" : "dark";
      write(keys.theme, chosen);
      show();
    },
    /** Whether keys without Ctrl or Alt do something; off for speech input and the like (WCAG 2.1.4). */
    get letterKeys() {
      return letterKeys;
    },
    setLetterKeys(on: boolean) {
      letterKeys = on;
      write(keys.letterKeys, on ? null : "off");
    },
    /** Width of the left column in CSS pixels; null is that of the design. */
    get leftWidth() {
      return leftWidth;
    },
    setLeftWidth(width: number | null) {
      leftWidth = width;
      write(keys.leftWidth, width === null ? null : String(Math.round(width)));
    },
  };
}

export type Preferences = ReturnType<typeof createPreferences>;

const context = Symbol("preferences");

export function providePreferences(preferences: Preferences): void {
  setContext(context, preferences);
}

export function usePreferences(): Preferences {
  return getContext<Preferences>(context);
}
