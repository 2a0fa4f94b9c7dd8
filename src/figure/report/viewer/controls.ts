/** @file The controls under the picture of a report. */
import { sequentialColorMaps } from "../../color-map.ts";
import { labelledCheck, labelledRange, labelledSelect, make } from "./dom.ts";
import type { Recording } from "./recording.ts";
import { isSignedMap } from "./selection.ts";
import type { Selection, Store } from "./selection.ts";

const mean = "mean";

export interface Controls {
  readonly root: HTMLElement;
  draw(selection: Selection): void;
}

/** Map, layer and head. */
export function mapControls({ data }: Recording, store: Store): Controls {
  const layers = data.attention?.layers ?? [];
  const map = labelledSelect(
    "Map",
    [
      ...(data.attention ? [{ value: "attention", label: "Attention" }] : []),
      ...data.maps.map(({ label }, index) => ({ value: String(index), label })),
    ],
    (value) => store.set({ map: value === "attention" ? null : Number(value) }),
  );
  const slider = labelledRange("Layer", { min: -1, max: layers.length - 1, step: 1 }, (value) =>
    store.set({ layer: value < 0 ? null : value, head: value < 0 ? null : store.get().head }),
  );
  const head = labelledSelect(
    "Head",
    [
      { value: mean, label: "mean of all heads" },
      ...Array.from({ length: data.attention?.heads ?? 0 }, (_, each) => ({
        value: String(each),
        label: `head ${each}`,
      })),
    ],
    (value) => store.set({ head: value === mean ? null : Number(value) }),
  );
  const scope = labelledSelect(
    "Explain",
    [
      { value: "token", label: "Token" },
      { value: "word", label: "Word" },
    ],
    (value) => store.set({ scope: value === "word" ? "word" : "token" }),
  );
  return {
    root: make("div", { class: "controls", children: [map.root, scope.root, slider.root, head.root] }),
    draw(selection) {
      map.select.value = selection.map === null ? "attention" : String(selection.map);
      slider.input.value = String(selection.layer ?? -1);
      const layer = selection.layer === null ? null : layers[selection.layer]!;
      slider.output.textContent = layer === null ? "mean of all" : `${layer} (0 to ${data.model.layers - 1})`;
      slider.input.setAttribute("aria-valuetext", layer === null ? "mean of all layers" : `layer ${layer}`);
      head.select.value = selection.head === null ? mean : String(selection.head);
      head.select.disabled = selection.layer === null;
      slider.root.hidden = head.root.hidden = selection.map !== null;
      scope.select.value = selection.scope;
      // Most answers have no word of several tokens, and attention is of single positions.
      scope.root.hidden = selection.map === null || data.maps[selection.map]!.words.length === 0;
    },
  };
}

/** Picture, opacity, color map and the switches. */
export function displayControls({ data }: Recording, store: Store): Controls {
  const opacity = labelledRange("Opacity", { min: 0, max: 100, step: 5 }, (value) =>
    store.set({ opacity: value / 100 }),
  );
  const colors = labelledSelect(
    "Color map",
    sequentialColorMaps.map((name) => ({ value: name, label: name })),
    (value) => store.set({ colorMap: sequentialColorMaps.find((name) => name === value) ?? "viridis" }),
  );
  const choices = data.pictures.map(({ name }, index) => ({ value: String(index), label: `${index + 1}: ${name}` }));
  const picture = labelledSelect("Picture", choices, (value) => store.set({ picture: Number(value) }));
  const controls = [opacity.root, colors.root];
  if (data.pictures.length > 1) controls.unshift(picture.root);
  const { smooth, greyPicture, hideSinks } = store.get();
  controls.push(
    labelledCheck("Smooth", smooth, (checked) => store.set({ smooth: checked })),
    labelledCheck("Gray picture", greyPicture, (checked) => store.set({ greyPicture: checked })),
  );
  if (data.sinks.length > 0) {
    const label = `Hide sinks (${data.sinks.length})`;
    controls.push(labelledCheck(label, hideSinks, (checked) => store.set({ hideSinks: checked })));
  }
  return {
    root: make("div", { class: "controls", children: controls }),
    draw(selection) {
      opacity.input.value = String(Math.round(selection.opacity * 100));
      opacity.output.textContent = `${Math.round(selection.opacity * 100)} %`;
      colors.select.value = selection.colorMap;
      // Signed maps have their own colors.
      colors.root.hidden = isSignedMap(data, selection);
      picture.select.value = String(selection.picture);
    },
  };
}
