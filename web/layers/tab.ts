/** @file The Layers tab. */
import type { Tab } from "../map/tab.ts";

export const layersTab: Tab = {
  label: "Layers",
  topic: () => "lens-map",
  drawsCells: true,
  /** Rows of the lens have the last layer at the top, so that up goes towards the answer. */
  stepLayer(selection, { lensLayers }, step) {
    const last = lensLayers - 1;
    return { lensLayer: Math.max(0, Math.min(last, (selection.lensLayer ?? last) - step)) };
  },
  load: () => import("./contents.ts"),
};
