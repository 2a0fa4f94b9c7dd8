import { describe, expect, it } from "vitest";
import { defaultSelection, type Selection } from "../../selection/selection.ts";
import { actionOfKey, type KeyAction, type KeyState, type PressedKey } from "./shortcuts.ts";

/** Tokens 0-4, of which 2 and 3 are one word; layers 0-5 but 2 was not recorded; 4 heads. */
const run: NonNullable<KeyState["run"]> = {
  tokens: [0, 1, 2, 3, 4],
  chosen: [3],
  wordOf: (token) => (token === 2 || token === 3 ? [2, 3] : [token]),
  layers: [0, 1, 3, 4, 5],
  heads: 4,
  lensLayers: 7,
};

function press(
  key: string,
  selection: Partial<Selection> = {},
  state: Partial<KeyState> & { keys?: Partial<PressedKey> } = {},
): KeyAction | undefined {
  const { keys, ...rest } = state;
  const pressed = { key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...keys };
  return actionOfKey(pressed, {
    place: "page",
    letterKeys: true,
    isWorking: false,
    hasTable: false,
    selection: { ...defaultSelection, ...selection },
    run,
    ...rest,
  });
}

const change = (action: KeyAction | undefined): unknown => (action?.kind === "select" ? action.change : action?.kind);

describe("tokens", () => {
  it("go left and right, and stay at the ends", () => {
    expect(change(press("ArrowRight"))).toEqual({ tokens: [4] });
    expect(change(press("ArrowLeft"))).toEqual({ tokens: [2] });
    expect(change(press("ArrowRight", {}, { run: { ...run, chosen: [4] } }))).toEqual({ tokens: [4] });
  });

  it("are extended with Shift, at the side that the arrow shows to", () => {
    const keys = { shiftKey: true };
    expect(change(press("ArrowRight", {}, { keys, run: { ...run, chosen: [2, 3] } }))).toEqual({ tokens: [2, 3, 4] });
    expect(change(press("ArrowLeft", {}, { keys, run: { ...run, chosen: [2, 3] } }))).toEqual({ tokens: [1, 2, 3] });
  });

  it("become the whole word with W", () => {
    expect(change(press("w"))).toEqual({ tokens: [2, 3] });
    expect(change(press("W"))).toEqual({ tokens: [2, 3] });
  });
});

describe("layers and heads", () => {
  it("begin at the first layer from the mean, and skip what was not recorded", () => {
    expect(change(press("ArrowUp"))).toEqual({ layer: 0 });
    expect(change(press("ArrowDown"))).toEqual({ layer: 0 });
    expect(change(press("ArrowDown", { layer: 1 }))).toEqual({ layer: 3 });
    expect(change(press("ArrowUp", { layer: 0 }))).toEqual({ layer: 0 });
    expect(change(press("ArrowDown", { layer: 5 }))).toEqual({ layer: 5 });
  });

  it("move the layer of the lens in its tab, up towards the answer", () => {
    expect(change(press("ArrowDown", { tab: "layers" }))).toEqual({ lensLayer: 5 });
    expect(change(press("ArrowUp", { tab: "layers", lensLayer: 5 }))).toEqual({ lensLayer: 6 });
  });

  it("take the first layer along with a head", () => {
    expect(change(press("]"))).toEqual({ layer: 0, head: 0 });
    expect(change(press("[", { layer: 3, head: 2 }))).toEqual({ layer: 3, head: 1 });
    expect(change(press("]", { layer: 3, head: 3 }))).toEqual({ layer: 3, head: 3 });
  });

  it("go back to the mean of all with M", () => {
    expect(change(press("m", { layer: 3, head: 2 }))).toEqual({ layer: null, head: null });
  });
});

describe("Esc", () => {
  const full = { patches: [1], tokens: [2], layer: 1 };

  it("stops, then closes, then clears part by part", () => {
    expect(change(press("Escape", full, { isWorking: true, hasTable: true }))).toBe("stop");
    expect(change(press("Escape", full, { hasTable: true }))).toBe("close");
    expect(change(press("Escape", full))).toEqual({ patches: [], words: [] });
    expect(change(press("Escape", { ...full, patches: [] }))).toEqual({ tokens: null });
    expect(change(press("Escape", { layer: 1 }))).toEqual({ layer: null, head: null });
    expect(press("Escape")).toBeUndefined();
  });

  it("stops from a text field too, but clears nothing there", () => {
    expect(change(press("Escape", full, { place: "text", isWorking: true }))).toBe("stop");
    expect(press("Escape", full, { place: "text" })).toBeUndefined();
  });
});

describe("where keys work", () => {
  it("is outside of text fields", () => {
    for (const key of ["w", "1", "/", "?", "ArrowLeft"]) expect(press(key, {}, { place: "text" })).toBeUndefined();
  });

  it("leaves arrows to controls that use them, but not letters", () => {
    expect(press("ArrowLeft", {}, { place: "widget" })).toBeUndefined();
    expect(change(press("m", {}, { place: "widget" }))).toEqual({ layer: null, head: null });
  });

  it("never takes a key with Ctrl, Alt or Command", () => {
    for (const modifier of ["ctrlKey", "altKey", "metaKey"] as const) {
      expect(press("c", {}, { keys: { [modifier]: true } })).toBeUndefined();
    }
  });

  it("leaves letters alone when they are switched off, but keeps arrows and Esc", () => {
    const off = { letterKeys: false };
    for (const key of ["w", "1", "/", "?", "d"]) expect(press(key, {}, off)).toBeUndefined();
    expect(change(press("ArrowRight", {}, off))).toEqual({ tokens: [4] });
    expect(change(press("Escape", { tokens: [1] }, off))).toEqual({ tokens: null });
  });

  it("is the list of runs only for what does not concern a run", () => {
    expect(press("w", { place: "runs" })).toBeUndefined();
    expect(change(press("d", { place: "runs" }))).toBe("theme");
  });

  it("needs a run for what concerns one", () => {
    expect(press("m", {}, { run: null })).toBeUndefined();
    expect(change(press("e", {}, { run: null }))).toEqual({ place: "explore", mode: "edit" });
  });
});

describe("views", () => {
  it("open by the numbers of the tabs", () => {
    const tabs = ["1", "2", "3", "4", "5", "6"].map((key) => change(press(key)));
    expect(tabs).toEqual(["attention", "relevancy", "causes", "verify", "layers", "compare"].map((tab) => ({ tab })));
    expect(press("7")).toBeUndefined();
  });

  it("switch smoothness from the default of the tab", () => {
    expect(change(press("s"))).toEqual({ smooth: false });
    expect(change(press("s", { tab: "layers" }))).toEqual({ smooth: true });
  });

  it("go round the color maps", () => {
    expect(change(press("c", { colorMap: "viridis" }))).toEqual({ colorMap: "cividis" });
    expect(change(press("c", { colorMap: "magma" }))).toEqual({ colorMap: "viridis" });
  });
});
