/** @file The Causes tab. */
import type { Tab } from "../map/tab.ts";

export const causesTab: Tab = {
  label: "Causes",
  topic: ({ causesShown }) => (causesShown === "verified" ? "verified-causes-map" : "causes-map"),
  load: () => import("./contents.ts"),
};
