/** @file The Chromium that all browser tests share. */
import { chromium, type Browser } from "playwright-core";
import { inject } from "vitest";

/** Connects to it. `close()` of what comes back closes its pages, not the browser. */
export async function connectChromium(): Promise<Browser> {
  return chromium.connect(inject("chromium"));
}
