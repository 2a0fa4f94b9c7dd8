import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { defaultSelection } from "../selection/selection.ts";
import { createAddress } from "./address.ts";

/** A browser whose history is a list. */
function host() {
  const entries = ["/"];
  const leave: (() => void)[] = [];
  const text = (given?: string | URL | null): string => (typeof given === "string" ? given : "");
  return {
    entries,
    leave: () => leave.forEach((listener) => listener()),
    location: { pathname: "/", search: "" },
    history: {
      pushState: (_state: unknown, _title: string, address?: string | URL | null) => entries.push(text(address)),
      replaceState: (_state: unknown, _title: string, address?: string | URL | null) => {
        entries[entries.length - 1] = text(address);
      },
    },
    addEventListener: (_type: "pagehide", listener: () => void) => leave.push(listener),
  };
}

describe("the address of the page", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("writes only the last of many changes, after a pause", () => {
    const browser = host();
    const address = createAddress(browser);
    for (let layer = 0; layer < 30; layer++) address.replace({ ...defaultSelection, layer });
    expect(browser.entries).toEqual(["/"]);
    vi.runAllTimers();
    expect(browser.entries).toEqual(["/#layer=29"]);
  });

  it("keeps what waits in the place that is left, so that Back returns to it", () => {
    const browser = host();
    const address = createAddress(browser);
    address.replace({ ...defaultSelection, layer: 3 });
    address.push({ ...defaultSelection, layer: 3, tab: "layers" });
    vi.runAllTimers();
    expect(browser.entries).toEqual(["/#layer=3", "/#tab=layers&layer=3"]);
  });

  it("writes what waits before the page is left", () => {
    const browser = host();
    createAddress(browser).replace({ ...defaultSelection, head: 2 });
    browser.leave();
    expect(browser.entries).toEqual(["/#head=2"]);
  });
});
