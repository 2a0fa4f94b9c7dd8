/** @file The Causes tab. */
import type { Tab } from "../map/tab.ts";

export const causesTab: Tab = {
  label: "Causes",
  topic: () => "causes-map",
  load: () => import("./contents.ts"),
};
