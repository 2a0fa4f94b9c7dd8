/** @file The Compare tab. */
import type { Tab } from "../map/tab.ts";

export const compareTab: Tab = {
  label: "Compare",
  topic: ({ compareView }) =>
    compareView === "runs" ? "two-runs" : compareView === "truth" ? "marked-object" : "method-maps",
  load: () => import("./contents.ts"),
};
