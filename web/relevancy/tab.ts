/** @file The Relevancy tab. */
import type { Tab } from "../map/tab.ts";

export const relevancyTab: Tab = {
  label: "Relevancy",
  topic: () => "relevancy-map",
  load: () => import("./contents.ts"),
};
